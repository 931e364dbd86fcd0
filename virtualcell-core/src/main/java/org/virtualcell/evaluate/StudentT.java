package org.virtualcell.evaluate;

/**
 * Tail areas of the normal and of Student's t distribution, by Simpson's rule on their densities;
 * better than 1e-9 absolute for the arguments a bootstrap needs (0 to 40), and the same bits on
 * every platform.
 */
final class StudentT {
  private static final int STEPS = 4000;
  private static final double LARGEST = 60;

  private StudentT() {}

  /** The share of a standard normal variable above x, for x of 0 or more. */
  static double normalTail(double x) {
    return Math.max(
        0, 0.5 - simpson(x, t -> StrictMath.exp(-t * t / 2)) / StrictMath.sqrt(2 * Math.PI));
  }

  /**
   * The value that a variable with the given degrees of freedom exceeds with the given probability.
   *
   * @param tail above 0, at most 0.5
   * @param freedom 1 or more
   */
  static double upperQuantile(double tail, int freedom) {
    double whole = area(Math.PI / 2, freedom);
    double low = 0;
    double high = LARGEST;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (0.5 * (1 - area(StrictMath.atan(middle / StrictMath.sqrt(freedom)), freedom) / whole)
          > tail) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * The share of a variable with the given degrees of freedom above x.
   *
   * @param x 0 or more
   * @param freedom 1 or more
   */
  static double upperTail(double x, int freedom) {
    double angle = StrictMath.atan(x / StrictMath.sqrt(freedom));
    return Math.max(0, 0.5 * (1 - area(angle, freedom) / area(Math.PI / 2, freedom)));
  }

  /**
   * With t = sqrt(v) tan(a) the density becomes cos(a)^(v-1), and the tail beyond x is the share of
   * its integral beyond atan(x / sqrt(v)).
   */
  private static double area(double angle, int freedom) {
    return simpson(angle, a -> StrictMath.pow(StrictMath.cos(a), freedom - 1));
  }

  private static double simpson(double end, java.util.function.DoubleUnaryOperator f) {
    double h = end / STEPS;
    double sum = f.applyAsDouble(0) + f.applyAsDouble(end);
    for (int i = 1; i < STEPS; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * f.applyAsDouble(i * h);
    }
    return sum * h / 3;
  }
}
