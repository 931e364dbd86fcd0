package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignificanceTest {
  /** Computed by scipy: -(log_ndtr(-z) + ln 2) / ln 10. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0.20966199360125964",
    "1, 0.4985155458279891",
    "1.959963984540054, 1.3010299956639813",
    "2, 1.3419860844769556",
    "5, 6.241615676726673",
    "12, 32.44940916552788",
    "35, 267.647851954089"
  })
  void tailMatchesTheNormalDistribution(double z, double expected) {
    assertEquals(expected, Significance.minusLogP(z), 1e-9 * Math.max(1, expected));
  }

  @Test
  void tailIsZeroAtZeroAndEndsAt300() {
    assertEquals(0, Significance.minusLogP(0));
    assertEquals(300, Significance.minusLogP(100));
  }

  @Test
  void genesWithoutSamplingErrorAreNotTested() {
    Significance result = Significance.of(new double[] {5, 5, 0}, new double[] {0, 0.1, 0.1});
    assertArrayEquals(new boolean[] {false, true, false}, result.changed);
    assertEquals(1, result.changedGenes());
    assertEquals(0, result.minusLogP[0]);
  }

  @Test
  void theStepUpKeepsAGeneThatFailsItsOwnRankWhenALaterOneHolds() {
    // two-sided p of z = 2.1 is 0.0357: above 0.05 * 1/2, below 0.05 * 2/2, so both are kept
    Significance both = Significance.of(new double[] {2.1, 2.1}, new double[] {1, 1});
    assertTrue(both.changed[0] && both.changed[1]);
    Significance one = Significance.of(new double[] {2.1, 0.1}, new double[] {1, 1});
    assertEquals(0, one.changedGenes());
  }
}
