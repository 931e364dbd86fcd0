package org.virtualcell.model.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Verdict;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.TinyData;

/**
 * Expected values come from numpy, by the formula as it stands in the paper: G = U S of the centred
 * effects, P = [sum of the targets' rows of G | multi-hot of training targets], K = (G'G + lambda
 * I)^-1 G' Yc P (P'P + lambda I)^-1, prediction G K p + b.
 */
class BilinearRidgeTest {
  private static Perturbation of(String... targets) {
    List<Perturbation> parts = Arrays.stream(targets).map(Perturbation::knockout).toList();
    return parts.size() == 1 ? parts.get(0) : new Perturbation.Combination(parts);
  }

  private static PerturbationData data() {
    return new TinyData("A", "B", "h", "k")
        .cell(Perturbation.control(), "x", 2, 2, 2, 2)
        .cell(of("A"), "x", 3, 2.25f, 1.5f, 2)
        .cell(of("B"), "x", 2, 1, 2.5f, 2.25f)
        .cell(of("C"), "x", 2.5f, 2.5f, 2.5f, 1.5f)
        .cell(of("A", "C"), "x", 3.25f, 2.5f, 1.75f, 1.5f)
        .cell(of("D"), "x", 1.75f, 2, 2.75f, 3)
        .build();
  }

  private static Prediction predict(BilinearSettings settings, String... targets) {
    PerturbationData data = data();
    try (Predictor model = Baselines.bilinear(settings).train(data.everything(), Progress.SILENT)) {
      return model.predict(data.controls(CellContext.of("x")), of(targets));
    }
  }

  private static void assertEffect(Prediction p, double... expected) {
    assertArrayEquals(expected, p.effect().toArray(), 1e-9);
  }

  @Test
  void fullRankFitAgreesWithNumpy() {
    BilinearSettings s = new BilinearSettings(10, 0.1);
    assertEffect(predict(s, "A"), 1.0390036862, 0.1887272205, -0.4328790041, -0.0303864505);
    assertEffect(predict(s, "B", "C"), 0.1202282961, -0.5346533838, 0.6738705124, -0.1953865158);
  }

  @Test
  void truncatedFitAgreesWithNumpy() {
    BilinearSettings s = new BilinearSettings(2, 0.1);
    assertEffect(predict(s, "A"), 0.9818298496, 0.1148403587, -0.2266171452, -0.3392775659);
    assertEffect(predict(s, "B", "C"), 0.2108004177, -0.4138153982, 0.3368636235, 0.3057255558);
  }

  @Test
  void strongerRidgeAgreesWithNumpy() {
    BilinearSettings s = new BilinearSettings(2, 1);
    assertEffect(predict(s, "A"), 0.8109881768, 0.16277786, -0.0554547357, -0.2049372921);
  }

  @Test
  void anUnperturbedGeneOfThePanelIsPredictedFromItsOwnFactors() {
    Prediction p = predict(new BilinearSettings(10, 0.1), "h");
    assertEffect(p, 0.2662125544, 0.017455307, 0.483892861, 0.0799819232);
    assertEquals(Verdict.Decision.ANSWER, p.verdict().decision());
  }

  @Test
  void aTargetWithoutAVectorFallsBackToTheRowMeanAndSaysSo() {
    Prediction p = predict(BilinearSettings.DEFAULT, "Z");
    assertEffect(p, 0.5, 0.05, 0.2, 0.05);
    assertEquals(Verdict.Decision.NO_EVIDENCE, p.verdict().decision());
    Prediction partial = predict(BilinearSettings.DEFAULT, "A", "Z");
    assertEffect(partial, 1.0390036862, 0.1887272205, -0.4328790041, -0.0303864505);
    assertTrue(partial.verdict().reason().contains("[Z]"), partial.verdict().reason());
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThrows(InvalidDataException.class, () -> new BilinearSettings(0, 0.1));
    assertThrows(InvalidDataException.class, () -> new BilinearSettings(10, 0));
    assertThrows(InvalidDataException.class, () -> new BilinearSettings(10, Double.NaN));
  }
}
