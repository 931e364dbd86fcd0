package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PosteriorTest {
  private static final int ITEMS = 7;
  private static final int GENES = 40;

  private static double[][] kernel(SplittableRandom random) {
    double[][] root = new double[ITEMS][3];
    for (double[] row : root) {
      for (int k = 0; k < row.length; k++) {
        row[k] = random.nextGaussian();
      }
    }
    double[][] kernel = new double[ITEMS][ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      for (int j = 0; j < ITEMS; j++) {
        for (int k = 0; k < 3; k++) {
          kernel[i][j] += root[i][k] * root[j][k];
        }
      }
    }
    return kernel;
  }

  private static double[][] noise() {
    double[][] noise = new double[ITEMS][ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      for (int j = 0; j < ITEMS; j++) {
        noise[i][j] = (i == j ? 0.5 + 0.1 * i : 0) + 0.2;
      }
    }
    return noise;
  }

  private static double[][] y(SplittableRandom random) {
    double[][] y = new double[ITEMS][GENES];
    for (double[] row : y) {
      for (int g = 0; g < GENES; g++) {
        row[g] = (g % 4 == 0 ? 3 : 0.7) * random.nextGaussian();
      }
    }
    return y;
  }

  private static double[] column(double[][] y, int gene) {
    return java.util.Arrays.stream(y).mapToDouble(row -> row[gene]).toArray();
  }

  @Test
  void aRidgeOfOneAmplitudeIsTheClosedForm() {
    // one item: k / (k + v) y
    Posterior posterior =
        new Posterior(
            Posterior.RIDGE,
            new double[][] {{2}},
            new double[][] {{0.5}},
            new double[][] {{1, -3}});
    assertArrayEquals(new double[] {0.8, -2.4}, posterior.mean(new double[] {2}), 1e-12);
    assertEquals(2 - 4 / 2.5, posterior.variance(new double[] {2}, 2)[0], 1e-12);
  }

  @Test
  void leavingOutInClosedFormIsFittingWithout() {
    SplittableRandom random = new SplittableRandom(3);
    double[][] kernel = kernel(random);
    double[][] noise = noise();
    double[][] y = y(random);
    // one amplitude: no shares to estimate, which the closed form takes from all items
    Posterior all = new Posterior(Posterior.RIDGE, kernel, noise, y);
    int[] left = {1, 4};
    int[] kept = {0, 2, 3, 5, 6};
    double[][] k = new double[5][5];
    double[][] n = new double[5][5];
    double[][] z = new double[5][];
    double[] towards = new double[5];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        k[i][j] = kernel[kept[i]][kept[j]];
        n[i][j] = noise[kept[i]][kept[j]];
      }
      z[i] = y[kept[i]];
      towards[i] = kernel[4][kept[i]];
    }
    Posterior without = new Posterior(Posterior.RIDGE, k, n, z);
    Posterior.Without closed =
        all.without(
            left,
            new double[][] {kernel[4]},
            new double[] {kernel[4][4]},
            new double[][] {column(y, 3)});
    assertArrayEquals(without.mean(towards), closed.mean()[0], 1e-10);
    assertArrayEquals(without.variance(towards, kernel[4][4]), closed.variance()[0], 1e-10);
    // the answer is linear in what was measured: to gene 3 as a direction it responds with gene 3
    assertEquals(closed.mean()[0][3], closed.response()[0][0][3], 1e-10);
  }

  @Test
  void whatIsLeftOutDoesNotMatter() {
    SplittableRandom random = new SplittableRandom(5);
    double[][] kernel = kernel(random);
    double[][] y = y(random);
    Posterior.Without before =
        new Posterior(Posterior.RIDGE, kernel, noise(), y)
            .without(
                new int[] {2},
                new double[][] {kernel[2]},
                new double[] {kernel[2][2]},
                new double[0][]);
    y[2][7] += 100;
    Posterior.Without after =
        new Posterior(Posterior.RIDGE, kernel, noise(), y)
            .without(
                new int[] {2},
                new double[][] {kernel[2]},
                new double[] {kernel[2][2]},
                new double[0][]);
    assertArrayEquals(before.mean()[0], after.mean()[0], 1e-8);
  }

  @Test
  void genesThatNeverRespondAreShrunkHarderThanOthers() {
    SplittableRandom random = new SplittableRandom(8);
    double[][] kernel = new double[ITEMS][ITEMS];
    double[][] noise = new double[ITEMS][ITEMS];
    double[][] y = new double[ITEMS][400];
    for (int i = 0; i < ITEMS; i++) {
      kernel[i][i] = 1;
      noise[i][i] = 1;
      for (int g = 0; g < 400; g++) {
        y[i][g] = (g < 40 ? 5 : 1) * random.nextGaussian();
      }
    }
    Posterior posterior = new Posterior(Posterior.GRID, kernel, noise, y);
    double[] mean = posterior.mean(kernel[0]);
    double quiet = 0;
    double loud = 0;
    for (int g = 0; g < 400; g++) {
      double kept = mean[g] * y[0][g] / (y[0][g] * y[0][g]);
      if (g < 40) {
        loud += kept / 40;
      } else {
        quiet += kept / 360;
      }
    }
    assertTrue(loud > 0.85, "responding genes keep " + loud);
    assertTrue(quiet < 0.15, "others keep " + quiet);
  }
}
