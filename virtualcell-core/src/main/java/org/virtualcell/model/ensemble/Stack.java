package org.virtualcell.model.ensemble;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the trials of one kind of question made of the members.
 *
 * @param stratum the kind of question
 * @param perturbations how many held-out perturbations were tried
 * @param decided whether they were enough to weigh members; if not the default member answers
 * @param weights per member, zero or more, their sum at most one; the rest is "no change"
 * @param error held-out squared error of the weighted sum, each perturbation weighted as in the
 *     fit, over that of "no change"
 * @param gains per member, what it adds
 * @param misses per held-out perturbation, the absolute miss per gene
 */
@SuppressWarnings("ArrayRecordComponent") // small or large, never compared, not handed out
record Stack(
    Stratum stratum,
    int perturbations,
    boolean decided,
    double[] weights,
    double error,
    List<Gain> gains,
    List<float[]> misses) {
  /** Fewer held-out perturbations than this do not weigh members. */
  static final int FEWEST = 9;

  /**
   * What one member adds to the ensemble without it: a share of the error of "no change".
   *
   * @param admitted whether the interval is above zero and the member was taken
   */
  record Gain(double mean, double lower, double upper, boolean admitted) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s, gain %.3f [%.3f, %.3f]",
          admitted ? "admitted" : "left out",
          mean,
          lower,
          upper);
    }
  }

  static Stack undecided(Stratum stratum, int perturbations, int members) {
    return new Stack(stratum, perturbations, false, new double[members], 1, List.of(), List.of());
  }

  boolean anyWeight() {
    return Arrays.stream(weights).anyMatch(w -> w > 0);
  }

  /** Half-widths per gene that held the level of perturbations, if there are enough of them. */
  Optional<double[]> widths(double level) {
    int n = misses.size();
    // (n + 1) L lies on a whole number for the usual levels; do not let rounding lift it
    int rank = Math.max(1, (int) Math.ceil((n + 1) * level - 1e-9));
    if (rank > n) {
      return Optional.empty();
    }
    double[] widths = new double[misses.get(0).length];
    float[] column = new float[n];
    for (int g = 0; g < widths.length; g++) {
      for (int i = 0; i < n; i++) {
        column[i] = misses.get(i)[g];
      }
      Arrays.sort(column);
      widths[g] = column[rank - 1];
    }
    return Optional.of(widths);
  }
}
