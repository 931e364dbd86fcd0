package org.virtualcell.model.effect;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;
import org.virtualcell.model.Targets;

/** How a condition is absent once some conditions are left out. Immutable. */
final class Remaining {
  private final List<Condition> conditions;
  private final Map<Perturbation, Set<Integer>> byPerturbation = new HashMap<>();
  private final Map<List<String>, Set<Integer>> byTargets = new HashMap<>();
  private final Map<CellContext, Set<Integer>> byContext = new HashMap<>();

  Remaining(List<Condition> conditions) {
    this.conditions = conditions;
    for (int i = 0; i < conditions.size(); i++) {
      Condition c = conditions.get(i);
      add(byPerturbation, c.perturbation(), i);
      add(byTargets, Targets.all(c.perturbation()), i);
      add(byContext, c.context(), i);
    }
  }

  private static <K> void add(Map<K, Set<Integer>> map, K key, int item) {
    map.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(item);
  }

  /** Leaving out may take away more than a question lacks. */
  Absence absence(Condition asked, Set<Integer> gone) {
    Perturbation perturbation = asked.perturbation();
    return Absence.of(
        perturbation,
        isLeft(byPerturbation.get(perturbation), gone),
        isLeft(byContext.get(asked.context()), gone),
        byTargets.get(Targets.all(perturbation)).stream()
            .anyMatch(
                i ->
                    !gone.contains(i)
                        && Targets.differInExposure(
                            conditions.get(i).perturbation(), perturbation)));
  }

  /**
   * Whether doses at or below and at or above the asked ones are left of the same targets; true
   * where no dose is asked.
   */
  boolean surrounds(Perturbation asked, Set<Integer> gone) {
    List<Exposure> wanted = Exposure.of(asked);
    boolean[] below = new boolean[wanted.size()];
    boolean[] above = new boolean[wanted.size()];
    for (int i : byTargets.getOrDefault(Targets.all(asked), Set.of())) {
      List<Exposure> has = Exposure.of(conditions.get(i).perturbation());
      for (int k = 0; k < below.length && !gone.contains(i) && has.size() == below.length; k++) {
        if (has.get(k).hasDose() && has.get(k).molar() == wanted.get(k).molar()) {
          below[k] |= has.get(k).dose() <= wanted.get(k).dose();
          above[k] |= has.get(k).dose() >= wanted.get(k).dose();
        }
      }
    }
    for (int k = 0; k < below.length; k++) {
      if (wanted.get(k).hasDose() && !(below[k] && above[k])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLeft(Set<Integer> items, Set<Integer> gone) {
    return items.stream().anyMatch(i -> !gone.contains(i));
  }
}
