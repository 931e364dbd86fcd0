package org.virtualcell.model.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Against plain sums over the distributions. */
class ExpectedLogTest {
  private static double binomial(int n, double p, double unit) {
    double sum = 0;
    double chance = Math.pow(1 - p, n);
    for (int k = 0; k <= n; k++) {
      sum += chance * Math.log1p(unit * k);
      chance *= (double) (n - k) / (k + 1) * p / (1 - p);
    }
    return sum;
  }

  private static double negativeBinomial(double count, double mean, double r, double unit) {
    double sum = 0;
    double chance = Math.pow(r / (r + mean), r);
    for (int k = 0; k < 200_000; k++) {
      sum += chance * Math.log1p(unit * (count + k));
      chance *= (k + r) / (k + 1) * mean / (r + mean);
    }
    return sum;
  }

  @Test
  void ofThinnedCounts() {
    for (double unit : new double[] {0.5, 5, 60}) {
      for (int n : new int[] {1, 5, 12, 40, 100}) {
        for (double p : new double[] {0.1, 0.6, 0.95}) {
          assertEquals(binomial(n, p, unit), ExpectedLog.thinned(n, p, unit), 0.03, n + " " + p);
        }
      }
    }
    assertEquals(0, ExpectedLog.thinned(3, 0, 5), 0);
    assertEquals(Math.log1p(15), ExpectedLog.thinned(3, 1, 5), 1e-15);
  }

  @Test
  void ofCountsWithMoleculesOnTop() {
    for (double unit : new double[] {0.3, 5, 60}) {
      for (double count : new double[] {0, 2, 30}) {
        for (double mean : new double[] {0.01, 1, 40, 2000}) {
          for (double r : new double[] {0.3, 3, 50}) {
            double wanted = negativeBinomial(count, mean, r, unit);
            assertEquals(
                wanted,
                ExpectedLog.toppedUp(count, mean, r, unit),
                0.004 * wanted + 0.002,
                unit + " " + count + " " + mean + " " + r);
          }
        }
      }
    }
  }

  @Test
  void poissonIsTheLimitOfLargeShapes() {
    assertEquals(
        ExpectedLog.toppedUp(1, 2, 1e7, 5),
        ExpectedLog.toppedUp(1, 2, Double.POSITIVE_INFINITY, 5),
        1e-5);
  }
}
