package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.virtualcell.model.Targets;

/**
 * The measured effect of the nearest training condition, by what is known without measuring the
 * perturbation: the same perturbation in the context whose controls are most alike, else the
 * conditions that share most targets, else the single whose target goes together with the asked
 * target among unperturbed cells. Ties are averaged.
 */
final class Nearest implements Rule {
  /** A co-expression below this is taken for none: its square is 1 % of the variance. */
  static final double LEAST_CORRELATION = 0.1;

  @Override
  public String name() {
    return "nearest";
  }

  @Override
  public String description() {
    return "Predicts the measured effect of the most similar training condition: the same"
        + " perturbation in the most similar context, else shared targets, else co-expressed"
        + " targets.";
  }

  @Override
  public Fitted fit(EffectTable table) {
    double typical = typicalContextDistance(table.contexts());
    return query -> answer(table, query, typical);
  }

  private static Answer answer(EffectTable table, Query query, double typical) {
    List<EffectTable.Row> same = table.where(c -> c.perturbation().equals(query.perturbation()));
    if (!same.isEmpty()) {
      return sameElsewhere(table, query, same, typical);
    }
    List<EffectTable.Row> alike = nearestContext(table, query);
    Answer shared = sharedTargets(query, alike, table.genes().size());
    if (shared != null) {
      return shared;
    }
    Answer together = coExpressed(query, alike, table.genes().size());
    if (together != null) {
      return together;
    }
    return Answer.unsupported(
        new double[table.genes().size()],
        "No training condition of this mode shares a target with "
            + query.perturbation().label()
            + ", and no co-expression of at least "
            + LEAST_CORRELATION
            + " with a training target is known; answers 'no change'.",
        List.of());
  }

  private static Answer sameElsewhere(
      EffectTable table, Query query, List<EffectTable.Row> same, double typical) {
    EffectTable.Row best = null;
    double least = Double.POSITIVE_INFINITY;
    for (EffectTable.Row row : same) {
      double distance =
          row.condition().context().equals(query.context())
              ? 0
              : 1 - correlation(table, row, query.controlMean());
      if (best == null || distance < least) {
        best = row;
        least = distance;
      }
    }
    WeightedMean copy = new WeightedMean(table.genes().size());
    copy.add(best, 1);
    String where = best.condition().context().name();
    Answer answer =
        Answer.supported(
            copy.effect(),
            least == 0
                ? "Measured in " + where + " itself (" + best.cells() + " cells)."
                : "Measured in "
                    + where
                    + " ("
                    + best.cells()
                    + " cells), whose controls correlate with these by "
                    + round(1 - least)
                    + ".",
            copy.sources());
    return least == 0 ? answer.at(0) : typical > 0 ? answer.at(least / typical) : answer;
  }

  private static double correlation(EffectTable table, EffectTable.Row row, double[] mean) {
    return table
        .context(row.condition().context())
        .map(context -> correlation(context.controlMean(), mean))
        .orElse(-1.0);
  }

  /**
   * Conditions of the same mode in the query's context, else in the one whose controls are most
   * alike.
   */
  private static List<EffectTable.Row> nearestContext(EffectTable table, Query query) {
    List<EffectTable.Row> sameMode = table.sameMode(query.perturbation());
    List<EffectTable.Row> here = in(sameMode, query.context());
    if (!here.isEmpty() || sameMode.isEmpty()) {
      return here;
    }
    EffectTable.Row best = sameMode.get(0);
    for (EffectTable.Row row : sameMode) {
      if (correlation(table, row, query.controlMean())
          > correlation(table, best, query.controlMean())) {
        best = row;
      }
    }
    return in(sameMode, best.condition().context());
  }

  private static List<EffectTable.Row> in(
      List<EffectTable.Row> rows, org.virtualcell.api.CellContext context) {
    return rows.stream().filter(r -> r.condition().context().equals(context)).toList();
  }

  private static Answer sharedTargets(Query query, List<EffectTable.Row> rows, int genes) {
    List<String> asked = Targets.all(query.perturbation());
    List<EffectTable.Row> nearest = new ArrayList<>();
    double most = 0;
    for (EffectTable.Row row : rows) {
      double jaccard = jaccard(asked, row.targets());
      if (jaccard > most) {
        nearest.clear();
        most = jaccard;
      }
      if (jaccard > 0 && jaccard == most) {
        nearest.add(row);
      }
    }
    if (nearest.isEmpty()) {
      return null;
    }
    WeightedMean mean = new WeightedMean(genes);
    mean.addAll(nearest, 1.0 / nearest.size());
    return Answer.supported(
            mean.effect(),
            "Mean of "
                + nearest.size()
                + " measured conditions in "
                + nearest.get(0).condition().context().name()
                + " that share "
                + round(100 * most)
                + " % of the targets.",
            mean.sources())
        .at(1 - most);
  }

  /** Shared targets over all targets of both. */
  static double jaccard(List<String> left, List<String> right) {
    long shared = left.stream().filter(right::contains).count();
    return (double) shared / (left.size() + right.size() - shared);
  }

  private static Answer coExpressed(Query query, List<EffectTable.Row> rows, int genes) {
    List<String> targets = Targets.all(query.perturbation());
    if (targets.size() != 1) {
      return null;
    }
    EffectTable.Row best = null;
    double most = LEAST_CORRELATION;
    for (EffectTable.Row row : rows) {
      List<String> other = row.targets();
      if (other.size() == 1) {
        OptionalDouble r = query.coExpression().between(targets.get(0), other.get(0));
        if (r.isPresent() && (r.getAsDouble() > most || best == null && r.getAsDouble() == most)) {
          best = row;
          most = r.getAsDouble();
        }
      }
    }
    if (best == null) {
      return null;
    }
    WeightedMean copy = new WeightedMean(genes);
    copy.add(best, 1);
    return Answer.supported(
            copy.effect(),
            "Measured effect of "
                + best.condition().perturbation().label()
                + " in "
                + best.condition().context().name()
                + " ("
                + best.cells()
                + " cells), whose target correlates with the asked one by "
                + round(most)
                + " among unperturbed cells.",
            copy.sources())
        .at(1 - most);
  }

  private static double typicalContextDistance(List<EffectTable.ContextRow> contexts) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < contexts.size(); i++) {
      for (int j = 0; j < i; j++) {
        float[] mean = contexts.get(j).controlMean();
        double[] other = new double[mean.length];
        for (int g = 0; g < mean.length; g++) {
          other[g] = mean[g];
        }
        sum += 1 - correlation(contexts.get(i).controlMean(), other);
        pairs++;
      }
    }
    return pairs == 0 ? 0 : sum / pairs;
  }

  /** Pearson over the genes both have; 0 where one side does not vary. */
  static double correlation(float[] a, double[] b) {
    int n = 0;
    double meanA = 0;
    double meanB = 0;
    for (int g = 0; g < a.length; g++) {
      if (!Double.isNaN(b[g])) {
        n++;
        meanA += a[g];
        meanB += b[g];
      }
    }
    meanA /= Math.max(1, n);
    meanB /= Math.max(1, n);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int g = 0; g < a.length; g++) {
      if (!Double.isNaN(b[g])) {
        double x = a[g] - meanA;
        double y = b[g] - meanB;
        ab += x * y;
        aa += x * x;
        bb += y * y;
      }
    }
    return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
  }

  private static double round(double value) {
    return Math.rint(value * 100) / 100;
  }
}
