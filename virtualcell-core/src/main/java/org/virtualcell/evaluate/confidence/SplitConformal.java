package org.virtualcell.evaluate.confidence;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Split-conformal prediction where the exchangeable unit is the perturbation: from the misses on m
 * calibration perturbations follows a width that the miss on a new one exceeds with probability at
 * most a. It is the {@code ceil((m + 1)(1 - a))}-th smallest miss (the quantile at {@code ceil((m +
 * 1)(1 - a)) / m}); where that rank is above m no finite width can be promised, for a = 0.1 below m
 * = 9.
 */
public final class SplitConformal {
  private SplitConformal() {}

  /**
   * The width.
   *
   * @param misses one per calibration perturbation, 0 or more
   * @param level {@code 1 - a}, such as 0.9
   * @return the width; empty where there are too few to tell
   */
  public static OptionalDouble width(double[] misses, double level) {
    int rank = rank(misses.length, level);
    if (rank > misses.length) {
      return OptionalDouble.empty();
    }
    double[] sorted = misses.clone();
    Arrays.sort(sorted);
    return OptionalDouble.of(sorted[rank - 1]);
  }

  /**
   * Which of the sorted misses is the width, from 1.
   *
   * @param perturbations how many calibrate
   * @param level such as 0.9
   * @return the rank; above {@code perturbations} where there are too few
   */
  public static int rank(int perturbations, double level) {
    // (m + 1) L is a whole number for the usual levels; do not let rounding lift it
    return Math.max(1, (int) Math.ceil((perturbations + 1) * level - 1e-9));
  }

  /**
   * The fewest perturbations that calibrate a level.
   *
   * @param level such as 0.9
   * @return such as 9
   */
  public static int needed(double level) {
    int m = 1;
    while (rank(m, level) > m) {
      m++;
    }
    return m;
  }
}
