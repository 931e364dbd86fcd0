package org.virtualcell.evaluate.compare;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.Interval;

/** What one line of a comparison comes to, in a plain sentence. */
final class ComparedVerdict {
  /** Uninformed baselines, the first that is there is what a model must beat. */
  private static final List<String> UNINFORMED =
      List.of("context-mean", "mean-baseline", "baseline", "no-change");

  private final Ranking ranking;
  private final List<String> models;
  private final boolean higherIsBetter;

  ComparedVerdict(Ranking ranking, List<String> models, boolean higherIsBetter) {
    this.ranking = ranking;
    this.models = models;
    this.higherIsBetter = higherIsBetter;
  }

  /** Empty where there is nothing to compare with. */
  String of(String model) {
    String baseline =
        UNINFORMED.stream()
            .filter(b -> models.contains(b) && !b.equals(model))
            .findFirst()
            .orElse("");
    String leader =
        models.stream()
            .filter(m -> !m.equals(model))
            .min(java.util.Comparator.comparingDouble(ranking::rank))
            .orElse("");
    if (leader.isEmpty()) {
      return "";
    }
    String beside = baseline.isEmpty() ? "" : against(model, baseline);
    if (leader.equals(baseline)) {
      return beside + ".";
    }
    return (beside.isEmpty() ? model + " is " : beside + "; ")
        + outcome(model, leader)
        + " the best other, "
        + leader
        + ".";
  }

  private String against(String model, String baseline) {
    int[] tally = ranking.tally(model, baseline);
    return model
        + " is ahead of "
        + baseline
        + " on "
        + tally[0]
        + " of "
        + ranking.perturbations()
        + (ranking.perturbations() == 1 ? " perturbation" : " perturbations")
        + (tally[1] > 0 ? ", level on " + tally[1] : "")
        + (tally[2] > 0 ? ", behind on " + tally[2] : "")
        + "; over all of them "
        + outcome(model, baseline)
        + " it";
  }

  private String outcome(String model, String other) {
    Optional<Interval> gap = ranking.gap(model, other);
    if (gap.isEmpty()) {
      return "too few to tell from";
    }
    if (gap.get().contains(0)) {
      return "not distinguishable from";
    }
    return gap.get().lower() > 0 == higherIsBetter ? "better than" : "worse than";
  }
}
