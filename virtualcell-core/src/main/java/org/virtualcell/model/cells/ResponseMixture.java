package org.virtualcell.model.cells;

/**
 * Scores of perturbed cells as a mixture: a share p that is distributed as controls moved by a
 * shift and stretched, and the rest as controls. For each p of a grid, shift and stretch are found
 * by expectation-maximisation with moments; the likelihoods over the grid are the profile of p.
 */
final class ResponseMixture {
  private static final int GRID = 100;
  private static final int ROUNDS = 40;
  private static final double LEAST_STRETCH = 0.6;
  private static final double MOST_STRETCH = 2.5;

  private final double[] scores;
  private final ControlDensity control;
  private final double[] profile = new double[GRID + 1]; // log likelihood at p = i / GRID
  private final double[] shift = new double[GRID + 1];

  ResponseMixture(double[] scores, ControlDensity control) {
    this.scores = scores;
    this.control = control;
    double mean = 0;
    for (double s : scores) {
      mean += s / scores.length;
    }
    profile[0] = logLikelihood(0, 0, 1);
    for (int i = 1; i <= GRID; i++) {
      fit(i, mean);
    }
  }

  private void fit(int i, double mean) {
    double p = (double) i / GRID;
    profile[i] = Double.NEGATIVE_INFINITY;
    double[] starts = i == 1 ? new double[] {mean / p, 3} : new double[] {mean / p, shift[i - 1]};
    for (double start : starts) {
      double d = Math.min(start, 10);
      double k = 1;
      for (int round = 0; round < ROUNDS; round++) {
        double weight = 0;
        double sum = 0;
        double squares = 0;
        for (double s : scores) {
          double in = p * control.at((s - d) / k) / k;
          double r = in / (in + (1 - p) * control.at(s));
          weight += r;
          sum += r * s;
          squares += r * s * s;
        }
        double was = d;
        d = sum / weight;
        double spread = Math.sqrt(Math.max(0, squares / weight - d * d));
        k = Math.max(LEAST_STRETCH, Math.min(MOST_STRETCH, spread));
        if (Math.abs(d - was) < 1e-3) {
          break;
        }
      }
      double now = logLikelihood(p, d, k);
      if (now > profile[i]) {
        profile[i] = now;
        shift[i] = d;
      }
    }
  }

  private double logLikelihood(double p, double d, double k) {
    double sum = 0;
    for (double s : scores) {
      sum += StrictMath.log(p * control.at((s - d) / k) / k + (1 - p) * control.at(s));
    }
    return sum;
  }

  /** The share of largest likelihood. */
  double share() {
    return (double) best() / GRID;
  }

  private int best() {
    int best = 1;
    for (int i = 1; i <= GRID; i++) {
      if (profile[i] > profile[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * How far responders have moved, in deviations of controls, at the share of largest likelihood.
   */
  double shift() {
    return shift[best()];
  }

  double shiftOfAll() {
    return shift[GRID];
  }

  /** Twice the log likelihood that all cells responding falls short of the best share. */
  double againstAll() {
    return 2 * (profile[best()] - profile[GRID]);
  }

  /** The range of shares whose twice log likelihood falls short by no more than this. */
  double[] range(double deficit) {
    int best = best();
    int low = best;
    int high = best;
    for (int i = 1; i <= GRID; i++) {
      if (2 * (profile[best] - profile[i]) <= deficit) {
        low = Math.min(low, i);
        high = Math.max(high, i);
      }
    }
    return new double[] {(double) low / GRID, (double) high / GRID};
  }
}
