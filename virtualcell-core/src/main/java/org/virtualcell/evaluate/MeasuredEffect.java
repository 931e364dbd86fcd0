package org.virtualcell.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.KeptEffects;

/** A measured effect as arrays over all genes: the change and its standard error. */
final class MeasuredEffect {
  private final ExpressionUnits units;
  private final long cells;
  private final long controlCells;
  private final double[] delta;
  private final double[] standardError;
  private final double[] controlMean;

  private MeasuredEffect(Effect effect) {
    this.units = effect.units();
    this.cells = effect.cells();
    this.controlCells = effect.controlCells();
    this.controlMean = effect.controlMean().toArray();
    this.delta = effect.toArray();
    this.standardError = new double[delta.length];
    for (int g = 0; g < delta.length; g++) {
      standardError[g] = Math.sqrt(effect.samplingVariance(g));
    }
  }

  /** The effect, from those that were measured before. */
  static MeasuredEffect of(List<MatchedCells> groups, KeptEffects kept) {
    return new MeasuredEffect(kept.of(groups));
  }

  /** The effect, or empty where there are no cells to measure it in. */
  static Optional<MeasuredEffect> ofAny(List<MatchedCells> groups, KeptEffects kept) {
    return groups.isEmpty() ? Optional.empty() : Optional.of(of(groups, kept));
  }

  /** The units both sides are in: log1p of scaled counts. */
  ExpressionUnits units() {
    return units;
  }

  /** One value per gene; not to be changed. */
  double[] delta() {
    return delta;
  }

  /** One value per gene; NaN where a side has a single cell; not to be changed. */
  double[] standardError() {
    return standardError;
  }

  /** The mean of the controls it is measured against, one value per gene. */
  double[] controlMean() {
    return controlMean;
  }

  boolean hasStandardError() {
    return Arrays.stream(standardError).allMatch(Double::isFinite);
  }

  long cells() {
    return cells;
  }

  long controlCells() {
    return controlCells;
  }
}
