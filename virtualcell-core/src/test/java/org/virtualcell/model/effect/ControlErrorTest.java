package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.stats.Effect;

class ControlErrorTest {
  private static final int GENES = 200;
  private static final int PERTURBATIONS = 20;
  private static final CellContext HERE = CellContext.of("here");
  private static final CellContext THERE = CellContext.of("there");

  private final double[][] planted = new double[2][GENES];

  /** Nothing happens, but the controls of either context are off by a planted error. */
  private Screen nothingButControlError() {
    SplittableRandom random = new SplittableRandom(3);
    for (double[] error : planted) {
      for (int g = 0; g < GENES; g++) {
        error[g] = 0.7 * random.nextGaussian();
      }
    }
    List<Screen.Item> items = new ArrayList<>();
    for (int p = 0; p < PERTURBATIONS; p++) {
      for (int c = 0; c < 2; c++) {
        float[] effect = new float[GENES];
        for (int g = 0; g < GENES; g++) {
          effect[g] = (float) (planted[c][g] + 0.7 * random.nextGaussian());
        }
        items.add(
            new Screen.Item(
                new Condition(Perturbation.knockout("T" + p), c == 0 ? HERE : THERE),
                List.of("T" + p),
                50,
                effect,
                0.49f,
                c == 0 ? new float[] {1, 0} : new float[] {0, 1}));
      }
    }
    float[] one = new float[GENES];
    java.util.Arrays.fill(one, 1);
    float[] variance = new float[GENES];
    java.util.Arrays.fill(variance, 0.49f);
    Screen.Population population = new Screen.Population(variance, 0.49f);
    return new Screen(
        GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
        ExpressionUnits.logNormalized(10_000),
        List.of(new Screen.Controls(HERE, 50, one), new Screen.Controls(THERE, 50, one)),
        List.of(
            new Screen.Mode(
                new TreeSet<>(List.of("knockout")), one, items, List.of(population, population))));
  }

  @Test
  void plantedErrorsOfControlsAreFoundAgainAndStayOutOfTheAnswers() {
    Screen screen = nothingButControlError();
    Map<Part, Double> weights = new EnumMap<>(Part.class);
    weights.put(Part.PERTURBATION, 0.3);
    weights.put(Part.CONTEXT, 0.05);
    ModeModel model = new ModeModel(screen, screen.modes().get(0), TargetSimilarity.NONE, weights);
    ControlError error = new ControlError(model);
    for (int c = 0; c < 2; c++) {
      double[] found = error.of(c == 0 ? HERE : THERE).orElseThrow();
      double product = 0;
      double square = 0;
      double truth = 0;
      for (int g = 0; g < GENES; g++) {
        product += found[g] * planted[c][g];
        square += found[g] * found[g];
        truth += planted[c][g] * planted[c][g];
      }
      assertTrue(product / Math.sqrt(square * truth) > 0.9);
      assertEquals(1, product / truth, 0.2);
    }
    assertEquals(Optional.empty(), error.of(CellContext.of("elsewhere")));
  }

  @Test
  void onRequestAnswersAreNearerToEffectsAgainstTheSameControls() {
    try (EffectPredictor model =
        new EffectTrainer().train(BundledData.norman().everything(), Progress.SILENT)) {
      CellContext a172 = CellContext.of("A172");
      double without = 0;
      double with = 0;
      for (Condition condition : BundledData.norman().conditions()) {
        if (condition.context().equals(a172)) {
          double[] truth = Effect.of(BundledData.norman().cells(condition)).toArray();
          Prediction plain =
              model.predict(
                  BundledData.norman().controls(a172),
                  condition.perturbation(),
                  PredictionOptions.DEFAULT);
          Prediction shared =
              model.predict(
                  BundledData.norman().controls(a172),
                  condition.perturbation(),
                  PredictionOptions.DEFAULT.withControlError());
          assertTrue(shared.verdict().reason().contains("sampling error of the controls"));
          assertArrayEquals(
              plain.state().rankEffect().toArray(), shared.state().rankEffect().toArray());
          for (int g = 0; g < truth.length; g++) {
            without += Math.pow(truth[g] - plain.effect().get(g), 2);
            with += Math.pow(truth[g] - shared.effect().get(g), 2);
          }
        }
      }
      // most of what the measured effects of this line have in common is the error of its controls
      assertTrue(with < 0.6 * without, with + " against " + without);
    }
  }

  @Test
  void fewerCellsThanAskedForAreRefusedByName() {
    InvalidDataException few =
        assertThrows(
            InvalidDataException.class,
            () ->
                new EffectTrainer()
                    .withLeastCells(50, 60)
                    .train(BundledData.norman().everything(), Progress.SILENT));
    assertTrue(few.getMessage().contains("fewer than 50 cells"), few.getMessage());
    assertTrue(few.getMessage().contains("(46)"), few.getMessage());
    InvalidDataException controls =
        assertThrows(
            InvalidDataException.class,
            () ->
                new EffectTrainer()
                    .withLeastCells(1, 500)
                    .train(BundledData.norman().everything(), Progress.SILENT));
    assertTrue(controls.getMessage().contains("100 control cells, 500"), controls.getMessage());
    assertThrows(InvalidDataException.class, () -> new EffectTrainer().withLeastCells(0, 2));
    assertThrows(InvalidDataException.class, () -> new EffectTrainer().withLeastCells(1, 1));
  }

  @Test
  void aContextWithoutControlsIsRefusedByName() {
    Screen screen = nothingButControlError();
    Screen lacking =
        new Screen(screen.genes(), screen.units(), screen.contexts().subList(0, 1), screen.modes());
    InvalidDataException refused =
        assertThrows(
            InvalidDataException.class, () -> CellMinimum.DEFAULT.require(lacking, "screen"));
    assertTrue(refused.getMessage().contains("'there' has no control cells"), refused.getMessage());
  }
}
