package org.virtualcell.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.DoubleDevice;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.LaneOptions;

/** The same weights and batches as a plain torch implementation of the same formulas. */
class SetTransformerTorchTest {
  @Test
  void stateShapedTrainingIsTorchsInDoublePrecisionOverFiftySteps() throws IOException {
    inDoublePrecision(TorchCurve.llama());
  }

  @Test
  void gptShapedTrainingIsTorchsInDoublePrecisionOverFiftySteps() throws IOException {
    inDoublePrecision(TorchCurve.gpt());
  }

  private static void inDoublePrecision(TorchCurve curve) {
    double[] wanted = curve.doubles("double");
    try (Device device = DoubleDevice.create()) {
      double[] got =
          curve.train(
              device,
              LaneOptions.defaults(),
              DType.F32,
              wanted.length,
              false,
              (parameters, optimiser) -> {
                for (AdamOptimizer.State state : optimiser.states()) {
                  String name = state.parameter().name();
                  close(
                      curve.doubles("last/" + name),
                      DoubleDevice.values(state.parameter().value()),
                      name);
                  close(
                      curve.doubles("average/" + name),
                      DoubleDevice.values(state.average()),
                      "average of " + name);
                }
              });
      for (int s = 0; s < wanted.length; s++) {
        // the loss leaves the device in single precision
        assertEquals(wanted[s], got[s], 2e-7 * wanted[s], "loss of step " + s);
      }
    }
  }

  private static void close(double[] wanted, double[] got, String what) {
    assertEquals(wanted.length, got.length, what);
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], got[i], 1e-8, what + ", element " + i);
    }
  }

  @Test
  void stateShapedTrainingIsTorchsInSinglePrecisionOverTwoHundredSteps() throws IOException {
    inSinglePrecision(TorchCurve.llama());
  }

  @Test
  void gptShapedTrainingIsTorchsInSinglePrecisionOverTwoHundredSteps() throws IOException {
    inSinglePrecision(TorchCurve.gpt());
  }

  private static void inSinglePrecision(TorchCurve curve) {
    double[] wanted = curve.doubles("single");
    assertTrue(wanted[wanted.length - 1] < 0.8 * wanted[0], "torch's loss falls by a fifth");
    double[] got =
        curve.train(
            JavaDevice.create(),
            LaneOptions.defaults().withThreads(2),
            DType.F32,
            wanted.length,
            true,
            (parameters, optimiser) -> {});
    for (int s = 0; s < wanted.length; s++) {
      assertEquals(wanted[s], got[s], 1e-3 * wanted[s], "loss of step " + s);
    }
  }

  @Test
  void aRecordedTrainingIsTheSameToTheByteForAnyNumberOfThreads() throws IOException {
    TorchCurve curve = TorchCurve.llama();
    double[] plain = train(curve, 1, false);
    assertArrayEquals(plain, train(curve, 3, true));
  }

  private static double[] train(TorchCurve curve, int threads, boolean recorded) {
    LaneOptions how = LaneOptions.defaults().withThreads(threads);
    return curve.train(JavaDevice.create(), how, DType.F32, 20, recorded, (p, o) -> {});
  }

  @Test
  void theRatesTorchWasGivenAreThoseOfTheSchedule() throws IOException {
    float[] rates = TorchCurve.llama().rates();
    RateSchedule schedule = new RateSchedule(0.004, 10, rates.length, 0);
    for (int s = 0; s < rates.length; s++) {
      assertEquals(rates[s], schedule.rate(s + 1), 1e-9, "step " + s);
    }
  }
}
