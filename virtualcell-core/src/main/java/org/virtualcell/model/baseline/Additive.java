package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.api.Perturbation;

/**
 * A combination's effect is the sum of its parts' effects: {@code delta(a + b) = delta(a) +
 * delta(b)}. A part's effect is the one measured in the same context, else its mean over other
 * contexts. Singles, and combinations that were measured, follow the perturbation mean.
 */
final class Additive implements Rule {
  @Override
  public String name() {
    return "additive";
  }

  @Override
  public String description() {
    return "Predicts a combination as the sum of the measured effects of its parts; singles as the"
        + " perturbation mean.";
  }

  @Override
  public Fitted fit(EffectTable table) {
    return query -> answer(table, query);
  }

  private static Answer answer(EffectTable table, Query query) {
    List<Perturbation> parts = query.perturbation().parts();
    if (parts.size() < 2 || table.hasPerturbation(query.perturbation())) {
      return PerturbationMean.answer(table, query);
    }
    WeightedMean sum = new WeightedMean(table.genes().size());
    List<String> elsewhere = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Perturbation part : parts) {
      List<EffectTable.Row> measured =
          table
              .find(part, query.context())
              .map(List::of)
              .orElseGet(() -> table.where(c -> c.perturbation().equals(part)));
      if (measured.isEmpty()) {
        missing.add(part.label());
      } else {
        sum.addAll(measured, 1.0 / measured.size());
        if (!measured.get(0).condition().context().equals(query.context())) {
          elsewhere.add(part.label());
        }
      }
    }
    int known = parts.size() - missing.size();
    if (known == 0) {
      return Answer.unsupported(
          sum.effect(),
          "No part of "
              + query.perturbation().label()
              + " was measured alone; answers 'no change'.",
          List.of());
    }
    String reason =
        "Sum of "
            + known
            + " of "
            + parts.size()
            + " parts"
            + (elsewhere.isEmpty() ? "" : "; measured in other contexts only: " + elsewhere)
            + (missing.isEmpty()
                ? "."
                : "; never measured alone, counted as no change: " + missing + ".");
    return Answer.supported(sum.effect(), reason, sum.sources());
  }
}
