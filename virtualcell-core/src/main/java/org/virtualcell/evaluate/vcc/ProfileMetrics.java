package org.virtualcell.evaluate.vcc;

import static org.virtualcell.evaluate.vcc.ChallengeMetric.DELTA_MAE;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DELTA_MSE;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DELTA_PEARSON;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.EXPR_DISTANCE_UNBIASED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.EXPR_MAE;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.EXPR_MSE;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.EXPR_MSE_UNBIASED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.EXPR_REAL_MASS_RATIO;

import java.util.List;

/**
 * Metrics of pseudobulk profiles. With b the measured profile, h the predicted one, c that of the
 * controls, C the jackknife corrections and G the number of genes without the own one:
 *
 * <pre>
 * N = (|h - b|^2 - rho min(C_h, C_b) - C_b) / G      numerator of the scored ratio
 * D = (|b - c|^2 - C_b - C_c) / G                    its denominator, measured data only
 * rho = min(1, B / T),  T = sum min(C_h, C_b) / G,   B = the scatter of predicted profiles
 * </pre>
 *
 * B is the weighted sum of squares of the predicted profiles around their mean, gene by gene, with
 * weights 1 / G: a submission may claim sampling noise only as far as its profiles show any.
 */
final class ProfileMetrics {
  private final List<GroupBulk> real;
  private final List<GroupBulk> predicted;
  private final GroupBulk control;
  private final double[] predictedControl;
  private final int[] own;
  private final ChallengeRules rules;

  /**
   * The profiles of a panel.
   *
   * @param real measured groups in the order of the panel
   * @param predicted predicted groups
   * @param control the measured controls
   * @param predictedControl the profile predicted effects are taken against
   * @param own the own gene of each perturbation, or -1
   * @param rules the rules
   */
  ProfileMetrics(
      List<GroupBulk> real,
      List<GroupBulk> predicted,
      GroupBulk control,
      double[] predictedControl,
      int[] own,
      ChallengeRules rules) {
    this.real = real;
    this.predicted = predicted;
    this.control = control;
    this.predictedControl = predictedControl;
    this.own = own;
    this.rules = rules;
  }

  /** Scatter of the predicted panel over its claimed corrections, and what is left of a claim. */
  record Budget(double scatter, double claimed) {
    /** The share of a claim that is granted. */
    double rho() {
      return claimed == 0 ? 1 : Math.min(1, scatter / claimed);
    }
  }

  Budget budget() {
    double claimed = 0;
    double[] weight = new double[real.size()];
    for (int p = 0; p < real.size(); p++) {
      weight[p] = 1.0 / genes(p);
      claimed += capped(p) * weight[p];
    }
    double[][] profiles = predicted.stream().map(GroupBulk::profile).toArray(double[][]::new);
    return new Budget(scatter(profiles, own, weight), claimed);
  }

  /** B: the weighted scatter of profiles around their mean, own genes left out. */
  static double scatter(double[][] profiles, int[] own, double[] weight) {
    double scatter = 0;
    for (int g = 0; g < profiles[0].length; g++) {
      double all = 0;
      double mean = 0;
      int rows = 0;
      for (int p = 0; p < profiles.length; p++) {
        if (own[p] != g) {
          all += weight[p];
          mean += weight[p] * profiles[p][g];
          rows++;
        }
      }
      if (rows > 1) {
        mean /= all;
        for (int p = 0; p < profiles.length; p++) {
          if (own[p] != g) {
            double d = profiles[p][g] - mean;
            scatter += weight[p] * d * d;
          }
        }
      }
    }
    return scatter;
  }

  private double capped(int p) {
    return Math.min(predicted.get(p).correction(), rules.cap() * real.get(p).correction());
  }

  private int genes(int p) {
    return real.get(p).profile().length - (own[p] < 0 ? 0 : 1);
  }

  /** The unbiased errors and distances of a perturbation. */
  void putUnbiased(int p, double rho, MetricRow out) {
    GroupBulk ours = real.get(p);
    GroupBulk theirs = predicted.get(p);
    double error = squared(theirs.profile(), ours.profile(), own[p]);
    double distance = squared(ours.profile(), control.profile(), own[p]);
    double c = ours.correction();
    out.put(EXPR_MSE_UNBIASED, (error - theirs.correction() - c) / genes(p));
    out.put(EXPR_MSE_UNBIASED_CAPPED, (error - rho * capped(p) - c) / genes(p));
    out.put(EXPR_DISTANCE_UNBIASED, (distance - c - control.correction()) / genes(p));
    double mass = 0;
    for (double b : ours.profile()) {
      mass += StrictMath.expm1(b);
    }
    out.put(EXPR_REAL_MASS_RATIO, mass / rules.bulkTargetSum());
  }

  private static double squared(double[] x, double[] y, int without) {
    double sum = 0;
    for (int g = 0; g < x.length; g++) {
      if (g != without) {
        sum += (x[g] - y[g]) * (x[g] - y[g]);
      }
    }
    return sum;
  }

  /** The plain errors and the correlation of a perturbation. */
  void putPlain(int p, MetricRow out) {
    double[] ours = real.get(p).profile();
    double[] theirs = predicted.get(p).profile();
    double[] effect = Discrimination.without(ours, control.profile());
    double[] expected = Discrimination.without(theirs, predictedControl);
    putErrors(ours, theirs, EXPR_MAE, EXPR_MSE, out);
    putErrors(effect, expected, DELTA_MAE, DELTA_MSE, out);
    out.put(DELTA_PEARSON, Correlation.pearson(expected, effect));
  }

  private static void putErrors(
      double[] x, double[] y, ChallengeMetric absolute, ChallengeMetric square, MetricRow out) {
    double first = 0;
    double second = 0;
    for (int g = 0; g < x.length; g++) {
      double d = x[g] - y[g];
      first += Math.abs(d);
      second += d * d;
    }
    out.put(absolute, first / x.length);
    out.put(square, second / x.length);
  }
}
