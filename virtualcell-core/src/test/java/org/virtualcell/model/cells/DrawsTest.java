package org.virtualcell.model.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class DrawsTest {
  private static final int N = 40_000;

  /** Mean and variance within five standard errors (that of a variance for no heavy tail). */
  private static void assertMoments(double mean, double variance, LongSupplier draw) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < N; i++) {
      double x = draw.getAsLong();
      sum += x;
      squares += (x - mean) * (x - mean);
    }
    assertEquals(mean, sum / N, 5 * Math.sqrt(variance / N));
    assertEquals(variance, squares / N, variance * 5 * Math.sqrt((3 + 8 / (mean + 0.1)) / N));
  }

  @Test
  void poissonHasItsMoments() {
    Draws draws = new Draws(1);
    for (double mean : new double[] {0.05, 3, 15.9, 40, 900}) {
      assertMoments(mean, mean, () -> draws.poisson(mean));
    }
  }

  @Test
  void binomialHasItsMoments() {
    Draws draws = new Draws(2);
    for (long n : new long[] {3, 16, 17, 100, 3000}) {
      for (double p : new double[] {0.07, 0.5, 0.93}) {
        assertMoments(n * p, n * p * (1 - p), () -> draws.binomial(n, p));
      }
    }
    assertEquals(0, draws.binomial(50, 0));
    assertEquals(50, draws.binomial(50, 1));
  }

  @Test
  void negativeBinomialHasItsMomentsOnBothPaths() {
    Draws draws = new Draws(3);
    for (double mean : new double[] {0.1, 1.5, 2.5, 30}) {
      assertMoments(mean, mean + mean * mean / 4, () -> draws.negativeBinomial(mean, 4));
    }
  }

  /** Exact probabilities of a shape below 1, where the gamma is drawn another way. */
  @Test
  void negativeBinomialHasItsShareOfZeros() {
    Draws draws = new Draws(4);
    for (double mean : new double[] {0.5, 5}) {
      int zeros = 0;
      for (int i = 0; i < N; i++) {
        zeros += draws.negativeBinomial(mean, 0.3) == 0 ? 1 : 0;
      }
      double p = Math.pow(1 + mean / 0.3, -0.3);
      assertEquals(p, (double) zeros / N, 5 * Math.sqrt(p * (1 - p) / N));
    }
  }
}
