package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Regime;

/** Which side of a split file each condition of one data set is on. */
final class SplitAssignment {
  private final PerturbationData data;
  private final Set<Condition> training = new LinkedHashSet<>();
  private final Set<Condition> test = new LinkedHashSet<>();

  SplitAssignment(PerturbationData data, String dataset, SplitFile split) {
    this.data = data;
    if (!split.datasets().containsKey(dataset)) {
      throw new InvalidDataException(
          "The split does not name data set '" + dataset + "'",
          "[datasets]",
          "It names " + split.datasets().keySet() + ".");
    }
    requireContexts(dataset, split);
    for (Condition c : data.conditions()) {
      String key = dataset + "." + c.context().name();
      SplitFile.FewShot few = split.fewshot().get(key);
      String label = sorted(c.perturbation().label());
      if (few != null) {
        boolean tested = contains(few.test(), label);
        if (tested) {
          test.add(c);
        } else if (!contains(few.val(), label)) {
          training.add(c);
        }
      } else {
        String part =
            split.zeroshot().getOrDefault(key, split.training().getOrDefault(dataset, "none"));
        if (part.equals("train")) {
          training.add(c);
        } else if (part.equals("test")) {
          test.add(c);
        }
      }
    }
    requirePerturbations(dataset, split);
  }

  private void requireContexts(String dataset, SplitFile split) {
    Set<String> known =
        data.contexts().stream()
            .map(c -> dataset + "." + c.name())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> named = new ArrayList<>(split.zeroshot().keySet());
    named.addAll(split.fewshot().keySet());
    for (String key : named) {
      if (key.startsWith(dataset + ".") && !known.contains(key)) {
        throw new InvalidDataException(
            "The split names a context that is not in the data: '" + key + "'",
            data.source(),
            "The data have " + known + ".");
      }
    }
  }

  private void requirePerturbations(String dataset, SplitFile split) {
    split
        .fewshot()
        .forEach(
            (key, few) -> {
              Set<String> here =
                  data.conditions().stream()
                      .filter(c -> key.equals(dataset + "." + c.context().name()))
                      .map(c -> sorted(c.perturbation().label()))
                      .collect(Collectors.toSet());
              List<String> listed = new ArrayList<>(few.val());
              listed.addAll(few.test());
              for (String label : listed) {
                if (key.startsWith(dataset + ".") && !here.contains(sorted(label))) {
                  throw new InvalidDataException(
                      "The split names a perturbation that was not measured: '" + label + "'",
                      data.source() + ", [fewshot.\"" + key + "\"]",
                      "Check the spelling; " + here.size() + " perturbations were measured there.");
                }
              }
            });
  }

  private static boolean contains(Collection<String> labels, String sortedLabel) {
    return labels.stream().anyMatch(l -> sorted(l).equals(sortedLabel));
  }

  /** Parts of a combination may come in any order. */
  private static String sorted(String label) {
    return Arrays.stream(label.split("\\+", -1))
        .map(String::strip)
        .sorted()
        .collect(Collectors.joining("+"));
  }

  Set<Condition> training() {
    return training;
  }

  /**
   * The test conditions by the claim a prediction of them makes; all folds share one training set.
   */
  List<Fold> folds(long seed) {
    Set<Perturbation> perturbations = Splits.perturbations(training);
    Set<CellContext> contexts =
        training.stream().map(Condition::context).collect(Collectors.toSet());
    Map<List<String>, Set<Condition>> groups = new LinkedHashMap<>();
    for (Condition c : test) {
      boolean seen = perturbations.contains(c.perturbation());
      boolean known = contexts.contains(c.context());
      boolean combination = c.perturbation() instanceof Perturbation.Combination;
      List<String> group =
          !seen && known && combination
              ? List.of(SplitPolicy.UNSEEN_COMBINATION.label(), Splits.singlesSeen(c, training))
              : List.of(Regime.of(seen, known).label(), "");
      groups.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(c);
    }
    List<Fold> folds = new ArrayList<>();
    groups.forEach(
        (group, heldOut) ->
            folds.add(new SplitFold(data, group.get(0), group.get(1), training, heldOut, seed)));
    return List.copyOf(folds);
  }
}
