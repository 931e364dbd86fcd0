package org.virtualcell.bench.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.virtualcell.bench.simulation.EffectSimulation.Asked;
import org.virtualcell.bench.simulation.EffectSimulation.Gain;
import org.virtualcell.stats.Effect;

class EffectSimulationTest {
  private static EffectSimulation run;

  @BeforeAll
  static void simulate() {
    run = new EffectSimulation(Plan.small(1));
  }

  @Test
  void cellsScatterAroundThePlantedTruth() {
    CountLaw law = new CountLaw();
    SplittableRandom random = new SplittableRandom(1);
    for (double rate : new double[] {0.1, 1, 8}) {
      double sum = 0;
      int draws = 100_000;
      for (int i = 0; i < draws; i++) {
        double depth = CountLaw.depth(random);
        sum += StrictMath.log1p(CountLaw.draw(random, depth * rate) / depth);
      }
      assertEquals(law.meanAt(rate), sum / draws, 0.01);
      assertEquals(rate, law.rateWith(law.meanAt(rate)), 1e-9 * rate);
    }
    SimulatedScreen screen = new SimulatedScreen(Plan.small(2));
    double chi = 0;
    int n = 0;
    for (int p = 0; p < 10; p++) {
      Effect effect = Effect.of(screen.measure(p, 0));
      for (int g = 0; g < screen.plan().genes(); g++) {
        double off = effect.delta(g) - screen.truth(p, 0)[g];
        if (effect.samplingVariance(g) > 1e-4) {
          chi += off * off / effect.samplingVariance(g);
          n++;
        }
      }
    }
    assertEquals(1, chi / n, 0.15);
  }

  @Test
  void theEffectModelErrsLessThanEveryBaselineWherePerturbationsWereSeenElsewhere() {
    for (Asked asked : List.of(Asked.PAIR, Asked.CONTEXT)) {
      Map<String, List<Item>> items = run.items(asked);
      String best = EffectSimulation.best(items, true);
      Gain gain = EffectSimulation.gain(items.get("effect"), items.get(best), true);
      assertTrue(gain.low() > 0, asked + " over " + best + ": " + gain);
    }
  }

  @Test
  void intervalsCoverAndPlantedSharesAreFound() {
    for (Asked asked : Asked.values()) {
      double covered = EffectSimulation.mean(run.items(asked).get("effect"), Item::covered);
      assertTrue(covered > 0.88 && covered < 0.985, asked + ": " + covered);
    }
    // 40 perturbations: the estimate itself scatters by some 12 % of its value
    assertEquals(Plan.SHARES[0], run.shares().get("template"), 0.12);
    assertEquals(Plan.SHARES[1], run.shares().get("conserved"), 0.12);
    assertEquals(Plan.SHARES[2], run.shares().get("interaction"), 0.12);
  }

  @Test
  void whereNothingIsPlantedTheAnswerIsNoChange() {
    EffectSimulation nothing = new EffectSimulation(Plan.small(1).withoutSignal());
    for (Asked asked : Asked.values()) {
      double energy = EffectSimulation.energyOverNoise(nothing, asked);
      assertTrue(energy <= 0.01, asked + ": " + energy);
    }
  }
}
