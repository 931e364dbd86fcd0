package org.virtualcell.api;

/**
 * What else is wanted of a prediction.
 *
 * @param sampledCells how many cells to sample, 0 for none
 * @param seed the seed of all randomness; the same seed gives the same bytes for any number of
 *     threads
 * @param intervalLevel the share the interval per gene is meant to hold, above 0 and below 1
 * @param controlError whether effects shall include the sampling error of the controls in training,
 *     where the model knows it: right for a comparison with effects against those very controls,
 *     wrong as a statement about cells
 */
public record PredictionOptions(
    int sampledCells, long seed, double intervalLevel, boolean controlError) {
  /** No cells, seed 0, 90 % intervals, without the error of controls. */
  public static final PredictionOptions DEFAULT = new PredictionOptions(0, 0, 0.9, false);

  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if the number of cells is negative or the level out of range
   */
  public PredictionOptions {
    if (sampledCells < 0 || !(intervalLevel > 0 && intervalLevel < 1)) {
      throw new InvalidDataException(
          "Prediction options are out of range",
          sampledCells + " cells, level " + intervalLevel,
          "Use zero or more cells and a level between 0 and 1.");
    }
  }

  /**
   * Options without the error of controls.
   *
   * @param sampledCells how many cells to sample, 0 for none
   * @param seed the seed of all randomness
   * @param intervalLevel the share the interval per gene is meant to hold
   * @throws InvalidDataException if the number of cells is negative or the level out of range
   */
  public PredictionOptions(int sampledCells, long seed, double intervalLevel) {
    this(sampledCells, seed, intervalLevel, false);
  }

  /**
   * These options with sampled cells.
   *
   * @param cells how many
   * @return new options
   */
  public PredictionOptions withSampledCells(int cells) {
    return new PredictionOptions(cells, seed, intervalLevel, controlError);
  }

  /**
   * These options with another seed.
   *
   * @param newSeed any number
   * @return new options
   */
  public PredictionOptions withSeed(long newSeed) {
    return new PredictionOptions(sampledCells, newSeed, intervalLevel, controlError);
  }

  /**
   * These options with another interval level.
   *
   * @param level above 0 and below 1
   * @return new options
   */
  public PredictionOptions withIntervalLevel(double level) {
    return new PredictionOptions(sampledCells, seed, level, controlError);
  }

  /**
   * These options, with effects that include the sampling error of the controls in training.
   *
   * @return new options
   */
  public PredictionOptions withControlError() {
    return new PredictionOptions(sampledCells, seed, intervalLevel, true);
  }
}
