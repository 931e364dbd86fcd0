package org.virtualcell.model.effect;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.Dose;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/**
 * How much of a compound or protein, for how long, on logarithmic scales.
 *
 * @param dose log10 of moles, or of grams, per litre; NaN where not known
 * @param molar whether of moles
 * @param time log10 of hours; NaN where not known
 */
record Exposure(double dose, boolean molar, double time) {
  static final Exposure UNKNOWN = new Exposure(Double.NaN, true, Double.NaN);

  /** The exposures of a perturbation to its targets, in their order. */
  static List<Exposure> of(Perturbation perturbation) {
    return Targets.all(perturbation).stream()
        .map(
            target ->
                perturbation.parts().stream()
                    .filter(part -> Targets.of(part).equals(target))
                    .findFirst()
                    .map(Exposure::ofPart)
                    .orElse(UNKNOWN))
        .toList();
  }

  private static Exposure ofPart(Perturbation part) {
    if (part instanceof Perturbation.CompoundPerturbation compound) {
      return of(compound.dose(), compound.time());
    }
    if (part instanceof Perturbation.ProteinPerturbation protein) {
      return of(protein.dose(), protein.time());
    }
    return UNKNOWN;
  }

  private static Exposure of(Optional<Dose> dose, Optional<Duration> time) {
    return new Exposure(
        dose.map(
                d ->
                    StrictMath.log10(
                        d.in(d.unit().isMolar() ? Dose.Unit.MOLAR : Dose.Unit.GRAM_PER_LITRE)
                            .amount()))
            .orElse(Double.NaN),
        dose.map(d -> d.unit().isMolar()).orElse(true),
        time.map(t -> StrictMath.log10(t.toMillis() / 3.6e6)).orElse(Double.NaN));
  }

  boolean hasDose() {
    return !Double.isNaN(dose);
  }

  /**
   * How alike two exposures to one target are: {@code exp(-(|difference of log10 doses| +
   * |difference of log10 times|))}, what only one states counting as one decade; moles and grams
   * are not compared. A positive definite kernel: independent increments along either axis.
   */
  double near(Exposure other) {
    if (hasDose() && other.hasDose() && molar != other.molar) {
      return 0;
    }
    return StrictMath.exp(-apart(dose, other.dose) - apart(time, other.time));
  }

  private static double apart(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b) ? 0 : 1;
    }
    return Math.abs(a - b);
  }
}
