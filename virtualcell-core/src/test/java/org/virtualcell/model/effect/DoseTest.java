package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Dose;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Verdict;

class DoseTest {
  private static final int GENES = 120;
  private static final double[] DOSES = {0.01, 0.1, 1, 10};
  private static final double NOISE = 0.3;
  private static final CellContext CELLS = CellContext.of("cells");

  private final double[][] direction = new double[12][GENES];
  private final double[][] turn = new double[12][GENES];

  private static Perturbation drug(int compound, double micromolar) {
    return new Perturbation.CompoundPerturbation(
        "drug" + compound,
        Optional.empty(),
        Optional.of(new Dose(micromolar, Dose.Unit.MICROMOLAR)),
        Optional.empty());
  }

  /** Half at 0.3 uM. */
  private static double hill(double micromolar) {
    return micromolar / (micromolar + 0.3);
  }

  /** The planted effect; with a turn its direction shifts with every decade. */
  private double truth(int compound, double dose, int gene, double turning) {
    double decades = Math.log10(dose / 0.3);
    return hill(dose) * (direction[compound][gene] + turning * decades * turn[compound][gene]);
  }

  private Screen screen(double turning, int without, double left) {
    SplittableRandom random = new SplittableRandom(2);
    List<Screen.Item> items = new ArrayList<>();
    for (int p = 0; p < direction.length; p++) {
      for (int g = 0; g < GENES; g++) {
        direction[p][g] = 1.5 * random.nextGaussian();
        turn[p][g] = 1.5 * random.nextGaussian();
      }
      for (double dose : DOSES) {
        float[] effect = new float[GENES];
        for (int g = 0; g < GENES; g++) {
          effect[g] = (float) (truth(p, dose, g, turning) + NOISE * random.nextGaussian());
        }
        if (p != without || dose != left) {
          items.add(
              new Screen.Item(
                  new Condition(drug(p, dose), CELLS),
                  List.of("drug" + p),
                  50,
                  effect,
                  (float) (NOISE * NOISE),
                  new float[] {1}));
        }
      }
    }
    float[] one = new float[GENES];
    java.util.Arrays.fill(one, 1);
    return new Screen(
        GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
        ExpressionUnits.logNormalized(10_000),
        List.of(new Screen.Controls(CELLS, 100, one)),
        List.of(
            new Screen.Mode(
                new TreeSet<>(List.of("compound")),
                one,
                items,
                List.of(new Screen.Population(new float[GENES], 0)))));
  }

  private static Answering answering(Screen screen, boolean doses) {
    Screen.Mode mode = screen.modes().get(0);
    return new Answering(
        new Seen(screen),
        new ModeModel(
            screen,
            mode,
            TargetSimilarity.NONE,
            ModeModel.estimate(screen, mode, TargetSimilarity.NONE, 12, doses)));
  }

  private static Answer ask(Answering answering, int compound, double dose) {
    return answering.answer(
        drug(compound, dose), CELLS, IntStream.range(0, GENES).mapToDouble(g -> 1).toArray(), 0.9);
  }

  private double error(Answer answer, int compound, double dose, double turning) {
    double error = 0;
    double size = 0;
    for (int g = 0; g < GENES; g++) {
      double truth = truth(compound, dose, g, turning);
      error += Math.pow(answer.effect()[g] - truth, 2);
      size += truth * truth;
    }
    return error / size;
  }

  @Test
  void anUnseenDoseOfASeenCompoundIsInterpolated() {
    double interpolated = 0;
    double nearest = 0;
    Answering all = answering(screen(0, -1, 0), true);
    for (int p = 0; p < 4; p++) {
      Answer answer = ask(answering(screen(0, p, 1), true), p, 1);
      assertEquals(Verdict.Decision.ANSWER, answer.verdict().decision(), answer.verdict().reason());
      assertTrue(
          answer.verdict().reason().contains("leaving out the dose or time"),
          answer.verdict().reason());
      interpolated += error(answer, p, 1, 0) / 4;
      nearest += error(ask(all, p, 0.1), p, 1, 0) / 4; // what a neighbouring dose would say
    }
    assertTrue(interpolated < 0.15, "error " + interpolated);
    assertTrue(interpolated < 0.4 * nearest, interpolated + " against " + nearest);
    // doses that nobody gave lie between those that were
    double[] below = ask(all, 5, 0.1).effect();
    double[] between = ask(all, 5, 0.3).effect();
    double[] above = ask(all, 5, 1).effect();
    assertTrue(length(below) < length(between) && length(between) < length(above));
  }

  private static double length(double[] effect) {
    double sum = 0;
    for (double v : effect) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }

  @Test
  void theStrengthOfDosesIsLearnedFromAllCompounds() {
    Screen screen = screen(0, -1, 0);
    List<DoseCurve.Strength> planted = new ArrayList<>();
    for (int p = 0; p < 10; p++) {
      for (double dose : DOSES) {
        planted.add(
            new DoseCurve.Strength(
                "drug" + p, Exposure.of(drug(p, dose)).get(0), (1 + p) * hill(dose) * hill(dose)));
      }
    }
    DoseCurve curve = DoseCurve.of(planted);
    for (double dose : new double[] {0.1, 1}) {
      double ratio =
          curve.log(Exposure.of(drug(0, 10)).get(0)) - curve.log(Exposure.of(drug(0, dose)).get(0));
      assertEquals(Math.log(hill(10) / hill(dose)), ratio, 0.2 * ratio + 0.01); // shrunk a little
    }
    double before = Double.NEGATIVE_INFINITY;
    for (double dose = 1e-4; dose < 1e3; dose *= 1.3) {
      double now = curve.log(Exposure.of(drug(0, dose)).get(0));
      assertTrue(now >= before, "falls at " + dose);
      before = now;
    }
    assertEquals(0, DoseCurve.of(List.of()).log(Exposure.of(drug(0, 1)).get(0)));
    assertEquals(
        0,
        curve.log(
            Exposure.of(Perturbation.compound("x", new Dose(1, Dose.Unit.GRAM_PER_LITRE))).get(0)));
    assertEquals(48, screen.modes().get(0).items().size());
  }

  @Test
  void dosesThatTurnTheDirectionAreFollowedUnlessTheyAreToBeMonotone() {
    double turning = 0.6;
    double free = 0;
    double tied = 0;
    for (int p = 0; p < 4; p++) {
      Screen screen = screen(turning, p, 1);
      free += error(ask(answering(screen, true), p, 1), p, 1, turning) / 4;
      tied += error(ask(answering(screen, false), p, 1), p, 1, turning) / 4;
    }
    assertTrue(free < 0.9 * tied, free + " against " + tied);
  }

  @Test
  void monotoneDosesDoMoreOfTheSame() {
    Answering monotone = answering(screen(0.6, 3, 1), false);
    double[] before = ask(monotone, 3, 0.005).effect();
    for (double dose : new double[] {0.02, 0.06, 0.2, 0.7, 2, 7, 20}) {
      double[] now = ask(monotone, 3, dose).effect();
      for (int g = 0; g < GENES; g++) {
        assertTrue(
            Math.signum(now[g]) * Math.signum(before[g]) >= 0
                && Math.abs(now[g]) >= Math.abs(before[g]) - 1e-9,
            "gene " + g + " at " + dose + ": " + before[g] + " then " + now[g]);
      }
      before = now;
    }
  }

  @Test
  void exposuresAreNearByDoseAndTimeAndNeverAcrossKindsOfDose() {
    Exposure base = exposure(1, Dose.Unit.MICROMOLAR, 24);
    assertEquals(1, base.near(exposure(1000, Dose.Unit.NANOMOLAR, 24)), 1e-12);
    assertEquals(Math.exp(-1), base.near(exposure(10, Dose.Unit.MICROMOLAR, 24)), 1e-12);
    assertEquals(Math.exp(-Math.log10(2)), base.near(exposure(1, Dose.Unit.MICROMOLAR, 48)), 1e-12);
    assertEquals(0, base.near(exposure(1, Dose.Unit.NANOGRAM_PER_MILLILITRE, 24)));
    assertEquals(1, Exposure.UNKNOWN.near(Exposure.UNKNOWN));
  }

  private static Exposure exposure(double amount, Dose.Unit unit, int hours) {
    return Exposure.of(
            new Perturbation.CompoundPerturbation(
                "drug",
                Optional.empty(),
                Optional.of(new Dose(amount, unit)),
                Optional.of(Duration.ofHours(hours))))
        .get(0);
  }
}
