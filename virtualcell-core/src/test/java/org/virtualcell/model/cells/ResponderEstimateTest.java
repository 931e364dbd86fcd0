package org.virtualcell.model.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.atlas.BundledData;

/**
 * Simulated counts: 400 genes, unequal depths, a cell cycle; and planted responses in real cells.
 */
class ResponderEstimateTest {
  private static final int GENES = 400;
  private static final GeneVocabulary VOCABULARY =
      GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList());

  /**
   * Cells of which the first have every tenth gene up threefold and every tenth down to a third.
   */
  private static CellState cells(int n, double share, long seed) {
    Draws draws = new Draws(seed);
    float[][] counts = new float[n][GENES];
    for (int i = 0; i < n; i++) {
      double depth = 0.5 + draws.uniform();
      double cycle = draws.uniform() < 0.3 ? 1.8 : 1;
      for (int g = 0; g < GENES; g++) {
        double rate = depth * Math.pow(10, -1.5 + 2.5 * ((g * 37) % GENES) / GENES);
        rate *= g % 10 == 3 ? cycle : 1;
        if (i < Math.round(share * n)) {
          rate *= g % 10 == 1 ? 3 : g % 10 == 2 ? 1 / 3.0 : 1;
        }
        counts[i][g] = draws.poisson(rate * draws.gamma(3) / 3);
      }
    }
    return CellState.of(
        VOCABULARY,
        CsrMatrix.ofDense(counts, GENES),
        ExpressionUnits.rawCounts(),
        CellContext.of("K562"));
  }

  @Test
  void plantedSharesAreRecoveredWithinFivePointsAtFiveHundredCells(TestReporter reporter) {
    for (double planted : new double[] {0.3, 0.6}) {
      for (long seed = 1; seed <= 2; seed++) {
        ResponderEstimate got =
            estimate(cells(500, planted, seed), cells(500, 0, 100 + seed), 0.9).orElseThrow();
        reporter.publishEntry(planted + " of 500 cells", got.share() + " " + got.interval());
        assertEquals(planted, got.share(), 0.05, "seed " + seed);
        assertTrue(got.interval().contains(got.share()));
        assertTrue(got.interval().width() < 0.15, got.interval().toString());
      }
    }
  }

  @Test
  void theEffectOfRespondersIsTheWholeOneNotTheDilutedOne() {
    CellState controls = cells(800, 0, 51);
    double[] whole = effect(cells(800, 1, 52), controls);
    double[] got =
        estimate(cells(800, 0.3, 53), controls, 0.9).orElseThrow().responderEffect().toArray();
    double product = 0;
    double square = 0;
    for (int g = 0; g < GENES; g++) {
      product += whole[g] * got[g];
      square += whole[g] * whole[g];
    }
    assertEquals(1, product / square, 0.12);
  }

  private static Optional<ResponderEstimate> estimate(
      CellState perturbed, CellState controls, double level) {
    return ResponderEstimate.of(
        List.of(new MatchedCells(perturbed, controls, MatchedCells.Level.CONTEXT)), level);
  }

  private static double[] effect(CellState after, CellState before) {
    LogCells a = LogCells.whole(LogCells.of(after, 5000));
    LogCells b = LogCells.whole(LogCells.of(before, 5000));
    return IntStream.range(0, a.genes()).mapToDouble(g -> a.mean(g) - b.mean(g)).toArray();
  }

  @Test
  void whereAllCellsRespondNoneIsLeftOut() {
    for (long seed = 1; seed <= 2; seed++) {
      Optional<ResponderEstimate> got =
          estimate(cells(500, 1, 10 + seed), cells(500, 0, 200 + seed), 0.9);
      got.ifPresent(estimate -> assertEquals(1, estimate.share(), 0, "seed"));
    }
  }

  @Test
  void whereNoCellRespondsThereIsNoEstimate() {
    for (long seed = 1; seed <= 4; seed++) {
      assertTrue(
          estimate(cells(500, 0, 20 + seed), cells(500, 0, 300 + seed), 0.9).isEmpty(),
          "seed " + seed);
    }
  }

  /** Controls of the Papalexi screen; a response planted by the cell generator in some of them. */
  @Test
  void sharesPlantedInRealCellsAreRecovered(TestReporter reporter) {
    var data = BundledData.papalexi();
    CellState all = data.controls(data.contexts().get(0));
    CsrMatrix rows = all.expression().block(0, (int) all.cells());
    CellState controls = select(all, rows, i -> i % 4 != 0);
    CellState rest = select(all, rows, i -> i % 4 == 0);
    int n = (int) rest.cells();
    double[] effect = new double[data.genes().size()];
    SplittableRandom random = new SplittableRandom(5);
    for (int g = 0; g < effect.length; g++) {
      effect[g] = random.nextInt(5) == 0 ? random.nextDouble() * 3 - 1.5 : 0;
    }
    int[] column = IntStream.range(0, effect.length).toArray();
    for (double planted : new double[] {0, 0.3, 1}) {
      int with = (int) Math.round(planted * n);
      CellState mixed = rest;
      if (with > 0) {
        CsrMatrix still = rest.expression().block(0, n);
        CsrMatrix moved =
            CellGenerator.of(select(rest, still, i -> i < with))
                .generate(data.genes(), column, effect, with, 7)
                .expression()
                .block(0, with);
        float[][] dense = new float[n][];
        for (int i = 0; i < n; i++) {
          dense[i] = new float[effect.length];
          CsrMatrix from = i < with ? moved : still;
          for (int k = from.rowStart(i); k < from.rowStart(i + 1); k++) {
            dense[i][from.geneAt(k)] = from.valueAt(k);
          }
        }
        mixed =
            CellState.of(
                data.genes(),
                CsrMatrix.ofDense(dense, effect.length),
                rest.units(),
                rest.context());
      }
      Optional<ResponderEstimate> got = estimate(mixed, controls, 0.9);
      reporter.publishEntry(
          "planted " + planted + " in " + n + " Papalexi controls", got.toString());
      if (planted == 0) {
        assertTrue(got.isEmpty(), "none planted: " + got);
      } else {
        assertEquals(planted, got.orElseThrow().share(), 0.05);
      }
    }
  }

  private static CellState select(
      CellState state, CsrMatrix rows, java.util.function.IntPredicate which) {
    int[] chosen = IntStream.range(0, (int) rows.rows()).filter(which).toArray();
    return CellState.of(state.genes(), rows.select(chosen), state.units(), state.context());
  }

  @Test
  void batchesAreComparedWithTheirOwnControls() {
    List<MatchedCells> groups =
        List.of(
            new MatchedCells(cells(250, 0.3, 61), cells(250, 0, 62), MatchedCells.Level.BATCH),
            new MatchedCells(cells(250, 0.3, 63), cells(250, 0, 64), MatchedCells.Level.BATCH));
    assertEquals(0.3, ResponderEstimate.of(groups, 0.9).orElseThrow().share(), 0.05);
  }

  /** A knock-out that some cells escape: the guides leave about a fifth of them untouched. */
  @Test
  void partOfTheStat1CellsEscapesTheKnockOut() {
    var data = BundledData.papalexi();
    var stat1 =
        data.conditions().stream()
            .filter(c -> c.perturbation().label().equals("STAT1"))
            .findFirst()
            .orElseThrow();
    ResponderEstimate got = ResponderEstimate.of(data.cells(stat1), 0.9).orElseThrow();
    assertEquals(0.8, got.share(), 0.1);
    assertTrue(got.interval().upper() < 0.95, got.interval().toString());
  }

  @Test
  void fewCellsGiveNoEstimateAndBadArgumentsAreRefused() {
    CellState controls = cells(120, 0, 1);
    assertTrue(estimate(cells(99, 0.5, 2), controls, 0.9).isEmpty());
    assertThrows(InvalidDataException.class, () -> estimate(controls, controls, 1.0));
  }
}
