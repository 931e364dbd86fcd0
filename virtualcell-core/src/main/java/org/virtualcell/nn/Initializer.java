package org.virtualcell.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The first values of a parameter. */
@FunctionalInterface
public interface Initializer {
  /**
   * Fills the values.
   *
   * @param values row-major
   * @param random seeded by the set's seed and the parameter's name
   */
  void fill(float[] values, SplittableRandom random);

  /**
   * One number everywhere.
   *
   * @param value the number: 0 for a bias, 1 for the gain of a norm
   * @return the initializer
   */
  static Initializer constant(float value) {
    return (values, random) -> Arrays.fill(values, value);
  }

  /**
   * Uniform between -bound and bound.
   *
   * @param bound above zero; 1 / sqrt(inputs) for a linear layer
   * @return the initializer
   */
  static Initializer uniform(double bound) {
    return (values, random) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
    };
  }

  /**
   * Normal around zero.
   *
   * @param deviation the standard deviation
   * @return the initializer
   */
  static Initializer normal(double deviation) {
    return (values, random) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * random.nextGaussian());
      }
    };
  }
}
