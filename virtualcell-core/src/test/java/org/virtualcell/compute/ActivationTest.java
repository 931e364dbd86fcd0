package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ActivationTest {
  @Test
  void gelusValuesAreThoseOfTheNormalDistribution() {
    // x Phi(x) from tables of the normal distribution
    assertEquals(0, Activation.GELU.of(0));
    assertEquals(0.8413447460685429, Activation.GELU.of(1), 2e-7);
    assertEquals(-0.15865525393145707, Activation.GELU.of(-1), 2e-7);
    assertEquals(3 * 0.9986501019683699, Activation.GELU.of(3), 4e-7);
    assertEquals(-3 * 0.0013498980316301, Activation.GELU.of(-3), 4e-7);
    assertEquals(100, Activation.GELU.of(100));
    assertEquals(0, Activation.GELU.of(-100), 0.0);
  }

  @Test
  void theOthersFollowTheirFormulas() {
    for (float x : new float[] {-12, -2.5f, -0.3f, -1e-6f, 0, 1e-6f, 0.7f, 4, 20}) {
      assertEquals(x, Activation.NONE.of(x));
      assertEquals(Math.max(0, x), Activation.RELU.of(x));
      assertEquals(x / (1 + Math.exp(-x)), Activation.SILU.of(x), 1e-7 * Math.abs(x));
      assertEquals(Math.log(1 + Math.exp(x)), Activation.SOFTPLUS.of(x), 2e-6);
      double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
      assertEquals(x * (1 + Math.tanh(inner)) / 2, Activation.GELU_TANH.of(x), 1e-7 * Math.abs(x));
    }
  }

  @Test
  void theFormsInDoublePrecisionAgreeAndTheirSlopesAreTheirDerivatives() {
    for (Activation activation : Activation.values()) {
      for (double x = -9.05; x < 9; x += 0.1) {
        double size = activation == Activation.SOFTPLUS ? 1 : Math.abs(x);
        assertEquals(activation.of((float) x), activation.of((double) (float) x), 5e-7 * size);
        double h = 1e-5;
        double difference = (activation.of(x + h) - activation.of(x - h)) / (2 * h);
        assertEquals(difference, activation.slope(x), 1e-9, activation + " at " + x);
      }
    }
  }

  @Test
  void theEndsOfTheNumbersHaveTheirLimits() {
    for (Activation activation : Activation.values()) {
      assertEquals(Float.POSITIVE_INFINITY, activation.of(Float.POSITIVE_INFINITY));
      assertTrue(Float.isNaN(activation.of(Float.NaN)));
      if (activation != Activation.NONE) {
        assertEquals(0, activation.of(-1e30f), 0.0);
      }
    }
  }
}
