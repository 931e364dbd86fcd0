package org.virtualcell.model.baseline;

import org.virtualcell.api.InvalidDataException;

/**
 * Settings of the bilinear ridge.
 *
 * @param dimensions how many gene factors are kept at most
 * @param lambda the ridge on both sides
 */
public record BilinearSettings(int dimensions, double lambda) {
  /** Ten dimensions, ridge 0.1: the reference setting of Ahlmann-Eltze, Huber and Anders (2025). */
  public static final BilinearSettings DEFAULT = new BilinearSettings(10, 0.1);

  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if there is no dimension or the ridge is not positive and finite
   */
  public BilinearSettings {
    if (dimensions < 1 || !(lambda > 0) || Double.isInfinite(lambda)) {
      throw new InvalidDataException(
          "Settings of the bilinear ridge are out of range",
          dimensions + " dimensions, lambda " + lambda,
          "Use at least one dimension and a positive, finite lambda.");
    }
  }
}
