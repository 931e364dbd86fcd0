package org.virtualcell.accelerator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;

/** What the processor's device promises beyond the contract. */
class CpuDeviceTest {
  private static final CsrMatrix COUNTS = counts(301, 517);

  private static CsrMatrix counts(int cells, int genes) {
    SplittableRandom random = new SplittableRandom(11);
    float[][] dense = new float[cells][genes];
    for (float[] row : dense) {
      for (int g = 0; g < genes; g++) {
        row[g] = random.nextInt(8) == 0 ? 1 + random.nextInt(random.nextInt(20) == 0 ? 999 : 9) : 0;
      }
    }
    return CsrMatrix.ofDense(dense, genes);
  }

  private static float[] product(Device device, Packing packing, int threads) {
    float[] weights = new float[517 * 70];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextDouble() - 0.5f;
    }
    float[] result = new float[301 * 70];
    try (Lane lane = device.open(LaneOptions.defaults().withThreads(threads));
        var x = lane.csr(COUNTS, packing);
        var w = lane.tensor(DType.F32, 517, 70);
        var s = lane.tensor(DType.F32, 301);
        var out = lane.tensor(DType.F32, 301, 70)) {
      lane.upload(weights, w);
      lane.sparse().rowScale(x, 1e4f, s);
      lane.sparse().logMultiply(x, s, w, out);
      lane.download(out, result);
    }
    return result;
  }

  private static Device cpu(Isa isa) {
    return CpuContract.open(isa);
  }

  @Test
  void agreesWithTheJavaDeviceForBothPackings() {
    float[] java = product(JavaDevice.create(), Packing.PLAIN, 1);
    assertArrayEquals(java, product(cpu(Isa.SCALAR), Packing.PLAIN, 1), 1e-3f);
    assertArrayEquals(java, product(cpu(Isa.SCALAR), Packing.COMPACT, 1), 1e-3f);
  }

  @Test
  void givesTheSameBytesForAnyNumberOfThreadsAndOnBothWideInstructionSets() {
    float[] one = product(cpu(Isa.AVX2), Packing.PLAIN, 1);
    assertArrayEquals(one, product(cpu(Isa.AVX2), Packing.PLAIN, 3), 0);
    assertArrayEquals(one, product(cpu(Isa.AVX512), Packing.COMPACT, 2), 0);
  }

  @Test
  void namesItsInstructionSet() {
    assertEquals("scalar", cpu(Isa.SCALAR).info().instructionSet());
  }
}
