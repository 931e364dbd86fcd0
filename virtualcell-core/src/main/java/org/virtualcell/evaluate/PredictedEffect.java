package org.virtualcell.evaluate;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneAlignment;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Interval;
import org.virtualcell.api.PredictedState;

/**
 * A predicted effect as arrays over the genes of the data: the change, the change with the size
 * that is meant for ranking, and its interval.
 */
final class PredictedEffect {
  private final double[] effect;
  private final double[] rankEffect;
  private final Optional<Bounds> bounds;
  private final List<CellState> cells;

  /** An interval per gene. */
  static final class Bounds {
    private final double level;
    private final double[] lower;
    private final double[] upper;

    Bounds(double level, double[] lower, double[] upper) {
      this.level = level;
      this.lower = lower;
      this.upper = upper;
    }

    /** The share of genes it is meant to hold. */
    double level() {
      return level;
    }

    /** One value per gene; not to be changed. */
    double[] lower() {
      return lower;
    }

    /** One value per gene; not to be changed. */
    double[] upper() {
      return upper;
    }

    boolean contains(int gene, double value) {
      return lower[gene] <= value && value <= upper[gene];
    }

    double width(int gene) {
      return upper[gene] - lower[gene];
    }
  }

  private PredictedEffect(
      double[] effect, double[] rankEffect, Optional<Bounds> bounds, List<CellState> cells) {
    this.effect = effect;
    this.rankEffect = rankEffect;
    this.bounds = bounds;
    this.cells = cells;
  }

  /** An effect without an interval, for ranking as it is. */
  static PredictedEffect of(double[] effect) {
    return new PredictedEffect(effect, effect, Optional.empty(), List.of());
  }

  /** The same with predicted cells, in the genes of the data. */
  PredictedEffect with(List<CellState> predicted) {
    return new PredictedEffect(effect, rankEffect, bounds, List.copyOf(predicted));
  }

  /**
   * The effect of a predicted state, its genes matched by name to those of the data.
   *
   * @param units those of the measured effects
   * @throws org.virtualcell.api.UnitsMismatchException if the prediction is in others
   * @throws org.virtualcell.api.GeneCoverageException if a gene of the data is not predicted
   */
  static PredictedEffect of(PredictedState state, GeneVocabulary genes, ExpressionUnits units) {
    state.units().require(units, "predicted state");
    GeneAlignment alignment = genes.alignTo(state.effect().genes());
    alignment.requireCoverage(1);
    return new PredictedEffect(
        aligned(state.effect(), alignment),
        aligned(state.rankEffect(), alignment),
        state.interval().map(interval -> bounds(interval, alignment)),
        state.cells().filter(c -> c.genes().equals(genes)).stream().toList());
  }

  private static Bounds bounds(Interval.PerGene interval, GeneAlignment alignment) {
    return new Bounds(
        interval.level(),
        aligned(interval.lower(), alignment),
        aligned(interval.upper(), alignment));
  }

  private static double[] aligned(GeneProfile profile, GeneAlignment alignment) {
    double[] values = new double[alignment.target().size()];
    for (int g = 0; g < values.length; g++) {
      values[g] = profile.get(alignment.sourceIndex(g));
    }
    return values;
  }

  double[] effect() {
    return effect;
  }

  double[] rankEffect() {
    return rankEffect;
  }

  Optional<Bounds> bounds() {
    return bounds;
  }

  /** Predicted cells over the genes of the data; empty where the model gives none. */
  List<CellState> cells() {
    return cells;
  }
}
