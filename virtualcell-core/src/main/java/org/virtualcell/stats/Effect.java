package org.virtualcell.stats;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;

/**
 * How perturbed cells differ from their controls: the difference of mean log1p expression per gene,
 * with the sampling variance of both sides. Immutable.
 *
 * <p>With several batches the differences are taken batch by batch and averaged with the numbers of
 * perturbed cells as weights: {@code delta = sum_b w_b (m_pb - m_cb)}, {@code w_b = n_b / sum n}.
 * Groups that share one control population are counted as one in the control's variance.
 */
public final class Effect {
  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final double[] delta;
  private final double[] perturbedVariance;
  private final double[] controlVariance;
  private final double[] controlMean;
  private final long cells;
  private final long controlCells;

  private Effect(GeneVocabulary genes, ExpressionUnits units, long cells, long controlCells) {
    int n = genes.size();
    this.genes = genes;
    this.units = units;
    this.delta = new double[n];
    this.perturbedVariance = new double[n];
    this.controlVariance = new double[n];
    this.controlMean = new double[n];
    this.cells = cells;
    this.controlCells = controlCells;
  }

  /**
   * The effect in matched cells.
   *
   * @param groups one or more groups of one condition; raw counts are scaled to {@link
   *     Normalization#DEFAULT_TOTAL} per cell first
   * @return the effect, in log1p units
   * @throws InvalidDataException if there is no group, or genes differ
   */
  public static Effect of(List<MatchedCells> groups) {
    return of(groups, Pseudobulk::logNormalized);
  }

  /**
   * The effect in matched cells, with moments from elsewhere: a caller that computes many effects
   * against the same controls keeps their moments.
   *
   * @param groups one or more groups of one condition
   * @param moments gives the pseudobulk of a state in log1p units, see {@link
   *     Pseudobulk#logNormalized}
   * @return the effect
   * @throws InvalidDataException if there is no group, or genes differ, or moments are not in log1p
   *     units
   */
  public static Effect of(List<MatchedCells> groups, Function<CellState, Pseudobulk> moments) {
    requireComparable(groups);
    long cells = groups.stream().mapToLong(m -> m.perturbed().cells()).sum();
    IdentityHashMap<CellState, Double> controlWeight = new IdentityHashMap<>();
    for (MatchedCells group : groups) {
      controlWeight.merge(
          group.controls(), (double) group.perturbed().cells() / cells, Double::sum);
    }
    long controlCells = controlWeight.keySet().stream().mapToLong(CellState::cells).sum();
    CellState first = groups.get(0).perturbed();
    ExpressionUnits units = moments.apply(first).units();
    if (units instanceof ExpressionUnits.RawCounts) {
      throw new InvalidDataException(
          "An effect is a difference of log1p means, the moments are of raw counts",
          "cells of " + first.context(),
          "Use Pseudobulk.logNormalized.");
    }
    Effect effect = new Effect(first.genes(), units, cells, controlCells);
    // in the order of the groups, not of the identity map: sums must not depend on addresses
    for (MatchedCells group : groups) {
      double w = (double) group.perturbed().cells() / cells;
      effect.addPerturbed(moments.apply(group.perturbed()), w);
      Double shared = controlWeight.remove(group.controls());
      if (shared != null) {
        effect.addControl(moments.apply(group.controls()), shared);
      }
    }
    for (int g = 0; g < effect.delta.length; g++) {
      effect.delta[g] -= effect.controlMean[g];
    }
    return effect;
  }

  /**
   * Refuses groups that have no effect in common.
   *
   * @param groups of one condition
   * @throws InvalidDataException if there is no group, or genes or units differ
   */
  public static void requireComparable(List<MatchedCells> groups) {
    if (groups.isEmpty()) {
      throw new InvalidDataException(
          "An effect needs cells", "no group of matched cells", "Pass at least one group.");
    }
    CellState first = groups.get(0).perturbed();
    for (MatchedCells group : groups) {
      CellState state = group.perturbed();
      state.units().require(first.units(), "cells of " + state.context());
      if (!state.genes().equals(first.genes())) {
        throw new InvalidDataException(
            "Groups of one effect have different genes",
            "cells of " + state.context(),
            "Align them by name first.");
      }
    }
  }

  private void addPerturbed(Pseudobulk moments, double weight) {
    for (int g = 0; g < delta.length; g++) {
      delta[g] += weight * moments.mean(g);
      perturbedVariance[g] += weight * weight * moments.variance(g) / moments.cells();
    }
  }

  private void addControl(Pseudobulk moments, double weight) {
    for (int g = 0; g < delta.length; g++) {
      controlMean[g] += weight * moments.mean(g);
      controlVariance[g] += weight * weight * moments.variance(g) / moments.cells();
    }
  }

  /**
   * The genes.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * The units both sides are in.
   *
   * @return log1p units
   */
  public ExpressionUnits units() {
    return units;
  }

  /**
   * The number of perturbed cells.
   *
   * @return one or more
   */
  public long cells() {
    return cells;
  }

  /**
   * The number of different control cells.
   *
   * @return one or more
   */
  public long controlCells() {
    return controlCells;
  }

  /**
   * The change of one gene.
   *
   * @param gene its index
   * @return mean log1p expression after minus before
   */
  public double delta(int gene) {
    return delta[gene];
  }

  /**
   * The change per gene.
   *
   * @return mean log1p expression after minus before
   */
  public GeneProfile profile() {
    return GeneProfile.of(genes, delta);
  }

  /**
   * The change per gene as an array.
   *
   * @return a copy, in the vocabulary's order
   */
  public double[] toArray() {
    return delta.clone();
  }

  /**
   * The mean of the controls, batches weighted as in the effect.
   *
   * @return mean log1p expression before
   */
  public GeneProfile controlMean() {
    return GeneProfile.of(genes, controlMean);
  }

  /**
   * The sampling variance of the perturbed mean.
   *
   * @param gene the gene's index
   * @return its variance; NaN when a group has one perturbed cell only
   */
  public double perturbedVariance(int gene) {
    return perturbedVariance[gene];
  }

  /**
   * The sampling variance of the control mean. Effects against the same controls share this error.
   *
   * @param gene the gene's index
   * @return its variance; NaN when a group has one control cell only
   */
  public double controlVariance(int gene) {
    return controlVariance[gene];
  }

  /**
   * The sampling variance of the change: both sides together.
   *
   * @param gene the gene's index
   * @return its variance; NaN when a group has one cell only on a side
   */
  public double samplingVariance(int gene) {
    return perturbedVariance[gene] + controlVariance[gene];
  }
}
