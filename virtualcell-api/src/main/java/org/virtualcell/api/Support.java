package org.virtualcell.api;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a prediction rests on.
 *
 * @param measuredTogether whether this very perturbation was measured in this very context in
 *     training
 * @param sources the training conditions the answer is drawn from, strongest first
 * @param distance how far the query is outside the training data: 0 at a training condition, 1 at
 *     the typical distance between two training conditions; empty where the model has no measure of
 *     it
 * @param geneCoverage the share of the model's genes that the baseline state has, 0 to 1
 */
public record Support(
    boolean measuredTogether, List<Source> sources, OptionalDouble distance, double geneCoverage) {
  /**
   * Copies the list and checks the numbers.
   *
   * @throws InvalidDataException if the coverage is not between 0 and 1, or the distance is
   *     negative or not finite
   */
  public Support {
    sources = List.copyOf(sources);
    Objects.requireNonNull(distance, "distance");
    if (!(geneCoverage >= 0 && geneCoverage <= 1)
        || distance.isPresent()
            && !(distance.getAsDouble() >= 0 && Double.isFinite(distance.getAsDouble()))) {
      throw new InvalidDataException(
          "Support has a number out of range",
          "coverage " + geneCoverage + ", distance " + distance,
          "Pass a coverage of 0 to 1 and a finite distance of 0 or more.");
    }
  }

  /**
   * One training condition an answer is drawn from.
   *
   * @param condition what was measured
   * @param cells how many cells it was measured in
   * @param weight its share of the answer, where the model has one; 0 or more
   */
  public record Source(Condition condition, long cells, double weight) {
    /**
     * Checks the numbers.
     *
     * @throws InvalidDataException if a number is negative or not finite
     */
    public Source {
      Objects.requireNonNull(condition, "condition");
      if (cells < 0 || !(weight >= 0 && Double.isFinite(weight))) {
        throw new InvalidDataException(
            "A source has a number out of range",
            condition + ": " + cells + " cells, weight " + weight,
            "Pass 0 or more cells and a finite weight of 0 or more.");
      }
    }
  }
}
