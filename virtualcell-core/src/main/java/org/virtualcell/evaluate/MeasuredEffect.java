package org.virtualcell.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.stats.Effect;

/** A measured effect as arrays over all genes: the change and its standard error. */
final class MeasuredEffect {
  private final Effect effect;
  private final double[] delta;
  private final double[] standardError;

  private MeasuredEffect(Effect effect) {
    this.effect = effect;
    this.delta = effect.toArray();
    this.standardError = new double[delta.length];
    for (int g = 0; g < delta.length; g++) {
      standardError[g] = Math.sqrt(effect.samplingVariance(g));
    }
  }

  /** The effect, with the moments of controls that were met before. */
  static MeasuredEffect of(List<MatchedCells> groups, ControlMoments controls) {
    return new MeasuredEffect(Effect.of(groups, controls.with(groups)));
  }

  /** The effect, or empty where there are no cells to measure it in. */
  static Optional<MeasuredEffect> ofAny(List<MatchedCells> groups, ControlMoments controls) {
    return groups.isEmpty() ? Optional.empty() : Optional.of(of(groups, controls));
  }

  /** The units both sides are in: log1p of scaled counts. */
  ExpressionUnits units() {
    return effect.units();
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
    return effect.controlMean().toArray();
  }

  boolean hasStandardError() {
    return Arrays.stream(standardError).allMatch(Double::isFinite);
  }

  long cells() {
    return effect.cells();
  }

  long controlCells() {
    return effect.controlCells();
  }

  /** The unweighted mean of effects; empty for none. */
  static Optional<double[]> mean(List<double[]> effects) {
    if (effects.isEmpty()) {
      return Optional.empty();
    }
    double[] mean = new double[effects.get(0).length];
    for (double[] effect : effects) {
      for (int g = 0; g < mean.length; g++) {
        mean[g] += effect[g] / effects.size();
      }
    }
    return Optional.of(mean);
  }
}
