package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/** What modes say of each other, every pair in both directions. Immutable. */
final class ModeTransfers {
  private final Map<String, List<ModeTransfer>> into = new TreeMap<>();
  private final Map<String, ModeModel> models = new TreeMap<>();

  ModeTransfers(List<ModeModel> models) {
    for (ModeModel to : models) {
      String name = to.mode().modes().toString();
      this.models.put(name, to);
      for (ModeModel from : models) {
        if (!from.mode().modes().equals(to.mode().modes())) {
          into.computeIfAbsent(name, m -> new ArrayList<>()).add(ModeTransfer.between(from, to));
        }
      }
    }
  }

  /** The answer with what the mode that agrees best knows, where its own never met the target. */
  Answer in(Answer answer, Perturbation perturbation, CellContext context, double[] controlMean) {
    String mode = Targets.modes(perturbation).toString();
    ModeModel own = models.get(mode);
    if (own == null || perturbation.parts().size() != 1) {
      return answer;
    }
    String target = Targets.all(perturbation).get(0);
    if (own.mode().items().stream().anyMatch(i -> i.targets().contains(target))) {
      return answer;
    }
    return into.getOrDefault(mode, List.of()).stream()
        .filter(t -> t.holds() && t.knows(target))
        .max(java.util.Comparator.comparingDouble(ModeTransfer::correlation))
        .map(t -> t.in(answer, perturbation, context, controlMean))
        .orElse(answer);
  }

  /** What was found, for the card. */
  Map<String, String> words() {
    Map<String, String> words = new TreeMap<>();
    into.values()
        .forEach(
            all ->
                all.stream()
                    .filter(ModeTransfer::isWorthMention)
                    .forEach(t -> words.put(t.name(), t.toString())));
    return words;
  }
}
