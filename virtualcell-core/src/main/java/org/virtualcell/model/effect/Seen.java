package org.virtualcell.model.effect;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/** What a screen has measured, to be looked up. Immutable. */
final class Seen {
  private final Set<Condition> conditions = new HashSet<>();
  private final Set<Perturbation> perturbations = new HashSet<>();
  private final Set<CellContext> contexts = new HashSet<>();
  private final Map<List<String>, Set<Perturbation>> byTargets = new HashMap<>();

  Seen(Screen screen) {
    for (Screen.Mode mode : screen.modes()) {
      for (Screen.Item item : mode.items()) {
        conditions.add(item.condition());
        if (perturbations.add(item.condition().perturbation())) {
          byTargets
              .computeIfAbsent(item.targets(), any -> new HashSet<>())
              .add(item.condition().perturbation());
        }
        contexts.add(item.context());
      }
    }
  }

  boolean condition(Perturbation perturbation, CellContext context) {
    return conditions.contains(new Condition(perturbation, context));
  }

  boolean perturbation(Perturbation perturbation) {
    return perturbations.contains(perturbation);
  }

  /** Whether the same targets were given in another dose, or for another time. */
  boolean otherExposure(Perturbation perturbation) {
    return byTargets.getOrDefault(Targets.all(perturbation), Set.of()).stream()
        .anyMatch(p -> Targets.differInExposure(p, perturbation));
  }

  /** Whether anything was done to cells of this context. */
  boolean context(CellContext context) {
    return contexts.contains(context);
  }
}
