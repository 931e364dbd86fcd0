package org.virtualcell.evaluate.vcc;

import static org.virtualcell.evaluate.vcc.ChallengeMetric.LFC_NMAE;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.LFC_SPEARMAN;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.LFC_SPEARMAN_NEG;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.LFC_SPEARMAN_POS;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/** Metrics of the fold changes over measured findings. */
final class ChangeMetrics {
  private ChangeMetrics() {}

  static void putOthers(TableComparison tables, MetricRow out) {
    spearman(tables, LFC_SPEARMAN, change -> true, out);
    spearman(tables, LFC_SPEARMAN_POS, change -> change > 0, out);
    spearman(tables, LFC_SPEARMAN_NEG, change -> change < 0, out);
  }

  static void putScored(TableComparison tables, MetricRow out) {
    double error =
        SignificantChanges.of(tables.real(), tables.own())
            .error(tables.predicted(), tables.rules());
    if (!Double.isNaN(error)) {
      out.put(LFC_NMAE, error);
    }
  }

  private static void spearman(
      TableComparison tables, ChallengeMetric metric, DoublePredicate which, MetricRow out) {
    TestedGenes real = tables.real();
    TestedGenes predicted = tables.predicted();
    int[] genes =
        Arrays.stream(real.found(-1)).filter(g -> which.test(real.change()[real.row(g)])).toArray();
    if (genes.length == 0) {
      return;
    }
    double[] x = Arrays.stream(genes).mapToDouble(g -> real.change()[real.row(g)]).toArray();
    double[] y =
        Arrays.stream(genes)
            .mapToDouble(g -> predicted.row(g) < 0 ? 0 : predicted.change()[predicted.row(g)])
            .toArray();
    out.put(metric, Correlation.spearman(x, y));
  }
}
