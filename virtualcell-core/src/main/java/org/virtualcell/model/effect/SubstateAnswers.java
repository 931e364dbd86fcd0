package org.virtualcell.model.effect;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.model.cells.SubstateEffects;
import org.virtualcell.model.cells.Substates;

/**
 * The effect in each substate of a labelled baseline: the common effect and how far a substate was
 * measured to depart from it, shrunk. Only where the condition was measured, its cells are at hand
 * and a substate has enough of them; nothing is said of other conditions. Thread-safe.
 */
final class SubstateAnswers {
  private final Optional<TrainingSet> data;
  private final AtomicReference<Kept> last = new AtomicReference<>();

  /** States are immutable: the substates of the one asked about last are kept. */
  private record Kept(CellState baseline, Optional<Substates> substates) {}

  /**
   * Answers from measured cells.
   *
   * @param data empty for a model that was read from a file, which has no cells
   */
  SubstateAnswers(Optional<TrainingSet> data) {
    this.data = data;
  }

  /**
   * The effects.
   *
   * @param baseline the cells asked about, labelled or not
   * @param asked the condition, in the context of training that is meant
   * @param effect the common effect, in the genes of the outcome
   * @return per label of the baseline; empty where substates are not told apart
   */
  Map<String, GeneProfile> of(CellState baseline, Condition asked, GeneProfile effect) {
    if (data.isEmpty()
        || baseline.substates().isEmpty()
        || !baseline.genes().equals(data.get().genes())
        || !effect.genes().equals(baseline.genes())) {
      return Map.of();
    }
    Optional<Condition> measured =
        data.get().conditions().stream()
            .filter(c -> c.perturbation().equals(asked.perturbation()))
            .filter(c -> c.context().without(CellContext.Fact.BATCH).equals(asked.context()))
            .findFirst();
    if (measured.isEmpty()) {
      return Map.of();
    }
    Optional<Substates> found = substates(baseline);
    if (found.isEmpty()) {
      return Map.of();
    }
    Substates substates = found.get();
    Map<String, double[]> departures = new TreeMap<>();
    double cells = 0;
    for (MatchedCells group : data.get().cells(measured.get())) {
      double n = group.perturbed().cells();
      cells += n;
      SubstateEffects.departures(
              substates.assign(group.perturbed()), substates.assign(group.controls()))
          .forEach(
              (name, d) -> {
                double[] sum = departures.computeIfAbsent(name, s -> new double[d.length]);
                for (int g = 0; g < d.length; g++) {
                  sum[g] += n * d[g];
                }
              });
    }
    Map<String, GeneProfile> effects = new TreeMap<>();
    for (String name : substates.names()) {
      double[] own = effect.toArray();
      double[] sum = departures.get(name);
      for (int g = 0; sum != null && g < own.length; g++) {
        own[g] += sum[g] / cells;
      }
      effects.put(name, GeneProfile.of(effect.genes(), own));
    }
    return departures.isEmpty() ? Map.of() : effects;
  }

  @SuppressWarnings("ReferenceEquality") // comparing the values would cost what is to be saved
  private Optional<Substates> substates(CellState baseline) {
    Kept kept = last.get();
    if (kept == null || kept.baseline() != baseline) {
      kept = new Kept(baseline, labelled(baseline));
      last.set(kept);
    }
    return kept.substates();
  }

  private static Optional<Substates> labelled(CellState baseline) {
    try {
      return Optional.of(Substates.of(baseline, 2, 0));
    } catch (InvalidDataException tooFewCells) {
      return Optional.empty();
    }
  }
}
