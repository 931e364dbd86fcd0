package org.virtualcell.model.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.TinyData;

class CalibrationTest {
  /** Perturbations P1..Pn with effect i on the only gene: no change misses them by 1..n. */
  private static Prediction unseen(int n, double level) {
    TinyData cells = new TinyData("g").cell(Perturbation.control(), "x", 1);
    for (int i = 1; i <= n; i++) {
      cells.cell(Perturbation.knockout("P" + i), "x", 1 + i);
    }
    PerturbationData data = cells.build();
    try (Predictor model =
        Baselines.trainer("no-change").train(data.everything(), Progress.SILENT)) {
      return model.predict(
          data.controls(CellContext.of("x")),
          Perturbation.knockout("new"),
          PredictionOptions.DEFAULT.withIntervalLevel(level));
    }
  }

  @Test
  void nineteenPerturbationsGiveTheEighteenthSmallestMissAtNinetyPercent() {
    Interval.PerGene interval = unseen(19, 0.9).interval().orElseThrow();
    assertEquals(18, interval.upper().get(0), 1e-6);
    assertEquals(-18, interval.lower().get(0), 1e-6);
    assertTrue(interval.basis().contains("19 perturbations"), interval.basis());
  }

  @Test
  void ninePerturbationsAreJustEnoughAtNinetyPercent() {
    assertEquals(9, unseen(9, 0.9).interval().orElseThrow().upper().get(0), 1e-6);
    Prediction eight = unseen(8, 0.9);
    assertTrue(eight.interval().isEmpty());
    assertTrue(
        eight.verdict().reason().contains("8 perturbations calibrate it, level 0.9 needs 9"),
        eight.verdict().reason());
  }

  @Test
  void largeTablesAreCalibratedOnSomePerturbationsSpreadOverAll() {
    Interval.PerGene interval = unseen(310, 0.9).interval().orElseThrow();
    assertTrue(interval.basis().contains("12 perturbations"), interval.basis());
    // the largest of twelve out of 1..310, which are spaced by 25 or 26
    assertTrue(interval.upper().get(0) > 200, interval.upper().toString());
  }

  @Test
  void theRankIsTheSmallestThatCoversTheLevel() {
    for (int n = 1; n < 200; n++) {
      for (double level : new double[] {0.5, 0.8, 0.9, 0.95, 0.99}) {
        int rank = Calibration.rank(n, level);
        assertTrue(rank >= (n + 1) * level - 1e-6, n + " " + level);
        assertTrue(rank == 1 || rank - 1 < (n + 1) * level, n + " " + level);
      }
    }
  }

  @Test
  void aRuleIsCalibratedWithoutTheConditionItPredicts() {
    // two perturbations far apart: the context mean without one of them is the other
    TinyData cells = new TinyData("g").cell(Perturbation.control(), "x", 1);
    cells.cell(Perturbation.knockout("P"), "x", 2).cell(Perturbation.knockout("Q"), "x", 6);
    PerturbationData data = cells.build();
    try (Predictor model =
        Baselines.trainer("context-mean").train(data.everything(), Progress.SILENT)) {
      Interval.PerGene interval =
          model
              .predict(
                  data.controls(CellContext.of("x")),
                  Perturbation.knockout("new"),
                  PredictionOptions.DEFAULT.withIntervalLevel(0.5))
              .interval()
              .orElseThrow();
      // mean 3, both misses 4
      assertEquals(-1, interval.lower().get(0), 1e-6);
      assertEquals(7, interval.upper().get(0), 1e-6);
    }
  }
}
