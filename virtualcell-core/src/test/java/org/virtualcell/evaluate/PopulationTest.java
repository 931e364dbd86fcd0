package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/** Predicted cells beside measured ones, beyond the mean. */
class PopulationTest {
  private static final int GENES = 30;
  private static final int[] ALL = IntStream.range(0, GENES).toArray();

  /** Cells around a level, with half of the cells moved apart by a shift. */
  private static CellState cells(int n, double level, double noise, double shift, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[n][GENES];
    List<String> substates = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      substates.add(i % 2 == 0 ? "a" : "b");
      for (int g = 0; g < GENES; g++) {
        double value = level + noise * Simulation.gauss(random) + (i % 2 == 0 ? shift : -shift);
        rows[i][g] = (float) Math.max(0, value);
      }
    }
    return new CellState(
        GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList()),
        CsrMatrix.ofDense(rows, GENES),
        Simulation.UNITS,
        CellContext.of("A"),
        Optional.of(substates));
  }

  private static CellState unlabelled(CellState state) {
    return CellState.of(state.genes(), state.expression(), state.units(), state.context());
  }

  private static double value(Map<Metric, MetricValue> values, Metric metric) {
    return values.get(metric).value().orElseThrow();
  }

  @Test
  void cellsOfTheSameKindHaveNoDistanceWhateverTheirMean() {
    Population population = new Population(List.of(unlabelled(cells(60, 5, 0.5, 0, 1))), ALL);
    Map<Metric, MetricValue> moved = population.judge(List.of(unlabelled(cells(60, 7, 0.5, 0, 2))));
    assertEquals(0, value(moved, Metric.ENERGY_CENTRED), 0.02);
    assertEquals(0, value(moved, Metric.VARIANCE_ERROR), 0.15);
  }

  @Test
  void cellsThatAreAllAlikeHaveLostTheWholeVariation() {
    Population population = new Population(List.of(unlabelled(cells(60, 5, 0.5, 0, 1))), ALL);
    double[] mean = new double[GENES];
    java.util.Arrays.fill(mean, 5);
    Map<Metric, MetricValue> alike = population.judgeMean(mean);
    assertEquals(1, value(alike, Metric.VARIANCE_ERROR), 1e-9);
    // 2 E|Y| / E|Y - Y'| - 1 of many independent genes: 2 / sqrt 2 - 1
    assertEquals(Math.sqrt(2) - 1, value(alike, Metric.ENERGY_CENTRED), 0.03);
    assertEquals(0, value(alike, Metric.DETECTION_ERROR), 1e-9);
  }

  @Test
  void substatesAreJudgedByThemselvesWhereBothSidesNameThem() {
    CellState measured = cells(60, 5, 0.5, 1, 1); // two groups far apart
    CellState predicted = cells(60, 5, 0.5, 0, 2); // the same groups on top of each other
    Population pooled = new Population(List.of(unlabelled(measured)), ALL);
    double together = value(pooled.judge(List.of(unlabelled(predicted))), Metric.ENERGY_CENTRED);
    assertTrue(together > 0.1, "pooled cells miss their groups: " + together);
    double apart =
        value(
            new Population(List.of(measured), ALL).judge(List.of(predicted)),
            Metric.ENERGY_CENTRED);
    assertEquals(0, apart, 0.03);
  }

  @Test
  void geneDropOutIsSeenByTheDetectionRateOnly() {
    CellState measured = unlabelled(cells(60, 5, 0.5, 0, 1));
    CellState silent = unlabelled(cells(60, 0, 0, 0, 2));
    Map<Metric, MetricValue> values = new Population(List.of(measured), ALL).judge(List.of(silent));
    assertEquals(1, value(values, Metric.DETECTION_ERROR), 1e-9);
  }

  @Test
  void respondersAreFoundByTheirProjectionOnTheEffect() {
    SplittableRandom random = new SplittableRandom(3);
    double[] effect = new double[GENES];
    for (int g = 0; g < GENES; g++) {
      effect[g] = 0.4 * Simulation.gauss(random);
    }
    int n = 400;
    boolean[] responder = new boolean[n];
    float[][] rows = new float[n][GENES];
    for (int i = 0; i < n; i++) {
      responder[i] = i % 3 == 0;
      for (int g = 0; g < GENES; g++) {
        rows[i][g] = (float) (5 + (responder[i] ? effect[g] : 0) + 0.5 * Simulation.gauss(random));
      }
    }
    CellState state =
        CellState.of(
            cells(2, 1, 0, 0, 1).genes(),
            CsrMatrix.ofDense(rows, GENES),
            Simulation.UNITS,
            CellContext.of("A"));
    double norm = Math.sqrt(java.util.Arrays.stream(effect).map(v -> v * v).sum());
    // two normal scores |effect| apart with deviation 0.5: Phi(|effect| / (0.5 sqrt 2))
    double expected =
        org.virtualcell.evaluate.confidence.NormalCurve.below(norm / 0.5 / Math.sqrt(2));
    assertEquals(
        expected, ResponderScores.auroc(ResponderScores.of(state, effect), responder), 0.02);
    assertEquals(
        0.5, ResponderScores.auroc(ResponderScores.of(state, new double[GENES]), responder));
    assertThrows(
        InvalidDataException.class, () -> ResponderScores.auroc(new double[2], new boolean[2]));
    assertThrows(
        InvalidDataException.class, () -> ResponderScores.of(state, new double[GENES + 1]));
  }
}
