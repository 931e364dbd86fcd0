package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChartOptionsTest {
  @Test
  void axesEndOnRoundNumbersAndHoldZeroAndAllValues() {
    assertArrayEquals(
        new double[] {-0.2, 0.8, 0.2}, ChartOptions.range(List.of(-0.05, 0.62)), 1e-12);
    assertArrayEquals(new double[] {0, 10, 2}, ChartOptions.range(List.of(8.2, 1.0)), 1e-12);
    assertArrayEquals(new double[] {0, 1, 0.2}, ChartOptions.range(List.of()), 1e-12);
    assertArrayEquals(new double[] {0, 1, 0.2}, ChartOptions.range(List.of(1.0)), 1e-12);
  }
}
