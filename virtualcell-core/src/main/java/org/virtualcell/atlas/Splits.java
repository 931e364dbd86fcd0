package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.TrainingSet;

/**
 * Splits that ask the hard questions. The default protocol is rotation: every condition that a
 * policy can ask about is held out once and scored once. Pure functions of data, policy and seed.
 *
 * <p>The targets of a perturbation are its parts regardless of mode: a gene that was activated in
 * training is not an unseen gene when it is repressed.
 */
public final class Splits {
  private Splits() {}

  /**
   * All folds of all policies.
   *
   * @param data the data
   * @param seed decides which cells are in which half
   * @return folds in a fixed order
   */
  public static List<Fold> rotation(PerturbationData data, long seed) {
    List<Fold> folds = new ArrayList<>();
    for (SplitPolicy policy : SplitPolicy.values()) {
      folds.addAll(rotation(data, policy, seed));
    }
    return List.copyOf(folds);
  }

  /**
   * All folds of one policy.
   *
   * <ul>
   *   <li>unseen perturbation: one fold per target; held out are its singles in every context, and
   *       every combination with it leaves the training set;
   *   <li>unseen combination: one fold per combination, held out in every context;
   *   <li>unseen context: one fold per context; held out are its conditions whose perturbation was
   *       measured in another context, and all its perturbed cells leave the training set;
   *   <li>unseen both: one fold per condition; all perturbed cells of its context and every
   *       condition that shares a target with it leave the training set.
   * </ul>
   *
   * @param data the data
   * @param policy what is asked
   * @param seed decides which cells are in which half
   * @return folds in a fixed order; empty where the data cannot ask it
   */
  public static List<Fold> rotation(PerturbationData data, SplitPolicy policy, long seed) {
    List<Fold> folds =
        switch (policy) {
          case UNSEEN_PERTURBATION -> unseenPerturbations(data, seed);
          case UNSEEN_COMBINATION -> unseenCombinations(data, seed);
          case UNSEEN_CONTEXT -> unseenContexts(data, seed);
          case UNSEEN_BOTH -> unseenBoth(data, seed);
        };
    return List.copyOf(folds);
  }

  /**
   * A fold that trains on nothing and holds everything out: what predictions from elsewhere are
   * measured against. Its protocol is the empty text.
   *
   * @param data the data
   * @param seed decides which cells are in which half
   * @return the fold
   */
  public static Fold everythingHeldOut(PerturbationData data, long seed) {
    return new SplitFold(data, "", "", Set.of(), Set.copyOf(data.conditions()), seed);
  }

  /**
   * Draws a split of one policy and writes it as State does: a share of the targets, combinations
   * or contexts is tested, and what would give them away is listed under {@code val}, which keeps
   * it out of training.
   *
   * @param data the data
   * @param dataset the name the data get in the split
   * @param path where the data are
   * @param policy what is asked
   * @param share the share to hold out, between 0 and 1; at least one, never all
   * @param seed decides what is held out
   * @return the split
   * @throws org.virtualcell.api.InvalidDataException if the data cannot ask it
   */
  public static SplitFile draw(
      PerturbationData data,
      String dataset,
      String path,
      SplitPolicy policy,
      double share,
      long seed) {
    return draw(data, dataset, path, policy, share, seed, target -> target);
  }

  /**
   * Draws a split that holds out groups of targets whole, such as all compounds of a scaffold.
   *
   * @param data the data
   * @param dataset the name the data get in the split
   * @param path where the data are
   * @param policy what is asked; groups matter where targets are drawn
   * @param share the share of groups to hold out, between 0 and 1; at least one, never all
   * @param seed decides what is held out
   * @param group the group of a target
   * @return the split
   * @throws org.virtualcell.api.InvalidDataException if the data cannot ask it
   */
  public static SplitFile draw(
      PerturbationData data,
      String dataset,
      String path,
      SplitPolicy policy,
      double share,
      long seed,
      UnaryOperator<String> group) {
    return new SplitDraw(data, dataset, share, seed, group).draw(policy, path);
  }

  /**
   * The folds of a split file: its test conditions grouped by the claim a prediction of them makes,
   * with one training set. A perturbation and a context that are both seen, but not together, have
   * the protocol "seen".
   *
   * @param data the data
   * @param dataset the name of the data in the split
   * @param split the split
   * @param seed decides which cells are in which half
   * @return folds in a fixed order; empty when nothing is tested
   * @throws org.virtualcell.api.InvalidDataException if the split names a context or perturbation
   *     that is not in the data
   */
  public static List<Fold> of(PerturbationData data, String dataset, SplitFile split, long seed) {
    return new SplitAssignment(data, dataset, split).folds(seed);
  }

  /**
   * The training set of a split file.
   *
   * @param data the data
   * @param dataset the name of the data in the split
   * @param split the split
   * @return what is in training, with all controls
   * @throws org.virtualcell.api.InvalidDataException if the split names a context or perturbation
   *     that is not in the data, or leaves nothing for training
   */
  public static TrainingSet training(PerturbationData data, String dataset, SplitFile split) {
    Set<Condition> training = new SplitAssignment(data, dataset, split).training();
    if (training.isEmpty()) {
      throw new InvalidDataException(
          "The split leaves nothing for training",
          data.source(),
          "List the data set in [training] as \"train\" and hold out less.");
    }
    return new SplitFold(data, "training", "", training, Set.of(), 0).training();
  }

  private static List<Fold> unseenPerturbations(PerturbationData data, long seed) {
    Map<String, Set<Condition>> byTarget = new TreeMap<>();
    for (Condition c : data.conditions()) {
      if (c.perturbation().parts().size() == 1) {
        String target = targets(c.perturbation()).iterator().next();
        byTarget.computeIfAbsent(target, t -> new LinkedHashSet<>()).add(c);
      }
    }
    List<Fold> folds = new ArrayList<>();
    byTarget.forEach(
        (target, heldOut) -> {
          Set<Condition> training = without(data, c -> targets(c.perturbation()).contains(target));
          if (!training.isEmpty()) {
            folds.add(fold(data, SplitPolicy.UNSEEN_PERTURBATION, "", training, heldOut, seed));
          }
        });
    return folds;
  }

  private static List<Fold> unseenCombinations(PerturbationData data, long seed) {
    Map<Perturbation, Set<Condition>> byCombination = new LinkedHashMap<>();
    for (Condition c : data.conditions()) {
      if (c.perturbation() instanceof Perturbation.Combination) {
        byCombination.computeIfAbsent(c.perturbation(), p -> new LinkedHashSet<>()).add(c);
      }
    }
    List<Fold> folds = new ArrayList<>();
    byCombination.forEach(
        (combination, heldOut) -> {
          Set<String> members = targets(combination);
          Set<Condition> training =
              without(
                  data,
                  c ->
                      c.perturbation().parts().size() > 1
                          && targets(c.perturbation()).equals(members));
          if (!training.isEmpty()) {
            byStratum(data, heldOut)
                .forEach(
                    (stratum, conditions) ->
                        folds.add(
                            fold(
                                data,
                                SplitPolicy.UNSEEN_COMBINATION,
                                stratum,
                                training,
                                conditions,
                                seed)));
          }
        });
    return folds;
  }

  private static Map<String, Set<Condition>> byStratum(
      PerturbationData data, Set<Condition> combinations) {
    Set<Condition> measured = Set.copyOf(data.conditions());
    Map<String, Set<Condition>> strata = new TreeMap<>();
    for (Condition c : combinations) {
      strata.computeIfAbsent(singlesSeen(c, measured), s -> new LinkedHashSet<>()).add(c);
    }
    return strata;
  }

  static String singlesSeen(Condition combination, Set<Condition> training) {
    return Long.toString(
        combination.perturbation().parts().stream()
            .filter(part -> training.contains(new Condition(part, combination.context())))
            .count());
  }

  private static List<Fold> unseenContexts(PerturbationData data, long seed) {
    List<Fold> folds = new ArrayList<>();
    for (CellContext context : data.contexts()) {
      Set<Condition> training = without(data, c -> c.context().equals(context));
      Set<Perturbation> seen = perturbations(training);
      Set<Condition> heldOut =
          data.conditions().stream()
              .filter(c -> c.context().equals(context) && seen.contains(c.perturbation()))
              .collect(Collectors.toCollection(LinkedHashSet::new));
      if (!heldOut.isEmpty()) {
        folds.add(fold(data, SplitPolicy.UNSEEN_CONTEXT, "", training, heldOut, seed));
      }
    }
    return folds;
  }

  private static List<Fold> unseenBoth(PerturbationData data, long seed) {
    List<Fold> folds = new ArrayList<>();
    for (Condition asked : data.conditions()) {
      Set<String> members = targets(asked.perturbation());
      Set<Condition> training =
          without(
              data,
              c ->
                  c.context().equals(asked.context())
                      || targets(c.perturbation()).stream().anyMatch(members::contains));
      if (!training.isEmpty()) {
        folds.add(
            fold(
                data,
                SplitPolicy.UNSEEN_BOTH,
                "",
                training,
                new LinkedHashSet<>(List.of(asked)),
                seed));
      }
    }
    return folds;
  }

  private static Fold fold(
      PerturbationData data,
      SplitPolicy policy,
      String stratum,
      Set<Condition> training,
      Set<Condition> heldOut,
      long seed) {
    return new SplitFold(data, policy.label(), stratum, training, heldOut, seed);
  }

  private static Set<Condition> without(PerturbationData data, Predicate<Condition> excluded) {
    return data.conditions().stream()
        .filter(excluded.negate())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  static Set<Perturbation> perturbations(Collection<Condition> conditions) {
    return conditions.stream()
        .map(Condition::perturbation)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What a perturbation acts on, regardless of mode, dose and time. */
  static Set<String> targets(Perturbation perturbation) {
    Set<String> targets = new TreeSet<>();
    perturbation.parts().forEach(part -> targets.add(InterventionTarget.of(part)));
    return targets;
  }
}
