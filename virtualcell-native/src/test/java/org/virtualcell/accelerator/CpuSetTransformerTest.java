package org.virtualcell.accelerator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Precision;
import org.virtualcell.nn.TorchCurve;

/** Trainings of plain torch, repeated by the processor's kernels of each instruction set. */
class CpuSetTransformerTest {
  @ParameterizedTest
  @EnumSource(Isa.class)
  void singlePrecisionFollowsTorchOverTwoHundredSteps(Isa isa) throws IOException {
    for (TorchCurve curve : new TorchCurve[] {TorchCurve.llama(), TorchCurve.gpt()}) {
      double[] wanted = curve.doubles("single");
      double[] got = train(isa, curve, Precision.EXACT, DType.F32, 2, wanted.length);
      for (int s = 0; s < wanted.length; s++) {
        assertEquals(wanted[s], got[s], 1e-3 * wanted[s], "loss of step " + s);
      }
    }
  }

  @Test
  void trainingIsTheSameToTheByteForAnyNumberOfThreads() throws IOException {
    for (Precision precision : Precision.values()) {
      DType type = precision == Precision.FAST ? DType.BF16 : DType.F32;
      double[] one = train(Isa.best(), TorchCurve.llama(), precision, type, 1, 30);
      assertArrayEquals(one, train(Isa.best(), TorchCurve.llama(), precision, type, 3, 30));
    }
  }

  @Test
  void roundedActivationsLearnAsWell() throws IOException {
    for (TorchCurve curve : new TorchCurve[] {TorchCurve.llama(), TorchCurve.gpt()}) {
      double[] wanted = curve.doubles("single");
      double[] got = train(Isa.best(), curve, Precision.FAST, DType.BF16, 2, wanted.length);
      assertEquals(wanted[0], got[0], 0.01 * wanted[0], "the first loss");
      int last = wanted.length - 1;
      assertTrue(got[last] < 1.1 * wanted[last], got[last] + " after " + wanted[last]);
    }
  }

  private static double[] train(
      Isa isa, TorchCurve curve, Precision precision, DType type, int threads, int steps) {
    LaneOptions how = LaneOptions.defaults().withThreads(threads).withPrecision(precision);
    return curve.train(CpuContract.open(isa), how, type, steps, true, (p, o) -> {});
  }
}
