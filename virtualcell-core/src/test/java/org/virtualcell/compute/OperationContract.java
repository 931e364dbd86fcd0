package org.virtualcell.compute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.virtualcell.api.CsrMatrix;

/**
 * The contract table: operation x packing x precision x the shapes that hurt, each against {@link
 * Reference} within the tolerance {@link SparseOps} states.
 */
public interface OperationContract {
  /** Columns of dense operands: around the widths of vectors, and none. */
  int[] COLUMNS = {1, 7, 15, 16, 17, 33, 64, 0};

  /** The operations of this table; the other families have tables of their own. */
  Set<Op> SPARSE = EnumSet.range(Op.ROW_SCALE, Op.LOG_GROUP_SUMS);

  /** The device under test; its memory is expected to be empty between tests. */
  Device device();

  /** The numbers of threads that must give the same bytes as one thread does. */
  default int[] threadCounts() {
    return new int[] {1, 2, 3, 7};
  }

  /** Whether the device is an emulation, slow enough that fewer columns and cells must do. */
  default boolean emulated() {
    return false;
  }

  private int[] columns() {
    return emulated() ? new int[] {1, 33, 0} : COLUMNS;
  }

  @TestFactory
  default Stream<DynamicTest> everyOperationAgreesWithTheReferenceOnShapesThatHurt() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ContractMatrices.Named matrix : ContractMatrices.all()) {
      for (Packing packing : Packing.values()) {
        addOperations(tests, matrix, packing, true);
      }
    }
    for (ContractMatrices.Named matrix : ContractMatrices.signed()) {
      addOperations(tests, matrix, Packing.PLAIN, false);
    }
    return tests.stream();
  }

  private void addOperations(
      List<DynamicTest> tests, ContractMatrices.Named matrix, Packing packing, boolean counts) {
    for (Precision precision : Precision.values()) {
      for (Op op : SPARSE) {
        boolean needsCounts =
            op != Op.MULTIPLY && op != Op.TRANSPOSED_MULTIPLY && op != Op.GROUP_SUMS;
        if ((counts || !needsCounts) && device().supports(op)) {
          String name = op + ", " + packing + ", " + precision + ", " + matrix;
          tests.add(dynamicTest(name, () -> agrees(op, matrix.counts(), packing, precision)));
        }
      }
    }
  }

  private void agrees(Op op, CsrMatrix x, Packing packing, Precision precision) {
    LaneOptions options = LaneOptions.defaults().withPrecision(precision).withThreads(2);
    try (Lane lane = device().open(options);
        CsrTensor tensor = lane.csr(x, packing)) {
      ContractOperands operands = new ContractOperands(lane, tensor, x);
      switch (op) {
        case ROW_SCALE -> operands.rowScale(1e4f);
        case LOG_NORMALIZE -> operands.logNormalize();
        case MULTIPLY, LOG_MULTIPLY, TRANSPOSED_MULTIPLY, TRANSPOSED_LOG_MULTIPLY -> {
          for (int n : columns()) {
            if ((long) n * x.genes() < 1 << 20) {
              operands.product(op, n);
            }
          }
        }
        case COUNTS_TO_HIDDEN -> {
          for (int n : columns()) {
            if ((long) n * x.genes() < 1 << 20) {
              operands.countsToHidden(n, Activation.values()[n % Activation.values().length]);
            }
          }
        }
        case GROUP_SUMS -> {
          for (int groups : new int[] {1, 3, 0}) {
            operands.groupSums(op, groups, DType.F32);
            if (tensor.wholeNumbers()) {
              operands.groupSums(op, groups, DType.I64);
            }
          }
        }
        case LOG_GROUP_SUMS -> operands.groupSums(op, 4, DType.F32);
        default -> throw new IllegalArgumentException(op.toString());
      }
    }
    assertEquals(0, device().memory().inUse(), "bytes left behind");
  }

  @TestFactory
  default Stream<DynamicTest> resultsAreTheSameBytesForAnyNumberOfThreads() {
    CsrMatrix x = emulated() ? ContractMatrices.small() : ContractMatrices.shared();
    return Stream.of(Packing.values())
        .flatMap(
            packing ->
                SPARSE.stream()
                    .filter(op -> device().supports(op))
                    .map(
                        op ->
                            dynamicTest(
                                op + ", " + packing,
                                () -> {
                                  for (Precision precision : Precision.values()) {
                                    byte[] one = bytes(op, x, packing, precision, 1);
                                    for (int threads : threadCounts()) {
                                      assertArrayEquals(
                                          one,
                                          bytes(op, x, packing, precision, threads),
                                          precision + ", " + threads + " threads");
                                    }
                                  }
                                })));
  }

  private byte[] bytes(Op op, CsrMatrix x, Packing packing, Precision precision, int threads) {
    LaneOptions options = LaneOptions.defaults().withThreads(threads).withPrecision(precision);
    try (Lane lane = device().open(options);
        CsrTensor tensor = lane.csr(x, packing)) {
      return new ContractOperands(lane, tensor, x).bytes(op);
    }
  }

  @TestFactory
  default Stream<DynamicTest> groupSumsBeyondTwoToThe32AreExactToTheUnit() {
    int cells = 700;
    CsrMatrix x = constant(cells, CsrTensor.MAX_COUNT - 1);
    return Stream.of(Packing.values())
        .filter(
            packing -> device().supports(Op.GROUP_SUMS, DType.I32, DType.I64, DType.I64, DType.I32))
        .map(
            packing ->
                dynamicTest(
                    packing.toString(),
                    () -> {
                      try (Lane lane = device().open(LaneOptions.defaults());
                          CsrTensor tensor = lane.csr(x, packing);
                          Tensor group = lane.tensor(DType.I32, cells);
                          Tensor sums = lane.tensor(DType.I64, 1, 1);
                          Tensor squares = lane.tensor(DType.I64, 1, 1);
                          Tensor detections = lane.tensor(DType.I32, 1, 1)) {
                        lane.upload(new int[cells], group);
                        lane.sparse().groupSums(tensor, group, sums, squares, detections);
                        long v = CsrTensor.MAX_COUNT - 1;
                        long[] got = new long[1];
                        lane.download(sums, got);
                        assertEquals(cells * v, got[0]);
                        lane.download(squares, got);
                        assertEquals(cells * v * v, got[0]);
                      }
                    }));
  }

  @Test
  default void sumsOverManyCellsLoseNoAccuracy() {
    // Added up one by one in single precision, this is off by a thousandth.
    int cells = 40_000;
    CsrMatrix x = constant(cells, 0.1f);
    try (Lane lane = device().open(LaneOptions.defaults());
        CsrTensor tensor = lane.csr(x, Packing.PLAIN);
        Tensor group = lane.tensor(DType.I32, cells);
        Tensor sums = lane.tensor(DType.F32, 1, 1);
        Tensor squares = lane.tensor(DType.F32, 1, 1);
        Tensor detections = lane.tensor(DType.I32, 1, 1)) {
      lane.upload(new int[cells], group);
      lane.sparse().groupSums(tensor, group, sums, squares, detections);
      float[] got = new float[1];
      lane.download(sums, got);
      assertEquals(cells * (double) 0.1f, got[0], 1e-5 * 4000);
      lane.download(squares, got);
      assertEquals(cells * (double) 0.1f * 0.1f, got[0], 1e-5 * 400);
    }
  }

  private static CsrMatrix constant(int cells, float value) {
    float[][] rows = new float[cells][1];
    for (float[] row : rows) {
      row[0] = value;
    }
    return CsrMatrix.ofDense(rows, 1);
  }

  /** Tensors for one matrix, and the comparison of each operation's output. */
  final class ContractOperands {
    private final Lane lane;
    private final CsrTensor tensor;
    private final CsrMatrix x;
    private final float[] s;
    private final int cells;

    ContractOperands(Lane lane, CsrTensor tensor, CsrMatrix x) {
      this.lane = lane;
      this.tensor = tensor;
      this.x = x;
      this.cells = (int) x.rows();
      this.s = random(cells, 7);
      for (int i = 0; i < cells; i++) {
        s[i] = i % 5 == 4 ? 0 : Math.abs(s[i]) * 20;
      }
    }

    private static float[] random(int length, int seed) {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    }

    private double products() {
      return lane.options().precision() == Precision.EXACT ? 1e-5 : 1e-2;
    }

    void rowScale(float total) {
      try (Tensor out = lane.tensor(DType.F32, cells)) {
        lane.sparse().rowScale(tensor, total, out);
        compare(Reference.rowScale(x, total), out, 1e-6);
      }
    }

    void logNormalize() {
      try (Tensor scale = upload(s, cells);
          CsrTensor out = lane.csrLike(tensor)) {
        lane.sparse().logNormalize(tensor, scale, out);
        CsrMatrix got = lane.download(out);
        Reference.Expected expected = Reference.values(x, s);
        assertEquals(x.nonZeros(), got.nonZeros());
        for (int k = 0; k < expected.value().length; k++) {
          assertEquals(x.geneAt(k), got.geneAt(k));
          close(expected, k, got.valueAt(k), 2e-6);
        }
      }
    }

    /** Single precision, and bfloat16 where the device takes it. */
    void product(Op op, int n) {
      product(op, n, DType.F32);
      if (lane.device().supports(op, DType.BF16, DType.F32)
          || lane.device().supports(op, DType.F32, DType.BF16, DType.F32)) {
        product(op, n, DType.BF16);
      }
    }

    private void product(Op op, int n, DType type) {
      boolean transposed = op == Op.TRANSPOSED_MULTIPLY || op == Op.TRANSPOSED_LOG_MULTIPLY;
      boolean log = op == Op.LOG_MULTIPLY || op == Op.TRANSPOSED_LOG_MULTIPLY;
      int inner = transposed ? cells : x.genes();
      int outer = transposed ? x.genes() : cells;
      float[] dense = random(inner * n, 11 + n);
      try (Tensor scale = upload(s, cells);
          Tensor factor = upload(type, dense, inner, n);
          Tensor out = lane.tensor(DType.F32, outer, n)) {
        poison(out);
        run(op, scale, factor, out);
        float[] factors = log ? s : null;
        compare(
            transposed
                ? Reference.transposedMultiply(x, factors, dense, n)
                : Reference.multiply(x, factors, dense, n),
            out,
            products());
      }
    }

    /** With and without a bias, weights of both types. */
    void countsToHidden(int n, Activation activation) {
      float[] dense = random(x.genes() * n, 5 + n);
      float[] offsets = random(n, 6 + n);
      try (Tensor scale = upload(s, cells);
          Tensor bias = upload(offsets, n);
          Tensor out = lane.tensor(DType.F32, cells, n)) {
        for (DType type : new DType[] {DType.F32, DType.BF16}) {
          if (lane.device().supports(Op.COUNTS_TO_HIDDEN, DType.F32, type, DType.F32, DType.F32)) {
            try (Tensor w = upload(type, dense, x.genes(), n)) {
              for (float[] added : new float[][] {offsets, null}) {
                poison(out);
                lane.sparse()
                    .countsToHidden(tensor, scale, w, added == null ? null : bias, activation, out);
                compare(
                    Reference.countsToHidden(x, s, dense, added, activation, n),
                    out,
                    1.2 * products());
              }
            }
          }
        }
      }
    }

    /** For bfloat16, cuts the values themselves to what a tensor of that type holds. */
    private Tensor upload(DType type, float[] values, long... shape) {
      if (type == DType.F32) {
        return upload(values, shape);
      }
      short[] upper = new short[values.length];
      for (int k = 0; k < upper.length; k++) {
        upper[k] = (short) (Float.floatToRawIntBits(values[k]) >>> 16);
        values[k] = Float.intBitsToFloat(upper[k] << 16);
      }
      Tensor tensorOnDevice = lane.tensor(type, shape);
      lane.upload(upper, tensorOnDevice);
      return tensorOnDevice;
    }

    private void run(Op op, Tensor scale, Tensor factor, Tensor out) {
      switch (op) {
        case MULTIPLY -> lane.sparse().multiply(tensor, factor, out);
        case LOG_MULTIPLY -> lane.sparse().logMultiply(tensor, scale, factor, out);
        case TRANSPOSED_MULTIPLY -> lane.sparse().transposedMultiply(tensor, factor, out);
        case TRANSPOSED_LOG_MULTIPLY ->
            lane.sparse().transposedLogMultiply(tensor, scale, factor, out);
        default -> throw new IllegalArgumentException(op.toString());
      }
    }

    /** Groups from -1 (left out) to one past the last (left out as well), unevenly filled. */
    private int[] groups(int groups) {
      SplittableRandom random = new SplittableRandom(3);
      int[] group = new int[cells];
      for (int i = 0; i < cells; i++) {
        group[i] = i % 4 == 0 ? 0 : random.nextInt(-1, groups + 2);
      }
      if (cells > 2) {
        group[1] = Integer.MIN_VALUE;
        group[2] = Integer.MAX_VALUE;
      }
      return group;
    }

    void groupSums(Op op, int groups, DType type) {
      int[] groupOfCell = groups(groups);
      try (Tensor scale = upload(s, cells);
          Tensor group = lane.tensor(DType.I32, cells);
          Tensor sums = lane.tensor(type, groups, x.genes());
          Tensor squares = lane.tensor(type, groups, x.genes());
          Tensor detections = lane.tensor(DType.I32, groups, x.genes())) {
        lane.upload(groupOfCell, group);
        float[] factors = op == Op.LOG_GROUP_SUMS ? s : null;
        if (factors != null) {
          lane.sparse().logGroupSums(tensor, scale, group, sums, squares, detections);
        } else {
          lane.sparse().groupSums(tensor, group, sums, squares, detections);
        }
        double tolerance = type == DType.I64 ? 0 : 1e-5;
        compare(Reference.groupSums(x, factors, groupOfCell, groups, 1), sums, tolerance);
        compare(Reference.groupSums(x, factors, groupOfCell, groups, 2), squares, tolerance);
        compare(Reference.groupSums(x, null, groupOfCell, groups, 0), detections, 0);
      }
    }

    private Tensor upload(float[] values, long... shape) {
      Tensor tensorOnDevice = lane.tensor(DType.F32, shape);
      lane.upload(values, tensorOnDevice);
      return tensorOnDevice;
    }

    /** An element that is not written shows. */
    private void poison(Tensor out) {
      float[] values = new float[(int) out.elements()];
      Arrays.fill(values, Float.NaN);
      lane.upload(values, out);
    }

    private void compare(Reference.Expected expected, Tensor out, double tolerance) {
      double[] got = doubles(out);
      assertEquals(expected.value().length, got.length);
      for (int k = 0; k < got.length; k++) {
        close(expected, k, got[k], tolerance);
      }
    }

    private void close(Reference.Expected expected, int at, double got, double tolerance) {
      double wanted = expected.value()[at];
      double allowed = tolerance * Math.abs(expected.scale()[at]);
      assertTrue(
          Math.abs(got - wanted) <= allowed,
          () -> "element " + at + ": " + got + ", expected " + wanted + " within " + allowed);
    }

    private double[] doubles(Tensor from) {
      int length = (int) from.elements();
      double[] values = new double[length];
      if (from.type() == DType.F32) {
        float[] floats = new float[length];
        lane.download(from, floats);
        Arrays.setAll(values, k -> floats[k]);
      } else if (from.type() == DType.I32) {
        int[] ints = new int[length];
        lane.download(from, ints);
        Arrays.setAll(values, k -> ints[k]);
      } else {
        long[] longs = new long[length];
        lane.download(from, longs);
        Arrays.setAll(values, k -> longs[k]);
      }
      return values;
    }

    /** The output's bytes of an operation with 33 columns or 5 groups. */
    byte[] bytes(Op op) {
      int n = 33;
      try (Tensor scale = upload(s, cells);
          Tensor w = upload(random(x.genes() * n, 1), x.genes(), n);
          Tensor d = upload(random(cells * n, 2), cells, n);
          Tensor ofCells = lane.tensor(DType.F32, cells, n);
          Tensor ofGenes = lane.tensor(DType.F32, x.genes(), n);
          Tensor factors = lane.tensor(DType.F32, cells);
          CsrTensor values = lane.csrLike(tensor);
          Tensor group = lane.tensor(DType.I32, cells);
          Tensor sums = lane.tensor(DType.F32, 5, x.genes());
          Tensor squares = lane.tensor(DType.F32, 5, x.genes());
          Tensor detections = lane.tensor(DType.I32, 5, x.genes())) {
        lane.upload(groups(5), group);
        switch (op) {
          case ROW_SCALE -> lane.sparse().rowScale(tensor, 1e4f, factors);
          case LOG_NORMALIZE -> lane.sparse().logNormalize(tensor, scale, values);
          case MULTIPLY, LOG_MULTIPLY -> run(op, scale, w, ofCells);
          case COUNTS_TO_HIDDEN ->
              lane.sparse().countsToHidden(tensor, scale, w, null, Activation.GELU, ofCells);
          case TRANSPOSED_MULTIPLY, TRANSPOSED_LOG_MULTIPLY -> run(op, scale, d, ofGenes);
          case GROUP_SUMS -> lane.sparse().groupSums(tensor, group, sums, squares, detections);
          case LOG_GROUP_SUMS ->
              lane.sparse().logGroupSums(tensor, scale, group, sums, squares, detections);
          default -> throw new IllegalArgumentException(op.toString());
        }
        return switch (op) {
          case ROW_SCALE -> bytes(factors);
          case LOG_NORMALIZE -> lane.download(values).digest().toString().getBytes(UTF_8);
          case MULTIPLY, LOG_MULTIPLY, COUNTS_TO_HIDDEN -> bytes(ofCells);
          case TRANSPOSED_MULTIPLY, TRANSPOSED_LOG_MULTIPLY -> bytes(ofGenes);
          case GROUP_SUMS, LOG_GROUP_SUMS -> bytes(squares);
          default -> throw new IllegalArgumentException(op.toString());
        };
      }
    }

    private byte[] bytes(Tensor from) {
      float[] values = new float[(int) from.elements()];
      lane.download(from, values);
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
      buffer.asFloatBuffer().put(values);
      return buffer.array();
    }
  }
}
