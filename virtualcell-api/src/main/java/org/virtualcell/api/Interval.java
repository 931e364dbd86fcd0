package org.virtualcell.api;

import java.util.Objects;

/**
 * A range with the share of cases it is meant to hold.
 *
 * @param level the share it is meant to hold, above 0 and below 1
 * @param lower the lower end
 * @param upper the upper end, not below the lower
 */
public record Interval(double level, double lower, double upper) {
  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if the level is out of range, an end is NaN, or the ends are
   *     swapped
   */
  public Interval {
    if (!(level > 0 && level < 1) || !(lower <= upper)) {
      throw new InvalidDataException(
          "An interval needs a level between 0 and 1 and ordered ends",
          "level " + level + ", " + lower + " to " + upper,
          "Check the order of the arguments.");
    }
  }

  /**
   * How wide it is.
   *
   * @return zero or more
   */
  public double width() {
    return upper - lower;
  }

  /**
   * Whether a value lies in it, ends included.
   *
   * @param value any value
   * @return true if it does
   */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }

  /**
   * An interval per gene.
   *
   * @param level the share of (perturbation, gene) pairs it is meant to hold
   * @param lower the lower end per gene
   * @param upper the upper end per gene, in the same vocabulary
   * @param basis how it was made and calibrated, with the number of perturbations that calibrated
   *     it
   */
  public record PerGene(double level, GeneProfile lower, GeneProfile upper, String basis) {
    /**
     * Checks that the ends fit.
     *
     * @throws InvalidDataException if the vocabularies differ, the level is out of range, or ends
     *     are swapped
     */
    public PerGene {
      Objects.requireNonNull(lower, "lower");
      Objects.requireNonNull(upper, "upper");
      Objects.requireNonNull(basis, "basis");
      if (!(level > 0 && level < 1)) {
        throw new InvalidDataException(
            "The level of an interval is not between 0 and 1",
            "level " + level + ", " + basis,
            "Use 0.9 for an interval meant to hold nine cases of ten.");
      }
      if (!lower.genes().equals(upper.genes())) {
        throw new InvalidDataException(
            "The ends of an interval have different genes", basis, "Use one vocabulary.");
      }
      for (int g = 0; g < lower.genes().size(); g++) {
        if (lower.get(g) > upper.get(g)) {
          throw new InvalidDataException(
              "The ends of an interval are swapped",
              "gene " + lower.genes().id(g) + ": " + lower.get(g) + " to " + upper.get(g),
              "Pass the lower end first.");
        }
      }
    }

    /**
     * The interval of one gene.
     *
     * @param gene its index
     * @return the interval
     */
    public Interval get(int gene) {
      return new Interval(level, lower.get(gene), upper.get(gene));
    }

    /**
     * The interval of one gene.
     *
     * @param gene its id or symbol
     * @return the interval
     * @throws UnknownGeneException if it is not in the vocabulary
     */
    public Interval get(String gene) {
      return get(lower.genes().indexOf(gene));
    }
  }
}
