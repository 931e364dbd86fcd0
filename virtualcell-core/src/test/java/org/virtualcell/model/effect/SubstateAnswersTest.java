package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;

/** Two kinds of cells; one knock-out acts in both alike, another in the rare kind only. */
class SubstateAnswersTest {
  private static final int GENES = 150;
  private static final int CELLS = 300; // of each condition, a third of them rare
  private static final CellContext CONTEXT = CellContext.of("tissue");
  private static final Perturbation EVEN = Perturbation.knockout("EVEN");
  private static final Perturbation RARE = Perturbation.knockout("RARE");

  private static EffectPredictor model;
  private static PerturbationData data;

  @BeforeAll
  static void train() {
    SplittableRandom random = new SplittableRandom(4);
    float[][] values = new float[3 * CELLS][GENES];
    List<CellLabel> labels = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      int condition = i / CELLS;
      boolean rare = rare(i);
      for (int g = 0; g < GENES; g++) {
        double mean = 1 + (g * 37 % GENES) / 100.0;
        mean += rare && g % 10 < 2 ? 1.2 : 0; // what the kinds differ in
        mean += condition > 0 && g % 10 == 4 ? 0.6 : 0; // in all cells
        mean += condition == 2 && rare && g % 10 == 5 ? 0.8 : 0; // in rare cells only
        values[i][g] = (float) Math.max(0, mean + 0.4 * random.nextGaussian());
      }
      labels.add(
          CellLabel.of(
              condition == 0 ? Perturbation.control() : condition == 1 ? EVEN : RARE, CONTEXT));
    }
    data =
        PerturbationData.of(
            "made",
            GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
            CsrMatrix.ofDense(values, GENES),
            ExpressionUnits.logNormalized(10_000),
            labels);
    model = new EffectTrainer().train(data.everything(), Progress.SILENT);
  }

  private static boolean rare(int cell) {
    return cell % 3 == 0;
  }

  private static CellState labelled() {
    return data.controls(CONTEXT)
        .withSubstates(
            IntStream.range(0, CELLS).mapToObj(i -> rare(i) ? "rare" : "usual").toList());
  }

  private static double mean(GeneProfile effect, int digit) {
    return IntStream.range(0, GENES)
        .filter(g -> g % 10 == digit)
        .mapToDouble(effect::get)
        .average()
        .orElseThrow();
  }

  @Test
  void whatActsInOneKindOfCellsIsToldApart() {
    Prediction prediction = model.predict(labelled(), RARE);
    Map<String, GeneProfile> effects = prediction.state().substateEffects();
    assertEquals(java.util.Set.of("rare", "usual"), effects.keySet());
    double difference = mean(effects.get("rare"), 5) - mean(effects.get("usual"), 5);
    assertEquals(0.8, difference, 0.2);
    assertEquals(mean(effects.get("rare"), 4), mean(effects.get("usual"), 4), 0.1);
  }

  @Test
  void whatActsAlikeGetsTheCommonEffect() {
    Prediction prediction = model.predict(labelled(), EVEN);
    for (GeneProfile effect : prediction.state().substateEffects().values()) {
      double departure = 0;
      double size = 0;
      for (int g = 0; g < GENES; g++) {
        departure += Math.pow(effect.get(g) - prediction.effect().get(g), 2);
        size += Math.pow(prediction.effect().get(g), 2);
      }
      assertTrue(departure < 0.03 * size, departure + " of " + size);
    }
  }

  @Test
  void nothingIsSaidWithoutLabelsOrCellsOfTheCondition() {
    assertEquals(Map.of(), model.predict(data.controls(CONTEXT), RARE).state().substateEffects());
    assertEquals(
        Map.of(),
        model.predict(labelled(), Perturbation.knockout("UNSEEN")).state().substateEffects());
    try (EffectPredictor read = EffectTrainer.restore(model.store(), "model")) {
      assertEquals(Map.of(), read.predict(labelled(), RARE).state().substateEffects());
    }
  }
}
