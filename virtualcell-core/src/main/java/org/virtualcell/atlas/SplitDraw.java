package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;

/** Draws what a policy holds out, by a hash of names and seed, and writes it as a split file. */
final class SplitDraw {
  private final PerturbationData data;
  private final String dataset;
  private final double share;
  private final long seed;
  private final UnaryOperator<String> group;
  private final Map<String, String> zeroshot = new LinkedHashMap<>();
  private final Map<String, SplitFile.FewShot> fewshot = new LinkedHashMap<>();

  /** Targets of one group are held out together or not at all. */
  SplitDraw(
      PerturbationData data, String dataset, double share, long seed, UnaryOperator<String> group) {
    if (!(share > 0 && share < 1)) {
      throw new InvalidDataException(
          "A share of " + share + " cannot be held out", "split", "Use a share between 0 and 1.");
    }
    this.data = data;
    this.dataset = dataset;
    this.share = share;
    this.seed = seed;
    this.group = group;
  }

  SplitFile draw(SplitPolicy policy, String path) {
    switch (policy) {
      case UNSEEN_PERTURBATION -> {
        Set<String> targets = someTargets(c -> true);
        fewShot(c -> isSingleOf(c, targets), c -> sharesTarget(c, targets));
      }
      case UNSEEN_COMBINATION -> {
        Set<String> combinations =
            some(
                data.conditions().stream()
                    .map(Condition::perturbation)
                    .filter(p -> p instanceof Perturbation.Combination)
                    .map(Perturbation::label)
                    .collect(Collectors.toCollection(TreeSet::new)),
                "combinations to hold out");
        fewShot(c -> combinations.contains(c.perturbation().label()), c -> false);
      }
      case UNSEEN_CONTEXT -> drawContexts().forEach(c -> zeroshot.put(key(c), "test"));
      case UNSEEN_BOTH -> {
        Set<CellContext> contexts = drawContexts();
        Set<String> targets = someTargets(c -> contexts.contains(c.context()));
        contexts.forEach(c -> zeroshot.put(key(c), "test"));
        fewShot(c -> false, c -> !contexts.contains(c.context()) && sharesTarget(c, targets));
      }
    }
    return new SplitFile(
        Map.of(dataset, path),
        Map.of(dataset, "train"),
        zeroshot,
        fewshot,
        java.util.Optional.of(new SplitFile.Manifest(policy.label(), share, seed, data.digest())));
  }

  private String key(CellContext context) {
    return dataset + "." + context.name();
  }

  /** Whole groups of targets, such as the compounds of a scaffold. */
  private Set<String> someTargets(Predicate<Condition> among) {
    Set<String> targets = targetsOfSingles(among);
    Set<String> groups = targets.stream().map(group).collect(Collectors.toCollection(TreeSet::new));
    Set<String> drawn = some(groups, "targets or groups of targets to hold out");
    return targets.stream()
        .filter(t -> drawn.contains(group.apply(t)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> targetsOfSingles(Predicate<Condition> among) {
    Set<String> targets = new TreeSet<>();
    data.conditions().stream()
        .filter(c -> c.perturbation().parts().size() == 1 && among.test(c))
        .forEach(c -> targets.addAll(Splits.targets(c.perturbation())));
    return targets;
  }

  private static boolean isSingleOf(Condition c, Set<String> targets) {
    return c.perturbation().parts().size() == 1 && sharesTarget(c, targets);
  }

  private static boolean sharesTarget(Condition c, Set<String> targets) {
    return Splits.targets(c.perturbation()).stream().anyMatch(targets::contains);
  }

  /** Contexts with perturbed cells; one of them stays for training. */
  private Set<CellContext> drawContexts() {
    Set<String> names =
        data.conditions().stream()
            .map(c -> c.context().name())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> drawn = some(names, "contexts to hold out");
    return data.contexts().stream()
        .filter(c -> drawn.contains(c.name()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The share of names with the smallest hashes: at least one, never all. */
  private Set<String> some(Set<String> names, String what) {
    if (names.size() < 2) {
      throw new InvalidDataException(
          "The data have too few " + what + ": " + names.size(),
          data.source(),
          "Choose another policy; this one needs two or more.");
    }
    int count = (int) Math.max(1, Math.min(names.size() - 1, Math.rint(share * names.size())));
    return names.stream()
        .sorted(Comparator.comparing(this::hash))
        .limit(count)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String hash(String name) {
    return ContentDigest.of("split-draw/1").add(seed).add(name).build().hex();
  }

  private void fewShot(Predicate<Condition> tested, Predicate<Condition> left) {
    for (CellContext context : data.contexts()) {
      List<String> test = new ArrayList<>();
      List<String> val = new ArrayList<>();
      for (Condition c : data.conditions()) {
        if (c.context().equals(context)) {
          if (tested.test(c)) {
            test.add(c.perturbation().label());
          } else if (left.test(c)) {
            val.add(c.perturbation().label());
          }
        }
      }
      if (!test.isEmpty() || !val.isEmpty()) {
        fewshot.put(key(context), new SplitFile.FewShot(val, test));
      }
    }
  }
}
