package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.virtualcell.api.CellContext;

/**
 * The sampling error of the controls that the measured effects of a context share, as far as the
 * effects show it: what an answer lacks that is to be compared with effects against the very same
 * controls.
 *
 * <p>With the expected effects f of the mixed model, {@code y - f = A e + n}: e are the errors of
 * the control means, A their shares in each effect, n the errors of the perturbed means, all of
 * known variance. Then {@code E[e | y] = (D^-1 + A' N^-1 A)^-1 A' N^-1 (y - E[f | y])}, exactly,
 * since the expectation given f is linear in f. Made when first asked for. Thread-safe.
 */
final class ControlError {
  private final ModeModel model;
  private double[][] errors; // populations x active genes, in the sign they have in effects

  ControlError(ModeModel model) {
    this.model = model;
  }

  /**
   * What the error adds to effects of a context.
   *
   * @return a value per gene of the screen; empty where nothing was measured in the context
   */
  Optional<double[]> of(CellContext context) {
    List<Screen.Item> there =
        model.mode().items().stream().filter(i -> i.context().equals(context)).toList();
    if (there.isEmpty()) {
      return Optional.empty();
    }
    double[][] error = errors();
    double[] sum = new double[model.active().length];
    for (Screen.Item item : there) {
      for (int p = 0; p < error.length; p++) {
        for (int a = 0; a < sum.length; a++) {
          sum[a] += item.share()[p] * error[p][a] * model.scale(a) / there.size();
        }
      }
    }
    return Optional.of(model.spread(sum));
  }

  private synchronized double[][] errors() {
    if (errors == null) {
      errors = estimate();
    }
    return errors;
  }

  private double[][] estimate() {
    List<Screen.Item> items = model.mode().items();
    List<Screen.Population> populations = model.mode().populations();
    List<Integer> uncertain = new ArrayList<>(); // populations without an error need no estimate
    for (int p = 0; p < populations.size(); p++) {
      if (populations.get(p).noise() > 0) {
        uncertain.add(p);
      }
    }
    int n = uncertain.size();
    int genes = model.active().length;
    DMatrixRMaj precision = new DMatrixRMaj(n, n);
    DMatrixRMaj weighted = new DMatrixRMaj(n, genes); // A' N^-1 (y - f)
    for (int k = 0; k < n; k++) {
      precision.set(k, k, 1 / populations.get(uncertain.get(k)).noise());
    }
    for (int i = 0; i < items.size(); i++) {
      double[] expected = model.all().mixed().mean(model.question(i, Set.of()));
      double[] own = model.effect(i);
      float[] share = items.get(i).share();
      for (int k = 0; k < n; k++) {
        double weight = share[uncertain.get(k)] / items.get(i).noise();
        if (weight != 0) {
          for (int l = 0; l < n; l++) {
            precision.add(k, l, weight * share[uncertain.get(l)]);
          }
          for (int a = 0; a < genes; a++) {
            double measured = own[a] / model.scale(a);
            weighted.add(k, a, weight * (measured - expected[a]));
          }
        }
      }
    }
    double[][] found = new double[populations.size()][genes];
    if (n > 0) {
      DMatrixRMaj inverse = new DMatrixRMaj(n, n);
      CommonOps_DDRM.invert(precision, inverse);
      DMatrixRMaj solved = new DMatrixRMaj(n, genes);
      CommonOps_DDRM.mult(inverse, weighted, solved);
      for (int k = 0; k < n; k++) {
        for (int a = 0; a < genes; a++) {
          found[uncertain.get(k)][a] = solved.get(k, a);
        }
      }
    }
    return found;
  }
}
