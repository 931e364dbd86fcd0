package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;

/** The jackknife against leaving out one cell after the other. */
class JackknifeTest {
  private static final double TARGET = 50_000;

  private static double naive(float[][] cells) {
    int n = cells.length;
    int genes = cells[0].length;
    double[][] left = new double[n][genes];
    for (int i = 0; i < n; i++) {
      double total = 0;
      for (int j = 0; j < n; j++) {
        for (int g = 0; g < genes; g++) {
          left[i][g] += j == i ? 0 : cells[j][g];
          total += j == i ? 0 : cells[j][g];
        }
      }
      for (int g = 0; g < genes; g++) {
        left[i][g] = total == 0 ? 0 : Math.log1p(TARGET * left[i][g] / total);
      }
    }
    double sum = 0;
    for (int g = 0; g < genes; g++) {
      double mean = 0;
      for (int i = 0; i < n; i++) {
        mean += left[i][g] / n;
      }
      for (int i = 0; i < n; i++) {
        sum += (left[i][g] - mean) * (left[i][g] - mean);
      }
    }
    return (n - 1.0) / n * sum;
  }

  private static float[][] draw(int n, int genes, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] cells = new float[n][genes];
    for (float[] cell : cells) {
      int depth = 1 + random.nextInt(8);
      for (int g = 0; g < genes; g++) {
        cell[g] = random.nextDouble() < density * (g % 7) / 3 ? 1 + random.nextInt(depth) : 0;
      }
    }
    return cells;
  }

  private static double correction(float[][] cells) {
    CellCounts counts = CellCounts.of(CsrMatrix.ofDense(cells, cells[0].length));
    return GroupBulk.of(counts, TARGET).correction();
  }

  @Test
  void manyCellsBySeriesAndFewCellsDirectlyAgreeWithLeavingOneOut() {
    for (int n : new int[] {2, 3, 5, 20, 21, 22, 40, 150}) {
      for (double density : new double[] {0.02, 0.3, 1}) {
        float[][] cells = draw(n, 60, density, n);
        double expected = naive(cells);
        assertEquals(expected, correction(cells), 1e-10 + 1e-10 * expected, n + " " + density);
      }
    }
  }

  @Test
  void emptyCellsAndOneDeepCellAmongManyCount() {
    float[][] cells = draw(60, 40, 0.4, 3);
    cells[7] = new float[40];
    assertEquals(naive(cells), correction(cells), 1e-10 * naive(cells));
    for (int g = 0; g < 40; g++) {
      cells[8][g] = 900; // more than a twentieth of all the others' counts
    }
    assertEquals(naive(cells), correction(cells), 1e-10 * naive(cells));
  }

  @Test
  void oneCellNoCountAndEqualCellsHaveNoCorrection() {
    assertEquals(0, correction(new float[][] {{1, 2, 3}}));
    assertEquals(0, correction(new float[3][4]));
    CsrMatrix one = CsrMatrix.ofDense(new float[][] {{0.3f, 0, 4.7f}}, 3);
    assertEquals(0, GroupBulk.of(CellCounts.repeated(one, 50), TARGET).correction());
    float[][] equal = new float[50][3];
    for (float[] row : equal) {
      row[0] = 0.3f;
      row[2] = 4.7f;
    }
    assertEquals(0, correction(equal), 1e-15);
    assertEquals(
        GroupBulk.of(CellCounts.of(CsrMatrix.ofDense(equal, 3)), TARGET).profile()[2],
        GroupBulk.of(CellCounts.repeated(one, 50), TARGET).profile()[2],
        1e-12);
  }
}
