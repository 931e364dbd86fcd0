package org.virtualcell.model.ensemble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NonNegativeWeightsTest {
  /** The conditions of Karush, Kuhn and Tucker hold at the minimum of a convex problem only. */
  @Test
  void weightsMeetTheConditionsOfTheMinimum() {
    Random random = new Random(5);
    int bound = 0;
    for (int trial = 0; trial < 500; trial++) {
      int n = 1 + random.nextInt(7);
      double[][] x = new double[12][n];
      double[] y = new double[12];
      for (int r = 0; r < 12; r++) {
        y[r] = random.nextGaussian();
        for (int i = 0; i < n; i++) {
          x[r][i] = random.nextGaussian() + (trial % 3) * y[r];
        }
      }
      double[][] gram = new double[n][n];
      double[] product = new double[n];
      for (int i = 0; i < n; i++) {
        for (int r = 0; r < 12; r++) {
          product[i] += x[r][i] * y[r];
          for (int j = 0; j < n; j++) {
            gram[i][j] += x[r][i] * x[r][j];
          }
        }
      }
      double[] w = NonNegativeWeights.of(gram, product);
      double sum = Arrays.stream(w).sum();
      assertTrue(sum <= 1 + 1e-12, "sum " + sum);
      double price = 0;
      double[] slope = new double[n];
      for (int i = 0; i < n; i++) {
        assertTrue(w[i] >= 0);
        slope[i] = product[i];
        for (int j = 0; j < n; j++) {
          slope[i] -= gram[i][j] * w[j];
        }
        price = w[i] > 0 ? slope[i] : price;
      }
      bound += sum > 1 - 1e-9 ? 1 : 0;
      price = sum > 1 - 1e-9 ? price : 0;
      assertTrue(price >= -1e-5, "price " + price);
      for (int i = 0; i < n; i++) {
        if (w[i] > 0) {
          assertEquals(price, slope[i], 1e-5);
        } else {
          assertTrue(slope[i] <= price + 1e-5, "a weight of zero wants in: " + slope[i]);
        }
      }
    }
    assertTrue(bound > 20 && bound < 480, "both cases are met: " + bound);
  }

  @Test
  void equalMembersShareAndNothingIsTakenFromWhatPointsAway() {
    double[] shared = NonNegativeWeights.of(new double[][] {{2, 2}, {2, 2}}, new double[] {1, 1});
    assertEquals(0.5, shared[0] + shared[1], 1e-6);
    assertArrayEquals(
        new double[] {0}, NonNegativeWeights.of(new double[][] {{1}}, new double[] {-1}));
    assertArrayEquals(
        new double[] {0}, NonNegativeWeights.of(new double[][] {{0}}, new double[] {0}));
    assertArrayEquals(
        new double[] {1}, NonNegativeWeights.of(new double[][] {{1}}, new double[] {3}), 1e-9);
  }
}
