package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.evaluate.paired.PairedCells;

/**
 * A simulated screen of counts: each perturbation silences its own gene and moves a third of the
 * others; perturbations share a part of their response. A second set of cells from the same
 * populations serves as the perfect prediction.
 */
final class SimulatedScreen {
  static final String CONTROL = "non-targeting";

  final int genes;
  final int perturbations;
  final int cells;
  final int controls;
  private final double[] base;
  private final double[][] factor;

  SimulatedScreen(int perturbations, int cells, int controls, int genes, long seed) {
    this.perturbations = perturbations;
    this.cells = cells;
    this.controls = controls;
    this.genes = genes;
    SplittableRandom random = new SplittableRandom(seed);
    base = random.doubles(genes, 0.2, 6).toArray();
    double[] shared = effects(random, genes, 0.4);
    factor = new double[perturbations][];
    for (int p = 0; p < perturbations; p++) {
      double[] own = effects(random, genes, 0.9);
      factor[p] = new double[genes];
      for (int g = 0; g < genes; g++) {
        factor[p][g] = g == p ? 0.05 : Math.exp(shared[g] + own[g]);
      }
    }
  }

  private static double[] effects(SplittableRandom random, int genes, double size) {
    return IntStream.range(0, genes)
        .mapToDouble(g -> random.nextInt(3) == 0 ? (random.nextBoolean() ? size : -size) : 0)
        .toArray();
  }

  static String gene(int g) {
    return String.format("G%03d", g);
  }

  String label(int p) {
    return gene(p);
  }

  double[] mean(int p) {
    return IntStream.range(0, genes)
        .mapToDouble(g -> base[g] * (p < 0 ? 1 : factor[p][g]))
        .toArray();
  }

  /** Counts of one cell of a population; -1 is the control. */
  float[] cell(int p, SplittableRandom random) {
    double depth = 0.5 + random.nextDouble();
    float[] counts = new float[genes];
    double[] mean = mean(p);
    for (int g = 0; g < genes; g++) {
      counts[g] = poisson(depth * mean[g], random);
    }
    return counts;
  }

  static int poisson(double mean, SplittableRandom random) {
    double product = random.nextDouble();
    double limit = Math.exp(-mean);
    int count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  /** A list of labelled cells that grows. */
  final class Cells {
    private final List<float[]> rows = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();

    void add(String label, float[] row) {
      labels.add(label);
      rows.add(row);
    }

    List<float[]> rows() {
      return rows;
    }

    List<String> labels() {
      return labels;
    }

    CsrMatrix csr() {
      return CsrMatrix.ofDense(rows.toArray(float[][]::new), genes);
    }

    LabelledMatrix matrix(String source) {
      return new LabelledMatrix(
          source,
          GeneVocabulary.of(IntStream.range(0, genes).mapToObj(SimulatedScreen::gene).toList()),
          csr(),
          labels,
          IntStream.range(0, rows.size()).mapToObj(i -> "c" + i).toList());
    }
  }

  /** Cells of every population, freshly drawn. */
  Cells draw(long seed) {
    return draw(seed, (p, random) -> cell(p, random));
  }

  /** Cells of every population; those of perturbations as a prediction makes them. */
  Cells draw(long seed, BiFunction<Integer, SplittableRandom, float[]> prediction) {
    SplittableRandom random = new SplittableRandom(seed);
    Cells drawn = new Cells();
    for (int i = 0; i < controls; i++) {
      drawn.add(CONTROL, cell(-1, random));
    }
    for (int p = 0; p < perturbations; p++) {
      for (int i = 0; i < cells; i++) {
        drawn.add(label(p), prediction.apply(p, random));
      }
    }
    return drawn;
  }

  static ContextResult score(LabelledMatrix real, LabelledMatrix predicted, ChallengeOptions how) {
    return Challenge.score(
            Map.of("A", PairedCells.of(real, predicted, CONTROL)),
            ChallengeProfile.VCC2026,
            how,
            Progress.SILENT)
        .contexts()
        .get(0);
  }
}
