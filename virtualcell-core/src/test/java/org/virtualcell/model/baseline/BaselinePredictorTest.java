package org.virtualcell.model.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneCoverageException;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.StopAtOnce;
import org.virtualcell.atlas.TinyData;
import org.virtualcell.stats.Pseudobulk;

class BaselinePredictorTest {
  private static final Perturbation A = Perturbation.knockout("A");
  private static final Perturbation B = Perturbation.knockout("B");
  private static final CellContext X = CellContext.of("x");

  private static TinyData cells() {
    return new TinyData("g", "h", "i", "j", "k")
        .cell(Perturbation.control(), "x", 1, 0, 3, 0, 1)
        .cell(Perturbation.control(), "x", 3, 2, 1, 0, 2)
        .cell(A, "x", 4, 0.5f, 2, 1, 0)
        .cell(A, "x", 3, 1, 2, 1.5f, 0)
        .cell(B, "x", 2, 2.5f, 0, 1, 5)
        .cell(B, "x", 1, 2, 0, 1, 5.5f);
  }

  private static Predictor train(String name, PerturbationData data) {
    return Baselines.trainer(name).train(data.everything(), Progress.SILENT);
  }

  private static CellState state(ExpressionUnits units, List<String> genes, float[]... rows) {
    return CellState.of(GeneVocabulary.of(genes), CsrMatrix.ofDense(rows, genes.size()), units, X);
  }

  @Test
  void genesAreMatchedByNameAndTheOutcomeKeepsTheOrderOfTheState() {
    PerturbationData data = cells().build();
    try (Predictor model = train("context-mean", data)) {
      Prediction same = model.predict(data.controls(X), A);
      CellState other =
          state(
              data.units(),
              List.of("k", "extra", "j", "h", "g"),
              new float[] {1, 9, 0, 0, 1},
              new float[] {2, 9, 0, 2, 3});
      Prediction p = model.predict(other, A);
      assertEquals(List.of("k", "j", "h", "g"), p.effect().genes().ids());
      for (String gene : List.of("g", "h", "j", "k")) {
        assertEquals(same.effect().get(gene), p.effect().get(gene));
        assertEquals(same.mean().get(gene), p.mean().get(gene));
      }
      assertEquals(0.8, p.support().geneCoverage(), 1e-12);
    }
  }

  @Test
  void tooFewSharedGenesAreRefused() {
    PerturbationData data = cells().build();
    try (Predictor model = train("no-change", data)) {
      CellState three = state(data.units(), List.of("g", "h", "i"), new float[] {1, 1, 1});
      GeneCoverageException e =
          assertThrows(GeneCoverageException.class, () -> model.predict(three, A));
      assertTrue(e.getMessage().contains("60.0 %"), e.getMessage());
    }
  }

  @Test
  void rawCountsAreScaledToTheModelsTotalAndAnUnstatedTotalIsRefused() {
    List<String> genes = List.of("g", "h", "i", "j", "k");
    CellState counts = state(ExpressionUnits.rawCounts(), genes, new float[] {1, 2, 3, 4, 0});
    try (Predictor model = train("no-change", cells().build())) {
      double expected = Math.log1p(4 * 1000.0);
      assertEquals(expected, model.predict(counts, A).mean().get("j"), 1e-5);
    }
    PerturbationData unstated = cells().build(ExpressionUnits.logNormalizedToUnstatedTotal());
    try (Predictor model = train("no-change", unstated)) {
      assertThrows(UnitsMismatchException.class, () -> model.predict(counts, A));
    }
  }

  @Test
  void theOtherTotalIsConvertedExactly() {
    List<String> genes = List.of("g", "h", "i", "j", "k");
    float log = (float) Math.log1p(50);
    CellState perMillion =
        state(ExpressionUnits.logNormalized(1_000_000), genes, new float[] {log, 0, 0, 0, 0});
    try (Predictor model = train("no-change", cells().build())) {
      assertEquals(Math.log1p(0.5), model.predict(perMillion, A).mean().get("g"), 1e-6);
    }
  }

  @Test
  void meansAreNeverNegative() {
    PerturbationData data = cells().build();
    try (Predictor model = train("perturbation-mean", data)) {
      Prediction p =
          model.predict(state(data.units(), data.genes().ids(), new float[] {1, 1, 0.5f, 1, 1}), B);
      assertEquals(-2, p.effect().get("i"), 1e-6);
      assertEquals(0, p.mean().get("i"));
    }
  }

  @Test
  void sampledLogCellsCarryTheEffectInTheirMean() {
    PerturbationData data = BundledData.norman();
    CellState baseline = data.controls(CellContext.of("k562"));
    Perturbation klf1 = Perturbation.activation("KLF1");
    try (Predictor model = train("perturbation-mean", data)) {
      PredictionOptions options = PredictionOptions.DEFAULT.withSampledCells(20_000).withSeed(5);
      Prediction p = model.predict(baseline, klf1, options);
      CellState cells = p.state().cells().orElseThrow();
      assertEquals(20_000, cells.cells());
      Pseudobulk sampled = Pseudobulk.of(cells);
      for (int g = 0; g < data.genes().size(); g++) {
        double error = Math.sqrt(sampled.variance(g) / 20_000);
        assertEquals(p.mean().get(g), sampled.mean(g), 6 * error + 1e-6, data.genes().id(g));
      }
      assertEquals(
          cells.digest(),
          model.predict(baseline, klf1, options).state().cells().orElseThrow().digest());
      assertNotEquals(
          cells.digest(),
          model
              .predict(baseline, klf1, options.withSeed(6))
              .state()
              .cells()
              .orElseThrow()
              .digest());
    }
  }

  @Test
  void sampledCountsAreCountsThatRiseAndFallWithTheEffect() {
    PerturbationData data = BundledData.papalexi();
    CellContext only = data.contexts().get(0);
    CellState baseline = data.controls(only);
    try (Predictor model = train("perturbation-mean", data)) {
      Prediction p =
          model.predict(
              baseline,
              Perturbation.knockout("IFNGR2"),
              PredictionOptions.DEFAULT.withSampledCells(3000));
      CellState cells = p.state().cells().orElseThrow();
      assertEquals(ExpressionUnits.rawCounts(), cells.units()); // whole numbers, checked on entry
      Pseudobulk before = Pseudobulk.logNormalized(baseline);
      Pseudobulk after = Pseudobulk.logNormalized(cells);
      int checked = 0;
      for (int g = 0; g < data.genes().size(); g++) {
        if (Math.abs(p.effect().get(g)) > 0.3 && before.mean(g) > 0.5) {
          double change = after.mean(g) - before.mean(g);
          assertEquals(Math.signum(p.effect().get(g)), Math.signum(change), data.genes().id(g));
          checked++;
        }
      }
      assertTrue(checked >= 3, checked + " genes with a clear effect");
    }
  }

  @Test
  void manyThreadsGetTheAnswersOfOne() throws Exception {
    PerturbationData data = BundledData.norman();
    CellState baseline = data.controls(CellContext.of("k562"));
    List<Perturbation> asked =
        data.conditions().stream().map(c -> c.perturbation()).distinct().toList();
    for (String name : Baselines.names()) {
      try (Predictor model = train(name, data);
          Predictor other = train(name, data)) {
        List<Prediction> alone = model.predict(baseline, asked, PredictionOptions.DEFAULT);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
          List<Callable<Prediction>> calls = new ArrayList<>();
          asked.forEach(p -> calls.add(() -> other.predict(baseline, p)));
          List<Prediction> together = new ArrayList<>();
          for (Future<Prediction> call : pool.invokeAll(calls)) {
            together.add(call.get());
          }
          assertEquals(alone, together);
        } finally {
          pool.shutdown();
        }
      }
    }
  }

  @Test
  void aClosedModelRefuses() {
    PerturbationData data = cells().build();
    Predictor model = train("additive", data);
    model.close();
    model.close();
    assertThrows(ClosedException.class, () -> model.predict(data.controls(X), A));
  }

  @Test
  void trainingCanBeCancelled() {
    PerturbationData data = cells().build();
    assertThrows(
        CancelledException.class,
        () -> Baselines.trainer("additive").train(data.everything(), new StopAtOnce()));
  }

  @Property(tries = 15)
  void neitherTheOrderOfCellsNorOfGenesMatters(@ForAll long seed) {
    PerturbationData data = cells().build();
    PerturbationData shuffled = cells().shuffled(seed).genesReversed().build();
    Perturbation both = Perturbation.combination(A, B);
    for (String name : Baselines.names()) {
      try (Predictor model = train(name, data);
          Predictor other = train(name, shuffled)) {
        for (Perturbation p : List.of(A, both, Perturbation.knockout("h"))) {
          Prediction expected = model.predict(data.controls(X), p);
          Prediction actual = other.predict(data.controls(X), p);
          assertArrayEquals(expected.effect().toArray(), actual.effect().toArray(), 1e-6, name);
          assertEquals(expected.verdict().decision(), actual.verdict().decision());
        }
      }
    }
  }
}
