package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;

/**
 * Which conditions are asked about together, and what members learn from then. A fold takes a fifth
 * of the pairs, targets or combinations; or a context, if three have perturbed cells; or half of
 * the targets of a context with all of that context.
 */
final class InnerFolds {
  private static final int FOLDS = 5;
  private static final int FEWEST_CONTEXTS = 3;
  private static final int MOST_CONTEXTS = 8;

  private final List<Condition> conditions;
  private final long seed;

  /** Conditions that are absent from what is learned in the stated way. */
  record Fold(Absence absence, List<Condition> asked, List<Condition> learned) {}

  InnerFolds(List<Condition> conditions, long seed) {
    // the order of a file must not matter
    this.conditions =
        conditions.stream()
            .sorted(
                Comparator.comparing((Condition c) -> c.perturbation().canonical())
                    .thenComparing(c -> c.context().digest().hex()))
            .toList();
    this.seed = seed;
  }

  List<Fold> all() {
    List<Fold> folds = new ArrayList<>();
    // pairs of a perturbation follow each other, so that they fall into different folds
    dealt(conditions, FOLDS).forEach(asked -> add(folds, Absence.CONDITION, asked));
    parts(Absence.TARGETS, conditions, FOLDS).forEach(asked -> add(folds, Absence.TARGETS, asked));
    parts(Absence.COMBINATION, conditions, FOLDS)
        .forEach(asked -> add(folds, Absence.COMBINATION, asked));
    for (List<Condition> context : contexts()) {
      add(folds, Absence.CONTEXT, context);
      parts(Absence.TARGETS, context, 2)
          .forEach(asked -> add(folds, Absence.CONTEXT_AND_TARGETS, asked));
    }
    return folds;
  }

  private List<List<Condition>> contexts() {
    Map<CellContext, List<Condition>> byContext = new LinkedHashMap<>();
    conditions.forEach(c -> byContext.computeIfAbsent(c.context(), k -> new ArrayList<>()).add(c));
    if (byContext.size() < FEWEST_CONTEXTS) {
      return List.of();
    }
    List<List<Condition>> contexts = new ArrayList<>(byContext.values());
    contexts.sort(Comparator.comparing(list -> list.get(0).context().digest().hex()));
    Collections.shuffle(contexts, new Random(seed));
    return contexts.subList(0, Math.min(MOST_CONTEXTS, contexts.size()));
  }

  /**
   * Conditions that are absent together stay together; groups are dealt in an order by the seed.
   */
  private List<List<Condition>> parts(Absence absence, List<Condition> among, int count) {
    Function<Condition, Object> together = absence.together();
    Map<Object, List<Condition>> groups = new LinkedHashMap<>();
    for (Condition c : among) {
      boolean combination = c.perturbation().parts().size() > 1;
      if (absence != Absence.COMBINATION || combination) {
        groups.computeIfAbsent(together.apply(c), k -> new ArrayList<>()).add(c);
      }
    }
    List<List<Condition>> order = new ArrayList<>(groups.values());
    Collections.shuffle(order, new Random(seed));
    return dealt(order, count).stream()
        .map(part -> part.stream().flatMap(List::stream).toList())
        .toList();
  }

  private static <T> List<List<T>> dealt(List<T> all, int count) {
    List<List<T>> parts = new ArrayList<>();
    for (int i = 0; i < Math.min(count, all.size()); i++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < all.size(); i++) {
      parts.get(i % parts.size()).add(all.get(i));
    }
    return parts;
  }

  /** Adds the fold with those of the asked conditions that are really absent as stated. */
  private void add(List<Fold> folds, Absence absence, List<Condition> taken) {
    List<java.util.function.Predicate<Condition>> leaving =
        taken.stream().map(absence::leavesOut).toList();
    List<Condition> learned =
        conditions.stream().filter(c -> leaving.stream().noneMatch(l -> l.test(c))).toList();
    Set<Perturbation> perturbations = new HashSet<>();
    Set<CellContext> contexts = new HashSet<>();
    learned.forEach(
        c -> {
          perturbations.add(c.perturbation());
          contexts.add(c.context());
        });
    List<Condition> asked =
        taken.stream()
            .filter(
                c ->
                    Absence.of(
                            c.perturbation(),
                            perturbations.contains(c.perturbation()),
                            contexts.contains(c.context()))
                        == absence)
            .toList();
    if (!asked.isEmpty() && !learned.isEmpty()) {
      folds.add(new Fold(absence, asked, learned));
    }
  }
}
