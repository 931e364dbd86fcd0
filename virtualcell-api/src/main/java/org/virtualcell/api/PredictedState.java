package org.virtualcell.api;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model expects of a population after a perturbation. All profiles are in the same
 * vocabulary.
 *
 * @param units the units of {@code mean} and of the difference that {@code effect} is; log1p of
 *     counts scaled to a total
 * @param mean the expected mean profile
 * @param effect the expected change per gene: mean log1p expression after minus before. Its size is
 *     chosen to make errors small
 * @param rankEffect the expected change per gene with a size chosen to rank genes and perturbations
 *     well; the same as {@code effect} where a model makes no difference
 * @param interval the range of {@code effect} per gene, empty where too little is known to
 *     calibrate one
 * @param responders the share of cells expected to respond, with its interval, where the model
 *     estimates it
 * @param substateEffects the effect in each substate of the baseline, where it has substates and
 *     the model tells them apart
 * @param cells sampled cells, where asked for
 */
public record PredictedState(
    ExpressionUnits units,
    GeneProfile mean,
    GeneProfile effect,
    GeneProfile rankEffect,
    Optional<Interval.PerGene> interval,
    Optional<Responders> responders,
    Map<String, GeneProfile> substateEffects,
    Optional<CellState> cells) {
  /**
   * Checks that the parts fit.
   *
   * @throws InvalidDataException if vocabularies differ
   */
  public PredictedState {
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(responders, "responders");
    substateEffects = Map.copyOf(substateEffects);
    GeneVocabulary genes = mean.genes();
    requireSame(genes, effect.genes(), "effect");
    requireSame(genes, rankEffect.genes(), "rank effect");
    interval.ifPresent(i -> requireSame(genes, i.lower().genes(), "interval"));
    substateEffects.forEach(
        (label, profile) -> requireSame(genes, profile.genes(), "substate " + label));
    cells.ifPresent(state -> requireSame(genes, state.genes(), "cells"));
  }

  private static void requireSame(GeneVocabulary genes, GeneVocabulary other, String part) {
    if (!genes.equals(other)) {
      throw new InvalidDataException(
          "The parts of a predicted state have different genes", part, "Use one vocabulary.");
    }
  }

  /**
   * The share of cells expected to respond.
   *
   * @param share 0 to 1
   * @param interval its range
   */
  public record Responders(double share, Interval interval) {
    /**
     * Checks the share.
     *
     * @throws InvalidDataException if it is not between 0 and 1
     */
    public Responders {
      Objects.requireNonNull(interval, "interval");
      if (!(share >= 0 && share <= 1)) {
        throw new InvalidDataException(
            "A share of responders is out of range", String.valueOf(share), "Pass 0 to 1.");
      }
    }
  }

  /**
   * The genes whose interval leaves out zero, or the genes with the largest expected change where
   * there is no interval.
   *
   * @param most at most how many
   * @return gene indices, the largest absolute effect first
   */
  public List<Integer> topGenes(int most) {
    return java.util.stream.IntStream.range(0, effect.genes().size())
        .boxed()
        .filter(g -> interval.map(i -> !i.get(g).contains(0)).orElse(effect.get(g) != 0))
        .sorted(
            java.util.Comparator.comparingDouble((Integer g) -> -Math.abs(effect.get(g)))
                .thenComparing(g -> effect.genes().id(g)))
        .limit(most)
        .toList();
  }
}
