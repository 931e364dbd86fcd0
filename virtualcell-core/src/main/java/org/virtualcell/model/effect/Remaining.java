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

  private static boolean isLeft(Set<Integer> items, Set<Integer> gone) {
    return items.stream().anyMatch(i -> !gone.contains(i));
  }
}
