package org.virtualcell.model.baseline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/**
 * The mean effect of a perturbation over the training contexts that have it, each context with the
 * same weight. A perturbation of another mode is another perturbation.
 */
final class PerturbationMean implements Rule {
  @Override
  public String name() {
    return "perturbation-mean";
  }

  @Override
  public String description() {
    return "Predicts the perturbation's mean effect over the training contexts that have it; for an"
        + " unseen perturbation the mean over all training perturbations of the same mode.";
  }

  @Override
  public Fitted fit(EffectTable table) {
    return query -> answer(table, query);
  }

  static Answer answer(EffectTable table, Query query) {
    WeightedMean mean = new WeightedMean(table.genes().size());
    List<EffectTable.Row> same = table.where(c -> c.perturbation().equals(query.perturbation()));
    if (!same.isEmpty()) {
      mean.addAll(same, 1.0 / same.size());
      return Answer.supported(
          mean.effect(),
          "Mean effect of "
              + query.perturbation().label()
              + " over "
              + same.size()
              + (same.size() == 1 ? " training context (" : " training contexts (")
              + mean.cells()
              + " cells).",
          mean.sources());
    }
    Map<Perturbation, List<EffectTable.Row>> others = new LinkedHashMap<>();
    table
        .sameMode(query.perturbation())
        .forEach(
            row ->
                others
                    .computeIfAbsent(
                        row.condition().perturbation(), p -> new java.util.ArrayList<>())
                    .add(row));
    if (others.isEmpty()) {
      return Answer.unsupported(
          mean.effect(),
          "No training condition of mode "
              + Targets.modes(query.perturbation())
              + "; answers 'no change'.",
          List.of());
    }
    others
        .values()
        .forEach(rows -> mean.addAll(rows, 1.0 / ((double) others.size() * rows.size())));
    return Answer.unsupported(
        mean.effect(),
        query.perturbation().label()
            + " was never measured in this mode; answers with the mean effect of "
            + others.size()
            + " other perturbations.",
        mean.sources());
  }
}
