package org.virtualcell.model;

import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Interval;
import org.virtualcell.api.PredictedState;
import org.virtualcell.api.PredictionOptions;

/**
 * What a model that predicts effects says of a state. All arrays hold one value per gene of the
 * outcome, {@link PreparedState#genes()}, in the model's units.
 *
 * @param baseline the state asked about
 * @param effect the change of the mean log1p value, sized for errors
 * @param rankEffect the change sized for ranking; the same array where the model has one size only
 * @param widths half-widths of the interval of the effect, where there is one
 * @param basis what the interval rests on
 * @param responders the share of cells that respond, where the model knows it
 */
@SuppressWarnings("ArrayRecordComponent") // large, handed over once, compared by nobody
public record EffectOutcome(
    PreparedState baseline,
    double[] effect,
    double[] rankEffect,
    Optional<double[]> widths,
    String basis,
    Optional<PredictedState.Responders> responders) {

  /**
   * The state after: the mean is max(0, before + effect), the interval effect +- width.
   *
   * @param options the level of the interval, and how many cells to make from which seed
   * @return the predicted state
   * @throws org.virtualcell.api.InvalidDataException if an effect is not finite
   */
  public PredictedState predicted(PredictionOptions options) {
    double[] before = baseline.pick(baseline.mean());
    double[] after = new double[effect.length];
    for (int g = 0; g < after.length; g++) {
      after[g] = Math.max(0, before[g] + effect[g]); // log1p values have no negative mean
    }
    GeneProfile change = GeneProfile.of(baseline.genes(), effect);
    return new PredictedState(
        baseline.units(),
        GeneProfile.of(baseline.genes(), after),
        change,
        rankEffect == effect ? change : GeneProfile.of(baseline.genes(), rankEffect),
        widths.map(w -> interval(w, options.intervalLevel())),
        responders,
        Map.of(),
        options.sampledCells() == 0
            ? Optional.empty()
            : Optional.of(baseline.cells(effect, options.sampledCells(), options.seed())));
  }

  private Interval.PerGene interval(double[] width, double level) {
    double[] lower = new double[effect.length];
    double[] upper = new double[effect.length];
    for (int g = 0; g < effect.length; g++) {
      lower[g] = effect[g] - width[g];
      upper[g] = effect[g] + width[g];
    }
    return new Interval.PerGene(
        level,
        GeneProfile.of(baseline.genes(), lower),
        GeneProfile.of(baseline.genes(), upper),
        basis);
  }
}
