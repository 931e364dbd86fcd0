package org.virtualcell.evaluate;

/** The few vector operations the metrics are made of; sums run in the order of the genes. */
final class Vectors {
  /**
   * What is left of a vector counts as nothing below this share of its norm: the rounding of models
   * that work in single precision.
   */
  private static final double NEGLIGIBLE = 1e-6;

  private Vectors() {}

  static double dot(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " and " + b.length + " genes");
    }
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double square(double[] a) {
    return dot(a, a);
  }

  /** The cosine of two vectors that are not zero, kept within -1 to 1. */
  static double cosine(double[] a, double[] b) {
    return Math.max(-1, Math.min(1, dot(a, b) / Math.sqrt(square(a)) / Math.sqrt(square(b))));
  }

  static double[] centred(double[] a) {
    double sum = 0;
    for (double v : a) {
      sum += v;
    }
    double mean = sum / a.length;
    double[] result = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] - mean;
    }
    return result;
  }

  static double[] minus(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] - b[i];
    }
    return result;
  }

  /** The part of a vector that is orthogonal to a direction. */
  static double[] without(double[] a, double[] direction) {
    double length = square(direction);
    double share = length > 0 ? dot(a, direction) / length : 0;
    double[] result = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] - share * direction[i];
    }
    return result;
  }

  /** Whether nothing but rounding is left of a vector. */
  static boolean isNegligible(double[] left, double[] whole) {
    return !(Math.sqrt(square(left)) > NEGLIGIBLE * Math.sqrt(square(whole)));
  }

  /** The values at some places, in that order. */
  static double[] at(double[] a, int[] places) {
    double[] result = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      result[i] = a[places[i]];
    }
    return result;
  }
}
