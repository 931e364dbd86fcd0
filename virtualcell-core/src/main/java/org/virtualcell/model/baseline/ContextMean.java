package org.virtualcell.model.baseline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.CellContext;
import org.virtualcell.model.Targets;

/**
 * The mean effect of a context: the mean over all its perturbed training cells minus its controls,
 * the same for every perturbation. Cells are pooled: conditions with more cells weigh more.
 */
final class ContextMean implements Rule {
  @Override
  public String name() {
    return "context-mean";
  }

  @Override
  public String description() {
    return "Predicts the mean effect over all perturbed training cells of the context, whatever the"
        + " perturbation; only effects of the same mode.";
  }

  @Override
  public Fitted fit(EffectTable table) {
    return query -> answer(table, query);
  }

  private static Answer answer(EffectTable table, Query query) {
    WeightedMean mean = new WeightedMean(table.genes().size());
    List<EffectTable.Row> sameMode = table.sameMode(query.perturbation());
    List<EffectTable.Row> here =
        sameMode.stream().filter(r -> r.condition().context().equals(query.context())).toList();
    if (!here.isEmpty()) {
      addPooled(mean, here, 1);
      return Answer.supported(
          mean.effect(),
          "Mean effect of "
              + here.size()
              + " perturbations in "
              + query.context().name()
              + " ("
              + mean.cells()
              + " cells); it does not depend on the perturbation asked about.",
          mean.sources());
    }
    if (sameMode.isEmpty()) {
      return Answer.unsupported(
          mean.effect(),
          "No training condition of mode "
              + Targets.modes(query.perturbation())
              + "; answers 'no change'.",
          List.of());
    }
    Map<CellContext, List<EffectTable.Row>> others = byContext(sameMode);
    others.values().forEach(rows -> addPooled(mean, rows, 1.0 / others.size()));
    return Answer.unsupported(
        mean.effect(),
        "No perturbed training cell of "
            + query.context().name()
            + "; answers with the mean over "
            + others.size()
            + " other contexts of the same mode.",
        mean.sources());
  }

  static Map<CellContext, List<EffectTable.Row>> byContext(List<EffectTable.Row> rows) {
    Map<CellContext, List<EffectTable.Row>> groups = new LinkedHashMap<>();
    rows.forEach(
        row ->
            groups
                .computeIfAbsent(row.condition().context(), c -> new java.util.ArrayList<>())
                .add(row));
    return groups;
  }

  private static void addPooled(WeightedMean mean, List<EffectTable.Row> rows, double weight) {
    double cells = rows.stream().mapToLong(EffectTable.Row::cells).sum();
    rows.forEach(row -> mean.add(row, weight * row.cells() / cells));
  }
}
