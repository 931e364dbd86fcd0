package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Perturbation.GeneMode;
import org.virtualcell.api.Perturbation.GenePerturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Verdict;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.stats.Effect;

class OwnTargetTest {
  private static final int GENES = 60;
  private static final CellContext CELLS = CellContext.of("cells");
  private static final double NOISE = 0.05; // standard deviation of a mean

  /** Genes G0.. are expressed at 0.2 to 3; each target's level changes by a factor near that. */
  private static Screen screen(GeneMode mode, double factor, double spread, int targets) {
    SplittableRandom random = new SplittableRandom(5);
    float[] before = before();
    List<Screen.Item> items = new ArrayList<>();
    for (int t = 0; t < targets; t++) {
      float[] effect = new float[GENES];
      for (int g = 0; g < GENES; g++) {
        effect[g] = (float) (NOISE * normal(random));
      }
      double own = factor * Math.exp(spread * normal(random));
      effect[t] += (float) (Math.log1p(Math.expm1(before[t]) * own) - before[t]);
      items.add(
          new Screen.Item(
              new Condition(new GenePerturbation("G" + t, mode), CELLS),
              List.of("G" + t),
              50,
              effect,
              1,
              new float[] {1}));
    }
    float[] scale = new float[GENES];
    java.util.Arrays.fill(scale, (float) NOISE);
    Screen.Mode all =
        new Screen.Mode(
            new TreeSet<>(List.of(mode.name().toLowerCase(java.util.Locale.ROOT))),
            scale,
            items,
            List.of(new Screen.Population(new float[GENES], 0)));
    return new Screen(
        GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
        ExpressionUnits.logNormalized(10_000),
        List.of(new Screen.Controls(CELLS, 100, before)),
        List.of(all));
  }

  private static float[] before() {
    float[] before = new float[GENES];
    for (int g = 0; g < GENES; g++) {
      before[g] = 0.2f + 2.8f * (g * 37 % GENES) / GENES;
    }
    return before;
  }

  private static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static Answer nothing() {
    return new Answer(
        new double[GENES],
        new double[GENES],
        Optional.of(new double[GENES]),
        "none",
        new Verdict(Verdict.Decision.NO_EVIDENCE, "Nothing."),
        List.of(),
        OptionalDouble.empty(),
        false);
  }

  private static Answer ask(Screen screen, Perturbation perturbation, double level) {
    return OwnTarget.of(screen, screen.modes().get(0))
        .orElseThrow()
        .in(nothing(), perturbation, CELLS, doubles(before()), level);
  }

  @Test
  void aPlantedKnockDownIsFoundAgainForTargetsNobodyMeasured() {
    Screen screen = screen(GeneMode.INTERFERENCE, 0.3, 0.2, 30);
    double error = 0;
    double size = 0;
    for (int g = 30; g < GENES; g++) {
      double before = before()[g];
      double truth = Math.log1p(Math.expm1(before) * 0.3) - before;
      Answer answer = ask(screen, Perturbation.interference("G" + g), 0.9);
      error += Math.abs(answer.effect()[g] - truth);
      size += Math.abs(truth);
      assertTrue(answer.effect()[g] < 0);
      assertEquals(answer.effect()[g], answer.rankEffect()[g]);
      assertTrue(answer.widths().orElseThrow()[g] > 0);
      for (int other = 0; other < GENES; other++) {
        assertTrue(other == g || answer.effect()[other] == 0, "only the target's own transcript");
      }
    }
    assertTrue(error < 0.15 * size, error / size + " of the change is missed");
  }

  @Test
  void activationRaisesItsTarget() {
    Screen screen = screen(GeneMode.ACTIVATION, 4, 0.2, 30);
    Answer answer = ask(screen, Perturbation.activation("G40"), 0.9);
    double before = before()[40];
    assertEquals(
        Math.log1p(Math.expm1(before) * 4) - before, answer.effect()[40], 0.3, answer.toString());
    assertTrue(answer.verdict().reason().contains("G40 x"), answer.verdict().reason());
  }

  @Test
  void intervalsHoldTheSpreadOfTargetsTheyWereNotLearnedFrom() {
    int covered = 0;
    Screen truth = screen(GeneMode.INTERFERENCE, 0.4, 0.6, GENES);
    Screen learned = screen(GeneMode.INTERFERENCE, 0.4, 0.6, 30); // the first half of the same
    for (int g = 30; g < GENES; g++) {
      Answer answer = ask(learned, Perturbation.interference("G" + g), 0.9);
      double measured = truth.modes().get(0).items().get(g).effect()[g];
      covered +=
          Math.abs(measured - answer.effect()[g])
                  <= answer.widths().orElseThrow()[g] + 1.645 * NOISE
              ? 1
              : 0;
    }
    assertTrue(covered >= 24, covered + " of 30"); // 27 expected
  }

  @Test
  void aMeasuredTargetIsAnsweredNearItsOwnChange() {
    Screen screen = screen(GeneMode.INTERFERENCE, 0.4, 0.8, 30);
    double near = 0;
    double far = 0;
    for (Screen.Item item : screen.modes().get(0).items()) {
      int g = screen.genes().find(item.targets().get(0)).getAsInt();
      double own = ask(screen, item.condition().perturbation(), 0.9).effect()[g];
      // asked in other cells the target's measurements count as well
      double elsewhere =
          OwnTarget.of(screen, screen.modes().get(0))
              .orElseThrow()
              .in(
                  nothing(),
                  item.condition().perturbation(),
                  CellContext.of("others"),
                  doubles(before()),
                  0.9)
              .effect()[g];
      assertEquals(own, elsewhere, 1e-9);
      near += Math.abs(own - item.effect()[g]);
      far +=
          Math.abs(
              ask(screen, Perturbation.interference("G59"), 0.9).effect()[g] - item.effect()[g]);
    }
    assertTrue(near < 0.5 * far, near + " against " + far);
  }

  @Test
  void thereIsNoRuleFromTooFewTargetsOrAgainstTheDirectionOfTheMode() {
    Screen few = screen(GeneMode.INTERFERENCE, 0.3, 0.2, OwnTarget.LEAST_TARGETS - 1);
    assertTrue(OwnTarget.of(few, few.modes().get(0)).isEmpty());
    assertTrue(OwnTarget.words(few, few.modes().get(0)).contains("2 measured targets"));
    Screen wrong = screen(GeneMode.KNOCKOUT, 3, 0.1, 30);
    double[] effect = ask(wrong, Perturbation.knockout("G50"), 0.9).effect();
    assertEquals(0, effect[50], 1e-9);
    Answer outside = nothing();
    assertSame(
        outside,
        OwnTarget.of(wrong, wrong.modes().get(0))
            .orElseThrow()
            .in(outside, Perturbation.knockout("NOT-IN-PANEL"), CELLS, doubles(before()), 0.9));
  }

  @Test
  void leftOutKnockOutsOfPapalexiShowTheChangeTheRuleForetells() {
    PerturbationData data = BundledData.papalexi();
    CellContext context = data.contexts().get(0);
    double missed = 0;
    double change = 0;
    int tried = 0;
    for (Condition condition : data.conditions()) {
      String target = condition.perturbation().label();
      if (data.genes().find(target).isPresent() && tried < 4) {
        int g = data.genes().find(target).getAsInt();
        try (EffectPredictor model =
            new EffectTrainer().train(new Without(data.everything(), condition), Progress.SILENT)) {
          Prediction asked = model.predict(data.controls(context), condition.perturbation());
          double truth = Effect.of(data.cells(condition)).toArray()[g];
          missed += Math.pow(asked.effect().get(g) - truth, 2);
          change += truth * truth;
          tried++;
          assertTrue(asked.verdict().reason().contains("Own transcript"));
        }
      }
    }
    assertEquals(4, tried);
    assertTrue(missed < change, missed + " left of " + change);
  }
}
