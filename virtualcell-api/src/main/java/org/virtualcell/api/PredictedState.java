package org.virtualcell.api;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
 * @param substateEffects the effect in each substate of the baseline, by its label in sorted order,
 *     where the baseline has substates and the model tells them apart
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
   * @throws InvalidDataException if vocabularies differ, or the units are not log1p of scaled
   *     counts
   */
  public PredictedState {
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(mean, "mean");
    Objects.requireNonNull(effect, "effect");
    Objects.requireNonNull(rankEffect, "rankEffect");
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(responders, "responders");
    Objects.requireNonNull(cells, "cells");
    substateEffects = Collections.unmodifiableMap(new TreeMap<>(substateEffects));
    if (!(units instanceof ExpressionUnits.LogNormalized)) {
      throw new InvalidDataException(
          "A predicted state is in " + units,
          "PredictedState",
          "State mean and effect as log1p of scaled counts; sampled cells carry units of their own.");
    }
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
   * This state with effects per substate of the baseline.
   *
   * @param effects the effect in each substate, by its label; empty where none is told apart
   * @return a new state
   * @throws InvalidDataException if vocabularies differ
   */
  public PredictedState withSubstateEffects(Map<String, GeneProfile> effects) {
    return new PredictedState(
        units, mean, effect, rankEffect, interval, responders, effects, cells);
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
   * @return gene indices, the largest absolute effect first, equal ones by gene id
   * @throws InvalidDataException if {@code most} is negative
   */
  public List<Integer> topGenes(int most) {
    if (most < 0) {
      throw new InvalidDataException(
          "A negative number of genes was asked for",
          "topGenes(" + most + ")",
          "Ask for 0 or more.");
    }
    return IntStream.range(0, effect.genes().size())
        .boxed()
        .filter(g -> interval.map(i -> !i.get(g).contains(0)).orElse(effect.get(g) != 0))
        .sorted(
            Comparator.comparingDouble((Integer g) -> -Math.abs(effect.get(g)))
                .thenComparing(g -> effect.genes().id(g)))
        .limit(most)
        .toList();
  }
}
