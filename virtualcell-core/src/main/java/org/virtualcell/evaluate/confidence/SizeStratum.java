package org.virtualcell.evaluate.confidence;

import java.util.Arrays;

/** Which part of a condition's genes a gene belongs to, by the size of its predicted change. */
public enum SizeStratum {
  /** No more than the median predicted change. */
  SMALL("small", 0),
  /** Above the median. */
  MIDDLE("middle", 1),
  /** Among the tenth with the largest predicted change. */
  LARGE("large", 2);

  private final String label;
  private final int place;

  SizeStratum(String label, int place) {
    this.label = label;
    this.place = place;
  }

  /**
   * The name files use.
   *
   * @return such as {@code large}
   */
  public String label() {
    return label;
  }

  /** From 0, for arrays. */
  int place() {
    return place;
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
