package org.virtualcell.nn;

import org.virtualcell.api.InvalidDataException;

/**
 * The learning rate by step: linear up to the peak, then a cosine down to the floor, which stays.
 *
 * @param peak the highest rate; above zero
 * @param warmUp steps up to the peak; zero or more
 * @param steps steps until the floor; at least warmUp. The same number for a constant rate after
 *     the warm-up is {@link #constant}
 * @param floor the last rate as a share of the peak, 0 to 1
 */
public record RateSchedule(double peak, long warmUp, long steps, double floor) {
  /**
   * Checks the ranges.
   *
   * @throws InvalidDataException if one is left
   */
  public RateSchedule {
    if (!(peak > 0 && Double.isFinite(peak) && floor >= 0 && floor <= 1)
        || warmUp < 0
        || steps < warmUp) {
      throw new InvalidDataException(
          "A schedule of rates is out of range",
          "peak " + peak + ", warm-up " + warmUp + " of " + steps + " steps, floor " + floor,
          "Pass a positive peak, a warm-up within the steps, and a floor from 0 to 1.");
    }
  }

  /**
   * A rate that does not change.
   *
   * @param rate above zero
   * @return the schedule
   */
  public static RateSchedule constant(double rate) {
    return new RateSchedule(rate, 0, 0, 1);
  }

  /**
   * The rate of a step.
   *
   * @param step 1 for the first
   * @return the rate
   */
  public double rate(long step) {
    if (step <= warmUp) {
      return peak * step / warmUp;
    }
    double share = step >= steps ? 1 : (double) (step - warmUp) / (steps - warmUp);
    return peak * (floor + (1 - floor) * (1 + Math.cos(Math.PI * share)) / 2);
  }
}
