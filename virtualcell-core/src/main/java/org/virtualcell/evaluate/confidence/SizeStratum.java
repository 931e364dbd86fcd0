package org.virtualcell.evaluate.confidence;

import java.util.Arrays;

/** Which part of a condition's genes a gene belongs to, by the size of its predicted change. */
public enum SizeStratum {
  /** No more than the median predicted change. */
  SMALL("small"),
  /** Above the median. */
  MIDDLE("middle"),
  /** Among the tenth with the largest predicted change. */
  LARGE("large");

  private final String label;

  SizeStratum(String label) {
    this.label = label;
  }

  /**
   * The name files use.
   *
   * @return such as {@code large}
   */
  public String label() {
    return label;
  }

  /** Where all changes are equal (no change at all) every gene is {@link #SMALL}. */
  static SizeStratum[] of(double[] effect) {
    double[] size = Arrays.stream(effect).map(Math::abs).toArray();
    double[] sorted = size.clone();
    Arrays.sort(sorted);
    SizeStratum[] strata = new SizeStratum[size.length];
    for (int g = 0; g < size.length; g++) {
      strata[g] =
          size[g] > sorted[(int) Math.ceil(0.9 * size.length) - 1]
              ? LARGE
              : size[g] > sorted[(size.length - 1) / 2] ? MIDDLE : SMALL;
    }
    return strata;
  }
}
