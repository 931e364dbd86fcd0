package org.virtualcell.evaluate.confidence;

/**
 * Stated probabilities beside what happened, in ten equal bins, with the sum of squared errors.
 * Sums of several can be added, so that a bootstrap over perturbations needs no second look at
 * genes. Mutable while it is filled; used by one thread then.
 */
public final class ProbabilityBins {
  /** How many bins there are. */
  public static final int BINS = 10;

  private final double[] count = new double[BINS];
  private final double[] stated = new double[BINS];
  private final double[] happened = new double[BINS];
  private double squares;

  /** Empty bins. */
  public ProbabilityBins() {}

  /**
   * Adds one event.
   *
   * @param probability what was stated, 0 to 1
   * @param event whether it happened
   */
  public void add(double probability, boolean event) {
    int bin = Math.min(BINS - 1, (int) (probability * BINS));
    double miss = (event ? 1 : 0) - probability;
    count[bin]++;
    stated[bin] += probability;
    happened[bin] += event ? 1 : 0;
    squares += miss * miss;
  }

  /**
   * Adds all of others, several times.
   *
   * @param others the others
   * @param times how often, 0 or more
   */
  void add(ProbabilityBins others, double times) {
    for (int b = 0; b < BINS; b++) {
      count[b] += times * others.count[b];
      stated[b] += times * others.stated[b];
      happened[b] += times * others.happened[b];
    }
    squares += times * others.squares;
  }

  /**
   * How many events there are.
   *
   * @return 0 or more
   */
  public long events() {
    double sum = 0;
    for (double n : count) {
      sum += n;
    }
    return Math.round(sum);
  }

  /**
   * How many events there are in a bin.
   *
   * @param bin 0 to 9
   * @return 0 or more
   */
  public long events(int bin) {
    return Math.round(count[bin]);
  }

  /**
   * The mean probability that was stated in a bin.
   *
   * @param bin 0 to 9
   * @return 0 to 1; NaN for an empty bin
   */
  public double stated(int bin) {
    return stated[bin] / count[bin];
  }

  /**
   * How often it happened.
   *
   * @param bin 0 to 9
   * @return a share; NaN for an empty bin
   */
  public double happened(int bin) {
    return happened[bin] / count[bin];
  }

  /**
   * The mean squared difference of probability and event (Brier 1950): 0 is perfect, 0.25 is a
   * constant one half.
   *
   * @return 0 to 1
   */
  public double brier() {
    return squares / total(count);
  }

  /**
   * The Brier score of the one probability that fits best: how often it happened at all.
   *
   * @return 0 to 0.25
   */
  public double brierOfTheRate() {
    double rate = total(happened) / total(count);
    return rate * (1 - rate);
  }

  /**
   * The expected calibration error: the mean over events of the difference between stated
   * probability and frequency in their bin.
   *
   * @return 0 to 1
   */
  public double calibrationError() {
    double sum = 0;
    for (int b = 0; b < BINS; b++) {
      sum += Math.abs(stated[b] - happened[b]);
    }
    return sum / total(count);
  }

  private static double total(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum;
  }
}
