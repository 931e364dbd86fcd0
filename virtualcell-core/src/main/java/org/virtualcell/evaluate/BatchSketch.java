package org.virtualcell.evaluate;

import java.util.SplittableRandom;

/**
 * A predicted effect in one batch, reduced to random projections: their distances are those of the
 * effects to about a tenth (Johnson and Lindenstrauss 1984), and thousands of them fit in memory.
 *
 * @param batch the batch
 * @param square the squared norm of the effect
 * @param projections of the effect on fixed random directions
 */
@SuppressWarnings("ArrayRecordComponent") // kept for distances, never compared
record BatchSketch(String batch, double square, float[] projections) {
  private static final int DIRECTIONS = 64;

  /** The sketch of an effect, the same for the same effect. */
  static BatchSketch of(String batch, double[] effect) {
    double[] sums = new double[DIRECTIONS];
    SplittableRandom signs = new SplittableRandom(effect.length);
    for (double value : effect) {
      long bits = signs.nextLong(); // one sign per direction
      if (value != 0) {
        for (int k = 0; k < DIRECTIONS; k++) {
          sums[k] += (bits >>> k & 1) == 0 ? value : -value;
        }
      }
    }
    float[] projections = new float[DIRECTIONS];
    for (int k = 0; k < DIRECTIONS; k++) {
      projections[k] = (float) (sums[k] / Math.sqrt(DIRECTIONS));
    }
    return new BatchSketch(batch, Vectors.square(effect), projections);
  }
}
