package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Perturbation.GenePerturbation;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.HeldOut;
import org.virtualcell.atlas.MeasuredCondition;

/**
 * Other questions of the same kind, to which the answer must not fit as well. A model is asked for
 * a perturbation that is as unseen as the one that is scored: where perturbations were seen
 * elsewhere, another held-out one of the context; for an unseen gene, another gene of the panel
 * that nobody perturbed, in the same mode; for a combination, one of other genes that was not
 * measured. Else a model would be asked for what it has memorised, and every model would pass.
 */
final class WrongTargets {
  /** How many wrong questions stand behind each right one. */
  static final int ASKED = 3;

  private final Fold fold;
  private final Set<Perturbation> measured = new HashSet<>();
  private final TreeSet<String> targets = new TreeSet<>();

  WrongTargets(Fold fold) {
    this.fold = fold;
    fold.training().conditions().forEach(this::see);
    fold.heldOut().stream().map(HeldOut::condition).forEach(this::see);
    fold.candidates().stream().map(MeasuredCondition::condition).forEach(this::see);
  }

  private void see(Condition condition) {
    measured.add(condition.perturbation());
    for (Perturbation part : condition.perturbation().parts()) {
      if (part instanceof GenePerturbation gene) {
        targets.add(gene.gene());
      }
    }
  }

  /** At most {@link #ASKED} wrong questions; none where the data offer none. */
  List<Perturbation> of(Condition asked) {
    Set<Perturbation> found = new HashSet<>();
    List<Perturbation> inOrder = new ArrayList<>();
    for (Perturbation other : candidates(asked)) {
      if (inOrder.size() < ASKED && !other.equals(asked.perturbation()) && found.add(other)) {
        inOrder.add(other);
      }
    }
    return inOrder;
  }

  private List<Perturbation> candidates(Condition asked) {
    SplittableRandom random = new SplittableRandom(seed(asked));
    boolean seen =
        fold.training().conditions().stream()
            .anyMatch(c -> c.perturbation().equals(asked.perturbation()));
    boolean genes =
        asked.perturbation().parts().stream().allMatch(GenePerturbation.class::isInstance);
    if (seen || !genes) {
      List<Perturbation> others =
          new ArrayList<>(
              fold.heldOut().stream()
                  .map(HeldOut::condition)
                  .filter(c -> c.context().equals(asked.context()))
                  .map(Condition::perturbation)
                  .filter(p -> p.parts().size() == asked.perturbation().parts().size())
                  .toList());
      shuffle(others, random);
      return others;
    }
    List<Perturbation> others = new ArrayList<>();
    List<String> pool =
        asked.perturbation().parts().size() > 1 ? List.copyOf(targets) : unperturbed();
    for (int attempt = 0; attempt < 20 * ASKED && !pool.isEmpty(); attempt++) {
      Set<String> names = new TreeSet<>();
      List<Perturbation> parts = new ArrayList<>();
      for (Perturbation part : asked.perturbation().parts()) {
        String name = pool.get(random.nextInt(pool.size()));
        if (names.add(name)) {
          parts.add(new GenePerturbation(name, ((GenePerturbation) part).mode()));
        }
      }
      if (parts.size() == asked.perturbation().parts().size() && foreign(names, asked)) {
        Perturbation other =
            parts.size() == 1
                ? parts.get(0)
                : Perturbation.combination(parts.toArray(Perturbation[]::new));
        if (!measured.contains(other)) {
          others.add(other);
        }
      }
    }
    return others;
  }

  private static boolean foreign(Set<String> names, Condition asked) {
    return asked.perturbation().parts().stream()
        .noneMatch(part -> names.contains(((GenePerturbation) part).gene()));
  }

  private List<String> unperturbed() {
    GeneVocabulary genes = fold.training().genes();
    List<String> names = new ArrayList<>();
    for (int g = 0; g < genes.size(); g++) {
      if (!targets.contains(genes.id(g)) && !targets.contains(genes.symbol(g))) {
        names.add(genes.symbol(g));
      }
    }
    return names;
  }

  private static void shuffle(List<Perturbation> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, random.nextInt(i + 1));
    }
  }

  private static long seed(Condition asked) {
    return asked.perturbation().canonical().hashCode() * 31L + asked.context().name().hashCode();
  }
}
