package org.virtualcell.compute;

import java.util.List;
import java.util.SplittableRandom;
import org.virtualcell.api.CsrMatrix;

/** The sparse shapes that hurt. */
final class ContractMatrices {
  /** How many entries a row of a given number of genes has, or which value one has. */
  private interface Draw {
    int at(SplittableRandom random, int row, int gene);
  }

  /** A named matrix of counts. */
  record Named(String name, CsrMatrix counts) {
    @Override
    public String toString() {
      return name + " (" + counts + ")";
    }
  }

  private ContractMatrices() {}

  static List<Named> all() {
    return List.of(
        named("no cells", 0, 9, (random, row, gene) -> 1),
        named("no genes", 5, 0, (random, row, gene) -> 1),
        named("one cell", 1, 40, (random, row, gene) -> dense(random, 50)),
        named("one gene", 70, 1, (random, row, gene) -> dense(random, 50)),
        named("every cell empty", 130, 20, (random, row, gene) -> 0),
        named(
            "first, last and every third cell empty",
            131,
            35,
            (random, row, gene) -> row % 3 == 0 || row == 130 ? 0 : dense(random, 30)),
        named(
            "genes nobody expresses",
            97,
            300,
            (random, row, gene) -> gene < 10 || gene % 2 == 1 ? 0 : dense(random, 30)),
        named("1 % dense", 300, 517, (random, row, gene) -> dense(random, 1)),
        named("40 % dense", 129, 257, (random, row, gene) -> dense(random, 40)),
        named("45 % dense, many cells", 1040, 90, (random, row, gene) -> dense(random, 45)),
        named("every value present", 33, 65, (random, row, gene) -> dense(random, 100)),
        named("row lengths 0 to 63", 64, 63, (random, row, gene) -> gene < row ? 1 + gene : 0),
        named(
            "counts around the escape",
            40,
            50,
            (random, row, gene) -> random.nextInt(3) == 0 ? 250 + random.nextInt(12) : 0),
        named(
            "escapes among 1,500 genes",
            20,
            1500,
            (random, row, gene) -> random.nextInt(10) == 0 ? 1 + random.nextInt(600) : 0),
        named(
            "counts to 2^24",
            30,
            20,
            (random, row, gene) ->
                random.nextInt(4) == 0 ? CsrTensor.MAX_COUNT - random.nextInt(3) : 0),
        named(
            "65,536 genes, the last expressed",
            4,
            1 << 16,
            (random, row, gene) -> gene == (1 << 16) - 1 ? 300 : dense(random, 1)),
        new Named(
            "explicit zeros",
            CsrMatrix.of(
                3,
                4,
                new int[] {0, 2, 2, 5},
                new int[] {0, 3, 0, 1, 2},
                new float[] {0, 2, 5, 0, 0})));
  }

  /** Matrices of values that are not counts, for plain packing. */
  static List<Named> signed() {
    SplittableRandom random = new SplittableRandom(99);
    float[][] rows = new float[75][61];
    for (float[] row : rows) {
      for (int g = 0; g < row.length; g++) {
        row[g] = random.nextInt(3) == 0 ? (float) random.nextGaussian() : 0;
      }
    }
    return List.of(new Named("signed fractions", CsrMatrix.ofDense(rows, 61)));
  }

  /** Large enough that several threads share the chunks of every operation. */
  static CsrMatrix shared() {
    return named("shared", 1500, 700, (random, row, gene) -> dense(random, 12)).counts();
  }

  /** As {@link #shared}, for a device whose every instruction is emulated. */
  static CsrMatrix small() {
    return named("small", 300, 150, (random, row, gene) -> dense(random, 12)).counts();
  }

  private static int dense(SplittableRandom random, int percent) {
    return random.nextInt(100) < percent
        ? 1 + (int) (random.nextDouble() * random.nextDouble() * 9)
        : 0;
  }

  private static Named named(String name, int cells, int genes, Draw draw) {
    SplittableRandom random = new SplittableRandom(31L * cells + genes);
    float[][] rows = new float[cells][genes];
    for (int i = 0; i < cells; i++) {
      for (int g = 0; g < genes; g++) {
        rows[i][g] = draw.at(random, i, g);
      }
    }
    return new Named(name, CsrMatrix.ofDense(rows, genes));
  }
}
