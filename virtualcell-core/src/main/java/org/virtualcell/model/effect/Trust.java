package org.virtualcell.model.effect;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.virtualcell.stats.NormalTail;

/**
 * From which clarity on answers are trusted, learned from answers about conditions that were held
 * out.
 *
 * <p>The clarity of an answer is the share of the effect beyond the mean effect that it states:
 * {@code |m|^2 / (|m|^2 + v)}, with the expectation m beyond the mean effect and v the variance it
 * leaves open, summed over genes. It grows with the strength of the sources, their number and their
 * nearness. An answer was wrong if it erred more than "no change" or pointed away from the truth
 * beyond the mean effect.
 *
 * <p>Measured effects are noisy, so that a right answer may look wrong. Of a group of answers the
 * true values are taken as normal around their mean with the variance that the known measurement
 * errors leave; each answer is wrong with the probability that its true value is below zero, and
 * counts by what its measurement says of that. Trusted is the largest group of clearest answers of
 * which at most {@value #MOST_WRONG} are wrong.
 */
final class Trust {
  /** The largest share of trusted answers that may be wrong. */
  static final double MOST_WRONG = 0.05;

  /** Fewer trials than this are pooled with those of other kinds of question. */
  static final int FEWEST_APART = 30;

  private static final int FEWEST = 10;

  /** From this clarity on. */
  private final double least;

  private final int trials;
  private final double trusted;
  private final double wrong;

  private Trust(double least, int trials, double trusted, double wrong) {
    this.least = least;
    this.trials = trials;
    this.trusted = trusted;
    this.wrong = wrong;
  }

  /**
   * An answer to a held-out question.
   *
   * @param clarity of the answer
   * @param gain how much nearer to the truth than "no change", in units of the size of answer and
   *     expected effect; below zero: farther
   * @param gainError standard error of the gain by the measurement
   * @param direction cosine beyond the mean effect, with the expected size of the truth
   * @param directionError standard error of the direction by the measurement
   */
  record Tried(
      double clarity, double gain, double gainError, double direction, double directionError) {}

  /** The rule that a set of trials supports; it trusts nothing where they are fewer than ten. */
  static Trust of(List<Tried> trials) {
    List<Tried> clearest =
        trials.stream()
            .filter(t -> t.clarity() > 0)
            .sorted(Comparator.comparingDouble((Tried t) -> -t.clarity()))
            .toList();
    for (int n = clearest.size(); n >= FEWEST; n--) {
      if (n < clearest.size() && clearest.get(n).clarity() == clearest.get(n - 1).clarity()) {
        continue;
      }
      double wrong = wrong(clearest.subList(0, n));
      if (wrong <= MOST_WRONG) {
        return new Trust(
            clearest.get(n - 1).clarity(), trials.size(), (double) n / trials.size(), wrong);
      }
    }
    return new Trust(Double.POSITIVE_INFINITY, trials.size(), 0, wrong(clearest));
  }

  /** The expected share of wrong answers. */
  private static double wrong(List<Tried> group) {
    double[][] far = below(group, Tried::gain, Tried::gainError);
    double[][] away = below(group, Tried::direction, Tried::directionError);
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < group.size(); i++) {
      double weight = Math.min(far[1][i], away[1][i]);
      sum += weight * Math.max(far[0][i], away[0][i]);
      weights += weight;
    }
    return weights > 0 ? sum / weights : 1;
  }

  /**
   * Per value the probability that what is measured with an error is below zero, and the share of
   * its scatter that is no error.
   */
  private static double[][] below(
      List<Tried> group, ToDoubleFunction<Tried> value, ToDoubleFunction<Tried> error) {
    int n = group.size();
    double mean = 0;
    double noise = 0;
    for (Tried t : group) {
      mean += value.applyAsDouble(t) / n;
      noise += error.applyAsDouble(t) * error.applyAsDouble(t) / n;
    }
    double scatter = 0;
    for (Tried t : group) {
      double off = value.applyAsDouble(t) - mean;
      scatter += off * off / Math.max(1, n - 1);
    }
    double spread = Math.max(0, scatter - noise);
    double[][] below = new double[2][n];
    for (int i = 0; i < n; i++) {
      double e = error.applyAsDouble(group.get(i)) * error.applyAsDouble(group.get(i));
      double own = spread + e > 0 ? spread / (spread + e) : 1;
      double expected = mean + own * (value.applyAsDouble(group.get(i)) - mean);
      double variance = own * e + (1 - own) * (1 - own) * scatter / n;
      below[1][i] = own;
      below[0][i] =
          variance > 0
              ? lowerTail(-expected / Math.sqrt(variance))
              : expected < 0 ? 1 : expected > 0 ? 0 : 0.5;
    }
    return below;
  }

  private static double lowerTail(double z) {
    double half = NormalTail.twoSided(Math.abs(z)) / 2;
    return z < 0 ? half : 1 - half;
  }

  boolean trusts(double clarity) {
    return clarity >= least;
  }

  /** The least clarity that is trusted; infinite where none is. */
  double least() {
    return least;
  }

  /** How many trials the rule was learned from. */
  int trials() {
    return trials;
  }

  /** The share of them that it trusts. */
  double trusted() {
    return trusted;
  }

  /** The share of wrong answers among those it trusts, or of all where it trusts none. */
  double wrong() {
    return wrong;
  }
}
