package org.virtualcell.bench.simulation;

import org.virtualcell.api.Prediction;
import org.virtualcell.api.Verdict;

/**
 * How an answer compares with the truth.
 *
 * @param perturbation its number
 * @param error squared error against the noise-free effect
 * @param power of the noise-free effect
 * @param energy of the answer
 * @param cosine of the answer for ranking and the truth, the mean effect projected out of both
 * @param errorCosine the same of the answer for errors
 * @param covered share of measured values within the interval, NaN without interval
 * @param width mean width of the interval
 * @param trusted whether the model answers rather than abstains
 */
record Item(
    int perturbation,
    double error,
    double power,
    double energy,
    double cosine,
    double errorCosine,
    double covered,
    double width,
    boolean trusted) {

  static Item of(int p, Prediction prediction, double[] truth, double[] mean, double[] measured) {
    double[] answer = prediction.effect().toArray();
    double error = 0;
    double power = 0;
    double energy = 0;
    for (int g = 0; g < truth.length; g++) {
      error += (answer[g] - truth[g]) * (answer[g] - truth[g]);
      power += truth[g] * truth[g];
      energy += answer[g] * answer[g];
    }
    double covered = Double.NaN;
    double width = Double.NaN;
    if (prediction.interval().isPresent()) {
      double[] low = prediction.interval().orElseThrow().lower().toArray();
      double[] high = prediction.interval().orElseThrow().upper().toArray();
      covered = 0;
      width = 0;
      for (int g = 0; g < low.length; g++) {
        covered += measured[g] >= low[g] && measured[g] <= high[g] ? 1.0 / low.length : 0;
        width += (high[g] - low[g]) / low.length;
      }
    }
    return new Item(
        p,
        error,
        power,
        energy,
        beyond(prediction.state().rankEffect().toArray(), truth, mean),
        beyond(answer, truth, mean),
        covered,
        width,
        prediction.verdict().decision() == Verdict.Decision.ANSWER);
  }

  private static double beyond(double[] answer, double[] truth, double[] mean) {
    double am = dot(answer, mean);
    double tm = dot(truth, mean);
    double mm = Math.max(1e-300, dot(mean, mean));
    double at = dot(answer, truth) - am * tm / mm;
    double aa = dot(answer, answer) - am * am / mm;
    double tt = dot(truth, truth) - tm * tm / mm;
    return aa > 1e-9 * dot(answer, answer) && tt > 0 ? at / Math.sqrt(aa * tt) : 0;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += a[g] * b[g];
    }
    return sum;
  }
}
