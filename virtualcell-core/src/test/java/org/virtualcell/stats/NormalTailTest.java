package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NormalTailTest {
  /** z and erfc(z / sqrt 2) in 40 digits, rounded. */
  private static final double[][] KNOWN = {
    {1e-12, 0.99999999999920212},
    {0.001, 0.99920211557217787},
    {0.5, 0.61707507745197379},
    {1, 0.3173105078629141},
    {1.959963984540054, 0.050000000000000022},
    {3, 0.0026997960632601891},
    {5, 5.7330314375838782e-7},
    {8, 1.2441921148543568e-15},
    {12.5, 7.4651285977554268e-36},
    {20, 5.5072482372124674e-89},
    {30, 9.8134278542963741e-198},
    {37.4, 3.9073631232979845e-306}
  };

  @Test
  void tailAreasAreRightToFourteenDigitsFromTheMiddleToTheFarthestTail() {
    for (double[] known : KNOWN) {
      assertEquals(known[1], NormalTail.twoSided(known[0]), 1e-14 * known[1], "z " + known[0]);
    }
  }

  @Test
  void tailAreasFallWithoutAStepBack() {
    double before = 1;
    for (int i = 1; i < 40_000; i++) {
      double p = NormalTail.twoSided(i * 1e-3);
      assertTrue(p < before || p <= before && p < Double.MIN_NORMAL, "z " + i * 1e-3);
      before = p;
    }
    assertEquals(0, before);
  }

  @Test
  void aScoreOfZeroOrLessIsNoEvidenceAndNoScoreNoAnswer() {
    assertEquals(1, NormalTail.twoSided(0));
    assertEquals(1, NormalTail.twoSided(-0.3));
    assertTrue(Double.isNaN(NormalTail.twoSided(Double.NaN)));
  }

  @Test
  void manyScoresAtOnceGiveTheBitsOfEachAlone() {
    double[] z = new double[1300];
    for (int i = 0; i < z.length; i++) {
      z[i] = (i - 20) * 0.0317;
    }
    z[3] = Double.NaN;
    z[600] = Double.POSITIVE_INFINITY;
    z[601] = Double.MIN_VALUE;
    double[] p = z.clone();
    NormalTail.twoSided(p);
    for (int i = 0; i < z.length; i++) {
      assertEquals(NormalTail.twoSided(z[i]), p[i], "z " + z[i]);
    }
    assertEquals(0, p[600]);
    NormalTail.twoSided(new double[0]);
  }
}
