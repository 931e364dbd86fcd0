package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.Tensor;

/** The covariance of genes against sums in double: all genes sparse, some dense, two blocks. */
class CovarianceMatrixTest {
  @ParameterizedTest
  @CsvSource({"600,40,0.1", "700,150,0.9", "17001,130,0.6"})
  void agreesWithSumsInDouble(int cells, int genes, double often) {
    SplittableRandom random = new SplittableRandom(cells);
    float[][] rows = new float[cells][genes];
    for (float[] row : rows) {
      double depth = random.nextDouble();
      for (int g = 0; g < genes; g++) {
        // every third gene is rare, the last one silent
        double chance = g == genes - 1 ? 0 : g % 3 == 0 ? often / 20 : often;
        row[g] = random.nextDouble() < chance ? (float) (1 + depth + random.nextDouble()) : 0;
      }
    }
    CsrMatrix x = CsrMatrix.ofDense(rows, genes);
    double[] mean = new double[genes];
    double[] spread = new double[genes];
    for (int g = 0; g < genes; g++) {
      for (float[] row : rows) {
        mean[g] += (double) row[g] / cells;
      }
      spread[g] = 1 + g % 4;
    }
    double[] expected = new double[genes * genes];
    for (float[] row : rows) {
      for (int i = 0; i < genes; i++) {
        double left = (row[i] - mean[i]) / spread[i] / (cells - 1);
        for (int j = 0; j < genes; j++) {
          expected[i * genes + j] += left * (row[j] - mean[j]) / spread[j];
        }
      }
    }
    float[] unit = new float[genes * genes];
    for (int g = 0; g < genes; g++) {
      unit[g * (genes + 1)] = 1;
    }
    float[] found = new float[genes * genes];
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults())) {
      try (CovarianceMatrix matrix = CovarianceMatrix.of(lane, x, mean, spread);
          Tensor in = lane.tensor(DType.F32, genes, genes);
          Tensor out = lane.tensor(DType.F32, genes, genes)) {
        lane.upload(unit, in);
        matrix.multiply(in, out);
        lane.download(out, found);
        // columns are in the matrix's order too: both turned back
        Block rowsBack = matrix.ordered(block(found, genes));
        Block back = matrix.ordered(turned(rowsBack.values(), genes));
        double largest = Arrays.stream(expected).max().getAsDouble();
        for (int i = 0; i < genes; i++) {
          for (int j = 0; j < genes; j++) {
            double got = back.values()[j * genes + i];
            assertEquals(expected[i * genes + j], got, 2e-6 * largest, i + ", " + j);
          }
        }
      }
      assertEquals(0, device.memory().byTag().getOrDefault("lane", 0L), "tensors left behind");
    }
  }

  @Test
  void isMadeOfManyCellsOnAnExactLaneOnly() {
    CsrMatrix many = CsrMatrix.ofDense(new float[20][10], 10);
    CsrMatrix few = CsrMatrix.ofDense(new float[19][10], 10);
    try (Device device = JavaDevice.create();
        Lane exact = device.open(LaneOptions.defaults());
        Lane fast = device.open(LaneOptions.defaults().withPrecision(Precision.FAST));
        CsrTensor a = exact.csr(many, Packing.PLAIN);
        CsrTensor b = exact.csr(few, Packing.PLAIN)) {
      assertTrue(CovarianceMatrix.pays(exact, a));
      assertFalse(CovarianceMatrix.pays(exact, b));
      assertFalse(CovarianceMatrix.pays(fast, a));
    }
  }

  private static Block block(float[] values, int columns) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return new Block(values.length / columns, columns, out);
  }

  private static Block turned(double[] square, int n) {
    double[] out = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        out[j * n + i] = square[i * n + j];
      }
    }
    return new Block(n, n, out);
  }
}
