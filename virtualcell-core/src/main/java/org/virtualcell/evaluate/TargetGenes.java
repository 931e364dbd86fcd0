package org.virtualcell.evaluate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Perturbation.CompoundPerturbation;
import org.virtualcell.api.Perturbation.GenePerturbation;
import org.virtualcell.api.Perturbation.ProteinPerturbation;

/**
 * Which genes of a vocabulary a perturbation acts on directly. Their change says whether the
 * perturbation worked, not what it does, so no metric counts them.
 */
final class TargetGenes {
  private final int genes;
  private final Map<String, TreeSet<Integer>> byName = new HashMap<>();

  TargetGenes(GeneVocabulary vocabulary) {
    this.genes = vocabulary.size();
    for (int g = 0; g < genes; g++) {
      byName.computeIfAbsent(vocabulary.id(g), n -> new TreeSet<>()).add(g);
      byName.computeIfAbsent(vocabulary.symbol(g), n -> new TreeSet<>()).add(g);
    }
  }

  /** The target genes in order; every gene that carries the name where a symbol is ambiguous. */
  List<Integer> of(Perturbation perturbation) {
    TreeSet<Integer> targets = new TreeSet<>();
    for (Perturbation part : perturbation.parts()) {
      if (part instanceof GenePerturbation gene) {
        targets.addAll(byName.getOrDefault(gene.gene(), new TreeSet<>()));
      }
    }
    return List.copyOf(targets);
  }

  /** All genes but some, in order. */
  int[] without(java.util.Collection<Integer> excluded) {
    return IntStream.range(0, genes).filter(g -> !excluded.contains(g)).toArray();
  }

  /**
   * What is drawn together by the bootstrap: the names of the parts, without mode, dose and time.
   * Two doses of a compound are not two independent perturbations.
   */
  static String unit(Perturbation perturbation) {
    return perturbation.parts().stream()
        .map(TargetGenes::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining("+"));
  }

  private static String name(Perturbation part) {
    if (part instanceof GenePerturbation gene) {
      return gene.gene();
    }
    if (part instanceof CompoundPerturbation compound) {
      return compound.name();
    }
    if (part instanceof ProteinPerturbation protein) {
      return protein.name();
    }
    return part.label();
  }
}
