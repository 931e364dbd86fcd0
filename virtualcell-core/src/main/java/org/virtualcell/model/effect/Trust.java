package org.virtualcell.model.effect;

import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.stats.NormalTail;

/**
 * How likely an answer is to be wrong, learned from answers about conditions that were held out. An
 * answer is wrong if it errs more than "no change", or points away from the truth beyond the mean
 * effect; it is trusted if the chance of that is at most {@value #MOST_WRONG}.
 *
 * <p>The model itself has an opinion: of its whole answer, and of what of it goes beyond the mean
 * effect, it expects a cosine with the truth that is the root of its clarity {@code c = |m|^2 /
 * (|m|^2 + v)}, with the expectation m and the variance v it leaves open, summed over genes. What
 * comes of it is taken as normal around {@code b} times that, with the variance {@code t^2 (1 - c)}
 * and that of the measurement, which is known. The skill b, from 0 to 1, and the scatter t are not
 * known: their posterior over a grid, from a flat prior, says what is believed after the trials.
 * Without skill an answer is right as often as a coin; few trials leave both open, so that only
 * answers are trusted that are right for most skills; agreement beyond what the model can expect is
 * scatter and no skill. A clear answer may be trusted among many that are not.
 *
 * <p>All trials of a context share the error of its controls, which sits in answers and in what
 * they are compared with. Its expectation is taken away before; what it is beyond that is one
 * unknown offset for all trials, not one for each.
 *
 * <p>Trials of one perturbation are not independent: trials count as many as there are
 * perturbations. Those of other kinds of question count {@value #UNITS_OF_OTHERS} at most, kinds
 * that know the targets alike and the rest apart. The two ways to be wrong are taken as
 * independent, which overstates their chance.
 */
final class Trust {
  /** The largest chance to be wrong of a trusted answer. */
  static final double MOST_WRONG = 0.1;

  /** With fewer perturbations (or contexts) tried, trials of other kinds of question help. */
  static final int FEWEST_APART = 30;

  /** As so many perturbations all trials of other kinds count. */
  static final double UNITS_OF_OTHERS = 10;

  private static final int SKILLS = 11; // 0 to 1
  private static final int SCATTERS = 16;
  private static final double LEAST_VARIANCE = 1e-9; // where nothing is left open
  private static final int OFFSETS = 9;
  private static final double LARGEST_OFFSET = 2; // standard deviations
  private static final double LEAST_SCATTER = 0.05;
  private static final double LARGEST_SCATTER = 2;

  private static final double[] SCATTER =
      IntStream.range(0, SCATTERS)
          .mapToDouble(
              j ->
                  LEAST_SCATTER
                      * StrictMath.pow(
                          LARGEST_SCATTER / LEAST_SCATTER, (double) j / (SCATTERS - 1)))
          .toArray();

  private final double[][] gain; // posterior of skill and scatter
  private final double[][] direction;

  private Trust(double[][] gain, double[][] direction) {
    this.gain = gain;
    this.direction = direction;
  }

  /**
   * An answer to a held-out question.
   *
   * @param stated what the answer states of itself
   * @param gain how much nearer to the truth than "no change", in units of the size of answer and
   *     expected effect; below zero: farther
   * @param gainError standard error of the gain by the measurement
   * @param direction cosine beyond the mean effect, with the expected size of the truth
   * @param directionError standard error of the direction by the measurement
   * @param surrounded whether lower and higher doses were known, where a dose was asked
   * @param own share of the squared errors that is this trial's own
   * @param common variance, in squared errors, of an offset that all trials share
   */
  record Tried(
      Stated stated,
      double gain,
      double gainError,
      double direction,
      double directionError,
      boolean surrounded,
      double own,
      double common) {}

  /**
   * What an answer states.
   *
   * @param clarity of what goes beyond the mean effect
   * @param whole clarity of the whole answer
   * @param size factor on the model's expectation
   */
  record Stated(double clarity, double whole, double size) {
    static final Stated NOTHING = new Stated(0, 0, 0);

    double expectedGain() {
      return Math.sqrt(whole) * (1 - size / 2);
    }

    /** Whether anything is stated. */
    boolean isAnswer() {
      return clarity > 0 && size > 0;
    }
  }

  /**
   * Trials of a kind of question.
   *
   * @param tried one or more of each unit
   * @param units how many they count as
   */
  record Kind(List<Tried> tried, double units) {}

  /** What trials of some kinds say. */
  static Trust of(List<Kind> kinds) {
    double[][][] gain = new double[OFFSETS][SKILLS][SCATTERS];
    double[][][] direction = new double[OFFSETS][SKILLS][SCATTERS];
    for (Kind kind : kinds) {
      List<Tried> answers = kind.tried().stream().filter(t -> t.stated().clarity() > 0).toList();
      double weight = Math.min(1, kind.units() / Math.max(1, answers.size()));
      for (Tried t : answers) {
        Stated s = t.stated();
        add(gain, weight, t, t.gain(), t.gainError(), s.expectedGain(), 1 - s.whole());
        add(
            direction,
            weight,
            t,
            t.direction(),
            t.directionError(),
            Math.sqrt(s.clarity()),
            1 - s.clarity());
      }
    }
    return new Trust(posterior(gain), posterior(direction));
  }

  private static double skill(int i) {
    return (double) i / (SKILLS - 1);
  }

  /** Of the offset that trials share, in standard deviations. */
  private static double offset(int k) {
    return LARGEST_OFFSET * (2.0 * k / (OFFSETS - 1) - 1);
  }

  private static void add(
      double[][][] log,
      double weight,
      Tried trial,
      double value,
      double error,
      double expected,
      double open) {
    double common = error * Math.sqrt(trial.common());
    for (int j = 0; j < SCATTERS; j++) {
      double variance =
          Math.max(LEAST_VARIANCE, error * error * trial.own() + SCATTER[j] * SCATTER[j] * open);
      double constant = StrictMath.log(variance);
      for (int k = 0; k < OFFSETS; k++) {
        for (int i = 0; i < SKILLS; i++) {
          double off = value - offset(k) * common - skill(i) * expected;
          log[k][i][j] -= weight * (constant + off * off / variance) / 2;
        }
      }
    }
  }

  private static double[][] posterior(double[][][] log) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double[][] table : log) {
      for (double[] row : table) {
        for (double v : row) {
          largest = Math.max(largest, v);
        }
      }
    }
    double[][] posterior = new double[SKILLS][SCATTERS];
    double sum = 0;
    for (int k = 0; k < OFFSETS; k++) {
      double prior = -offset(k) * offset(k) / 2;
      for (int i = 0; i < SKILLS; i++) {
        for (int j = 0; j < SCATTERS; j++) {
          double p = StrictMath.exp(log[k][i][j] - largest + prior);
          posterior[i][j] += p;
          sum += p;
        }
      }
    }
    for (double[] row : posterior) {
      for (int j = 0; j < row.length; j++) {
        row[j] /= sum;
      }
    }
    return posterior;
  }

  /** The chance that an answer is wrong; 1 where nothing is answered. */
  double wrong(Stated stated) {
    if (!stated.isAnswer()) {
      return 1;
    }
    double far = below(gain, stated.expectedGain(), 1 - stated.whole());
    double away = below(direction, Math.sqrt(stated.clarity()), 1 - stated.clarity());
    return 1 - (1 - far) * (1 - away);
  }

  private static double below(double[][] posterior, double expected, double open) {
    double sum = 0;
    for (int j = 0; j < SCATTERS; j++) {
      double deviation = SCATTER[j] * Math.sqrt(open);
      for (int i = 0; i < SKILLS; i++) {
        double up = skill(i) * expected;
        double tail = up > 0 ? upperTail(up, deviation) : up < 0 ? 1 : 0.5;
        sum += posterior[i][j] * tail;
      }
    }
    return sum;
  }

  /** The chance that a normal number of mean 0 is beyond a positive one. */
  private static double upperTail(double value, double deviation) {
    return deviation > 0 ? NormalTail.twoSided(value / deviation) / 2 : 0;
  }
}
