package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.ModelCard.Status;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.Statistic;

class PlainVerdictTest {
  private static final Figure PEARSON = new Figure(Metric.PEARSON_SEPARATE, Statistic.MEAN);

  @Test
  void aTestedRegimeNamesTheFirstAndThoseItIsNotShownToBeat() {
    assertEquals(
        "bilinear comes first: Pearson of the effect 0.45 [0.35, 0.55] over 17 perturbations (noise"
            + " ceiling 0.70 [0.60, 0.80]). It is not shown to be better than context-mean,"
            + " so nobody has won.",
        verdict(17, Status.TESTED));
  }

  @Test
  void whereNoChangeIsFirstItIsNotCalledAWinner() {
    assertEquals(
        "No model predicts better than 'no change': relative squared error, pooled 1.00 [0.90, 1.10]"
            + " over 17 perturbations. Its lead over every other model is larger than chance.",
        PlainVerdict.of(
            ReportSamples.scope("unseen-perturbation", "", 17, Status.TESTED),
            new Figure(Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED),
            List.of("no-change")));
  }

  @Test
  void withoutSignalNobodyIsNamed() {
    assertEquals(
        "The measured effects do not stand out from measurement noise (noise ceiling 0.70 [0.60,"
            + " 0.80]), so no score here, high or low, says anything about a model.",
        verdict(17, Status.NO_SIGNAL));
  }

  @Test
  void ofTooFewPerturbationsNobodyIsNamed() {
    assertEquals(
        "3 perturbations are too few to tell models apart (noise ceiling 0.70); the numbers are"
            + " shown and nobody has won.",
        verdict(3, Status.TOO_FEW));
  }

  private static String verdict(int perturbations, Status status) {
    return PlainVerdict.of(
        ReportSamples.scope("unseen-perturbation", "", perturbations, status),
        PEARSON,
        ReportSamples.MODELS);
  }
}
