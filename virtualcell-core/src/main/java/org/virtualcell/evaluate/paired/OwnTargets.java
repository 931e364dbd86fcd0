package org.virtualcell.evaluate.paired;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/**
 * Which gene each perturbation of a panel targets: the gene a map states, or else the gene whose id
 * equals the label. A label may resolve to nothing; if all do, the labels are of another kind than
 * the genes and no own gene would be left out of any metric, which is refused. Immutable.
 */
public final class OwnTargets {
  /** The index of a perturbation's gene where there is none. */
  public static final int NONE = -1;

  private final List<String> perturbations;
  private final int[] gene;

  private OwnTargets(List<String> perturbations, int[] gene) {
    this.perturbations = List.copyOf(perturbations);
    this.gene = gene;
  }

  /**
   * Resolves a panel.
   *
   * @param perturbations the labels, controls not among them
   * @param genes the genes of the matrix
   * @param map from label to gene id, where labels are not gene ids; may be empty
   * @return the targets
   * @throws InvalidDataException if no label resolves
   */
  public static OwnTargets resolve(
      List<String> perturbations, GeneVocabulary genes, Map<String, String> map) {
    Map<String, Integer> index = new HashMap<>();
    for (int g = 0; g < genes.size(); g++) {
      index.put(genes.id(g), g);
    }
    int[] gene =
        perturbations.stream()
            .mapToInt(label -> index.getOrDefault(map.getOrDefault(label, label), NONE))
            .toArray();
    if (Arrays.stream(gene).allMatch(g -> g == NONE)) {
      throw new InvalidDataException(
          "No perturbation label is a gene of the matrix, so that no target gene can be left out",
          "labels such as " + perturbations.subList(0, Math.min(3, perturbations.size())),
          "Pass a map from each label to its target gene.");
    }
    return new OwnTargets(perturbations, gene);
  }

  /**
   * The gene of a perturbation.
   *
   * @param perturbation its place in the panel
   * @return an index into the genes, or {@link #NONE}
   */
  public int gene(int perturbation) {
    return gene[perturbation];
  }

  /**
   * The genes of all perturbations that have one.
   *
   * @return distinct indices, ascending
   */
  public int[] genes() {
    return Arrays.stream(gene).filter(g -> g != NONE).distinct().sorted().toArray();
  }

  /**
   * The labels without a gene, for warnings.
   *
   * @return in the order of the panel
   */
  public List<String> unresolved() {
    return new ArrayList<>(
        IntStream.range(0, gene.length)
            .filter(i -> gene[i] == NONE)
            .mapToObj(perturbations::get)
            .toList());
  }
}
