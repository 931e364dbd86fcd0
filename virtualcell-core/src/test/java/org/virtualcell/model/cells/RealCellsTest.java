package org.virtualcell.model.cells;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.KeyRequest;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.stats.Pseudobulk;

/**
 * Cells made of controls and the measured effect of one half of the perturbed cells, against the
 * other half. The measure of what can be reached is how the two measured halves differ. Raw counts
 * are cut to one depth first: means of log1p values change with depth, which is no effect.
 */
class RealCellsTest {
  /** Mean absolute errors over the genes detected in 2 % of the reference or more. */
  private record Errors(double mean, double deviation, double detection, int genes) {
    static Errors of(CellState cells, CellState reference) {
      Pseudobulk a = Pseudobulk.logNormalized(cells);
      Pseudobulk b = Pseudobulk.logNormalized(reference);
      double mean = 0;
      double deviations = 0;
      double all = 0;
      double detection = 0;
      int n = 0;
      for (int g = 0; g < reference.genes().size(); g++) {
        if (b.detected(g) >= 0.02 * b.cells()) {
          n++;
          mean += Math.abs(a.mean(g) - b.mean(g));
          deviations += Math.abs(Math.sqrt(a.variance(g)) - Math.sqrt(b.variance(g)));
          all += Math.sqrt(b.variance(g));
          detection +=
              Math.abs((double) a.detected(g) / a.cells() - (double) b.detected(g) / b.cells());
        }
      }
      return new Errors(mean / n, deviations / all, detection / n, n);
    }

    static Errors mean(List<Errors> all) {
      return new Errors(
          all.stream().mapToDouble(Errors::mean).average().orElseThrow(),
          all.stream().mapToDouble(Errors::deviation).average().orElseThrow(),
          all.stream().mapToDouble(Errors::detection).average().orElseThrow(),
          all.stream().mapToInt(Errors::genes).sum() / all.size());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "mean %.3f, deviation %.3f, detection %.3f", mean, deviation, detection);
    }
  }

  private static long[] depths(CellState state) {
    CsrMatrix all = state.expression().block(0, (int) state.cells());
    long[] depth = new long[(int) all.rows()];
    for (int i = 0; i < depth.length; i++) {
      for (int k = all.rowStart(i); k < all.rowStart(i + 1); k++) {
        depth[i] += (long) all.valueAt(k);
      }
    }
    return depth;
  }

  /** The cells of this depth or more, each with so many of its molecules. */
  private static CellState cut(CellState state, long depth, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CsrMatrix all = state.expression().block(0, (int) state.cells());
    long[] had = depths(state);
    List<float[]> kept = new ArrayList<>();
    for (int i = 0; i < had.length; i++) {
      if (had[i] >= depth) {
        float[] cell = new float[all.genes()];
        long left = had[i];
        long wanted = depth;
        for (int k = all.rowStart(i); k < all.rowStart(i + 1); k++) {
          for (int m = 0; m < (int) all.valueAt(k); m++) {
            if (random.nextLong(left--) < wanted) {
              cell[all.geneAt(k)]++;
              wanted--;
            }
          }
        }
        kept.add(cell);
      }
    }
    return CellState.of(
        state.genes(),
        CsrMatrix.ofDense(kept.toArray(float[][]::new), all.genes()),
        state.units(),
        state.context());
  }

  private static long lowFifth(CellState state) {
    long[] depth = depths(state);
    Arrays.sort(depth);
    return depth[depth.length / 5];
  }

  private static CellState every(CellState state, int from, int step) {
    CsrMatrix all = state.expression().block(0, (int) state.cells());
    int[] rows = IntStream.range(0, (int) all.rows()).filter(i -> i % step == from).toArray();
    return CellState.of(state.genes(), all.select(rows), state.units(), state.context());
  }

  private static void check(PerturbationData data, int most, TestReporter reporter) {
    List<Errors> real = new ArrayList<>();
    List<Errors> made = new ArrayList<>();
    List<Errors> unchanged = new ArrayList<>();
    long cells = 0;
    for (Condition condition : data.conditions()) {
      if (real.size() < most && data.cellCount(condition) >= 100) {
        CellState controls = data.controls(condition.context());
        CellState perturbed = data.cells(condition).get(0).perturbed();
        if (data.units() instanceof ExpressionUnits.RawCounts) {
          long depth = Math.min(lowFifth(controls), lowFifth(perturbed));
          controls = cut(controls, depth, 1);
          perturbed = cut(perturbed, depth, 2);
        }
        CellState known = every(perturbed, 0, 2);
        CellState reference = every(perturbed, 1, 2);
        Pseudobulk before = Pseudobulk.logNormalized(controls);
        Pseudobulk after = Pseudobulk.logNormalized(known);
        int[] column = IntStream.range(0, data.genes().size()).toArray();
        double[] effect =
            Arrays.stream(column).mapToDouble(g -> after.mean(g) - before.mean(g)).toArray();
        CellState generated =
            CellGenerator.of(controls).generate(data.genes(), column, effect, 1000, 3);
        real.add(Errors.of(known, reference));
        made.add(Errors.of(generated, reference));
        unchanged.add(Errors.of(controls, reference));
        cells += reference.cells();
      }
    }
    Errors floor = Errors.mean(real);
    Errors got = Errors.mean(made);
    Path source = Path.of(data.source()).getFileName();
    reporter.publishEntry(
        source
            + ", "
            + real.size()
            + " conditions, "
            + cells
            + " reference cells, about "
            + floor.genes()
            + " genes",
        "measured half: "
            + floor
            + "; generated: "
            + got
            + "; controls: "
            + Errors.mean(unchanged));
    assertTrue(real.size() >= 5, real.size() + " conditions");
    assertTrue(got.mean() <= 1.15 * floor.mean(), "mean " + got + " against " + floor);
    assertTrue(got.deviation() <= 1.15 * floor.deviation(), "deviation " + got + ", " + floor);
    assertTrue(got.detection() <= 1.15 * floor.detection(), "detection " + got + ", " + floor);
  }

  @Test
  void generatedCellsAreAsNearToMeasuredOnesAsMeasuredOnesAreInPapalexi(TestReporter reporter) {
    check(BundledData.papalexi(), 8, reporter);
  }

  @Test
  void generatedLogCellsAreAsNearToMeasuredOnesAsMeasuredOnesAreInNorman(TestReporter reporter) {
    check(BundledData.norman(), 8, reporter);
  }

  @Test
  void generatedCellsAreAsNearToMeasuredOnesAsMeasuredOnesAreInKang(TestReporter reporter) {
    String root = System.getProperty("virtualcell.root");
    assumeTrue(root != null, "shared files are found through the property virtualcell.root");
    Path file =
        Path.of(root).resolveSibling("shared").resolve("data/kang-ifnb/kang_labelled_1556.h5ad");
    assumeTrue(Files.exists(file), "there is no " + file);
    try (AnnotatedData kang = AnnotatedFiles.open(file)) {
      KeyRequest keys =
          new KeyRequest(
              Optional.of("group_id"),
              Optional.of("ctrl"),
              Optional.of("cluster_id"),
              Optional.of(KeyRequest.NO_COLUMN),
              Optional.of(Perturbation.GeneMode.OVEREXPRESSION));
      check(
          PerturbationData.of(kang, PerturbationKeys.detect(kang.observations(), keys)),
          5,
          reporter);
    }
  }
}
