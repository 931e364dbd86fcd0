package org.virtualcell.accelerator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Precision;

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

  /** So many cells that a FAST product takes the genes most of them express as a dense tile. */
  @Test
  void frequentGenesInBfloat16AgreeWithTheJavaDeviceAndForAnyNumberOfThreads() {
    CsrMatrix many = frequent();
    float[] java = layer(JavaDevice.create(), many, Precision.EXACT, 1, DType.F32);
    Device device = cpu(Isa.AVX512BF16);
    for (DType type : new DType[] {DType.F32, DType.BF16}) {
      float[] one = layer(device, many, Precision.FAST, 1, type);
      assertArrayEquals(one, layer(device, many, Precision.FAST, 3, type), 0);
      assertArrayEquals(java, one, 0.05f); // sums of some 100 terms of up to 2
      assertTrue(Arrays.stream(indices(java)).anyMatch(k -> java[k] != one[k]), "it is rounded");
    }
  }

  @Test
  void frequentGenesInSinglePrecisionAgreeWithTheJavaDeviceAndForAnyNumberOfThreads() {
    CsrMatrix many = frequent();
    float[] java = layer(JavaDevice.create(), many, Precision.EXACT, 1, DType.F32);
    for (DType type : new DType[] {DType.F32, DType.BF16}) {
      float[] one = layer(cpu(Isa.AVX2), many, Precision.EXACT, 1, type);
      assertArrayEquals(one, layer(cpu(Isa.AVX2), many, Precision.EXACT, 3, type), 0);
      assertArrayEquals(java, one, 2e-4f); // sums of some 100 terms of up to 2
    }
  }

  private static int[] indices(float[] values) {
    return IntStream.range(0, values.length).toArray();
  }

  private static CsrMatrix frequent() {
    SplittableRandom random = new SplittableRandom(12);
    float[][] dense = new float[1100][120];
    for (float[] row : dense) {
      for (int g = 0; g < row.length; g++) {
        row[g] = random.nextInt(8) > g % 8 ? 1 + random.nextInt(9) : 0;
      }
    }
    return CsrMatrix.ofDense(dense, 120);
  }

  private static float[] layer(
      Device device, CsrMatrix cells, Precision precision, int threads, DType type) {
    float[] result = new float[1100 * 69];
    LaneOptions options = LaneOptions.defaults().withThreads(threads).withPrecision(precision);
    try (Lane lane = device.open(options);
        var x = lane.csr(cells, Packing.COMPACT);
        var w = lane.tensor(type, 120, 69);
        var s = lane.tensor(DType.F32, 1100);
        var bias = lane.tensor(DType.F32, 69);
        var out = lane.tensor(DType.F32, 1100, 69)) {
      float[] weights = new float[120 * 69];
      short[] upper = new short[weights.length];
      for (int k = 0; k < weights.length; k++) { // numbers that bfloat16 holds
        weights[k] = (k * 37 % 101 - 50) / 64f;
        upper[k] = (short) (Float.floatToRawIntBits(weights[k]) >>> 16);
      }
      lane.upload(type == DType.F32 ? weights : upper, w);
      lane.upload(new float[69], bias);
      lane.sparse().rowScale(x, 120, s);
      lane.sparse().countsToHidden(x, s, w, bias, Activation.GELU, out);
      lane.download(out, result);
    }
    return result;
  }

  @Test
  void namesItsInstructionSet() {
    assertEquals("scalar", cpu(Isa.SCALAR).info().instructionSet());
  }
}
