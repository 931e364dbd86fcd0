package org.virtualcell.bench.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.Condition;
import org.virtualcell.atlas.Fold;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.stats.Effect;

/** What is planted in screens of single cells is there, and no more. */
class CellSimulationTest {
  private static final Map<CellPlan.Planted, CellScreen> SCREENS =
      new EnumMap<>(CellPlan.Planted.class);

  private static CellScreen screen(CellPlan.Planted planted) {
    return SCREENS.computeIfAbsent(planted, p -> new CellScreen(CellPlan.small(p, 1)));
  }

  @AfterAll
  static void forget() {
    SCREENS.clear();
  }

  private static Effect measured(CellScreen screen, int p, int c) {
    return Effect.of(
        screen.data().cells(new Condition(CellScreen.perturbation(p), CellScreen.context(c))));
  }

  @Test
  void aQuarterOrMoreOfTheEffectVarianceIsInteraction() {
    double share = screen(CellPlan.Planted.INTERACTION).planted().share();
    assertTrue(share >= 0.25 && share < 0.6, "share " + share);
  }

  @Test
  void measuredEffectsScatterAroundThePlantedOnes() {
    CellScreen screen = screen(CellPlan.Planted.INTERACTION);
    double error = 0;
    double power = 0;
    double noise = 0;
    for (int p = 0; p < 48; p++) {
      Effect effect = measured(screen, p, p % 4);
      double[] truth = screen.truth(p, p % 4);
      for (int g = 0; g < truth.length; g++) {
        error += Math.pow(effect.delta(g) - truth[g], 2);
        power += truth[g] * truth[g];
        noise += effect.samplingVariance(g);
      }
    }
    assertEquals(1, error / noise, 0.25); // states of the cells are another draw
    assertTrue(power > noise, power + " of " + noise);
  }

  /** Interaction of held-out pairs, from features and context learned on the others. */
  @Test
  void theInteractionOfHeldOutPairsFollowsFromFeaturesAndContext() {
    CellScreen screen = screen(CellPlan.Planted.INTERACTION);
    double[][] rest = interaction(screen);
    double error = 0;
    double power = 0;
    for (int c = 0; c < 4; c++) {
      int context = c;
      int[] known = pairs(screen, context, false);
      int[] asked = pairs(screen, context, true);
      SimpleMatrix x = features(screen, known);
      SimpleMatrix y = rows(rest, known, context);
      SimpleMatrix inverse = x.transpose().mult(x).plus(SimpleMatrix.identity(7)).invert();
      SimpleMatrix found = features(screen, asked).mult(inverse.mult(x.transpose().mult(y)));
      SimpleMatrix wanted = rows(rest, asked, context);
      error += Math.pow(found.minus(wanted).normF(), 2);
      power += Math.pow(wanted.normF(), 2);
    }
    assertTrue(error < 0.6 * power, error + " of " + power);
  }

  private static int[] pairs(CellScreen screen, int c, boolean heldOut) {
    return java.util.stream.IntStream.range(0, screen.plan().perturbations())
        .filter(p -> screen.isHeldOut(p, c) == heldOut)
        .toArray();
  }

  private static SimpleMatrix features(CellScreen screen, int[] which) {
    SimpleMatrix x = new SimpleMatrix(which.length, 7);
    for (int i = 0; i < which.length; i++) {
      float[] f = screen.features().blocks().get(0).table().find("T" + which[i]).orElseThrow();
      for (int k = 0; k < 6; k++) {
        x.set(i, k, f[k]);
      }
      x.set(i, 6, 1);
    }
    return x;
  }

  private static SimpleMatrix rows(double[][] all, int[] which, int c) {
    return SimpleMatrix.wrap(
        new DMatrixRMaj(
            Arrays.stream(which).mapToObj(p -> all[4 * p + c]).toArray(double[][]::new)));
  }

  private static double[][] interaction(CellScreen screen) {
    int n = screen.plan().perturbations();
    int genes = screen.plan().genes();
    double[][] rest = new double[4 * n][genes];
    for (int g = 0; g < genes; g++) {
      double[] row = new double[n];
      double[] column = new double[4];
      double mean = 0;
      for (int i = 0; i < 4 * n; i++) {
        double value = screen.truth(i / 4, i % 4)[g];
        row[i / 4] += value / 4;
        column[i % 4] += value / n;
        mean += value / (4 * n);
      }
      for (int i = 0; i < 4 * n; i++) {
        rest[i][g] = screen.truth(i / 4, i % 4)[g] - row[i / 4] - column[i % 4] + mean;
      }
    }
    return rest;
  }

  @Test
  void whereOnlyTheDistributionChangesMeansStayAndEnergyTells() {
    CellScreen screen = screen(CellPlan.Planted.BIMODAL);
    double chi = 0;
    double apart = 0;
    int n = 0;
    for (int p = 0; p < 48; p++) {
      Effect effect = measured(screen, p, 0);
      for (int g = 0; g < 100; g++) {
        chi += effect.delta(g) * effect.delta(g) / Math.max(1e-6, effect.samplingVariance(g));
        n++;
      }
      var cells =
          screen
              .data()
              .cells(new Condition(CellScreen.perturbation(p), CellScreen.context(0)))
              .get(0);
      apart += EnergyBetween.of(cells.perturbed(), cells.controls()) / 48;
    }
    assertEquals(1, chi / n, 0.2);
    CellScreen nothing = screen(CellPlan.Planted.NOTHING);
    double chance = 0;
    for (int p = 0; p < 48; p++) {
      var cells =
          nothing
              .data()
              .cells(new Condition(CellScreen.perturbation(p), CellScreen.context(0)))
              .get(0);
      chance += EnergyBetween.of(cells.perturbed(), cells.controls()) / 48;
    }
    assertTrue(apart > 0.05 && Math.abs(chance) < 0.1 * apart, apart + " and " + chance);
  }

  @Test
  void aModelOfMeansAnswersTheMeansAndNotTheDistribution() {
    CellScreen screen = screen(CellPlan.Planted.INTERACTION);
    CellSimulation run =
        new CellSimulation(
            screen,
            Map.of(
                "effect",
                new EffectTrainer(screen.features()),
                "no-change",
                Baselines.trainer("no-change")));
    assertTrue(EffectSimulation.error(run.items().get("effect")) < 0.9);
    assertEquals(1, EffectSimulation.error(run.items().get("no-change")), 1e-12);
    assertTrue(run.energy().get("effect") < 0.9, run.energy().toString());
    CellScreen bimodal = screen(CellPlan.Planted.BIMODAL);
    CellSimulation blind =
        new CellSimulation(bimodal, Map.of("effect", new EffectTrainer(bimodal.features())));
    assertEquals(1, blind.energy().get("effect"), 0.15);
  }

  @Test
  void theSplitHoldsOutPairsWhosePerturbationAndContextAreSeen() {
    CellScreen screen = screen(CellPlan.Planted.NOTHING);
    List<Fold> folds = screen.folds(0);
    assertEquals(1, folds.size());
    assertEquals("seen", folds.get(0).protocol());
    Set<Condition> trained = new HashSet<>(screen.training().conditions());
    folds.get(0).heldOut().forEach(h -> assertTrue(!trained.contains(h.condition())));
    assertEquals(4 * 48, trained.size() + folds.get(0).heldOut().size());
  }

  @Test
  void aScreenWrittenIsTheScreenRead(@TempDir Path folder) {
    CellScreen screen = screen(CellPlan.Planted.NOTHING);
    screen.write(folder.resolve("screen.h5ad"), false);
    try (AnnotatedData read = AnnotatedFiles.open(folder.resolve("screen.h5ad"))) {
      assertEquals(screen.data().cells(), read.expression().rows());
      assertEquals(screen.data().units(), read.units().require("screen"));
      assertTrue(read.observations().has("target_gene"));
      assertTrue(read.observations().has("cell_line"));
    }
  }
}
