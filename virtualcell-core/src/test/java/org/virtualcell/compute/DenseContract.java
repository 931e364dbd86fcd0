package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.VirtualCellException;

/** What every device keeps of {@link DenseOps}. */
public interface DenseContract {
  /** m, n, k: single elements, ragged tiles, several blocks of k, an odd k, none. */
  int[][] SHAPES = {
    {1, 1, 1},
    {1, 37, 5},
    {15, 33, 17},
    {29, 70, 64},
    {43, 16, 131},
    {17, 40, 801},
    {70, 20, 1602},
    {6, 9, 0},
    {0, 9, 4},
    {9, 0, 4}
  };

  /** The device under test. */
  Device device();

  @TestFactory
  default Stream<DynamicTest> productsAgreeWithDoublePrecision() {
    List<DynamicTest> tests = new ArrayList<>();
    boolean slow = device().info().id().startsWith("emulated");
    for (int[] shape : SHAPES) {
      if (slow && shape[0] * shape[2] > 15_000) {
        continue;
      }
      for (Precision precision : Precision.values()) {
        for (DType a : new DType[] {DType.F32, DType.BF16}) {
          for (DType b : new DType[] {DType.F32, DType.BF16}) {
            for (DType out : new DType[] {DType.F32, DType.BF16}) {
              if (device().supports(Op.DENSE_MULTIPLY, a, b, out)) {
                String types = a + " x " + b + " to " + out;
                tests.add(
                    dynamicTest(
                        Arrays.toString(shape) + ", " + types + ", " + precision,
                        () -> agrees(shape, precision, a, b, out)));
              }
            }
          }
        }
      }
    }
    return tests.stream();
  }

  private void agrees(int[] shape, Precision precision, DType a, DType b, DType out) {
    LaneOptions options = LaneOptions.defaults().withPrecision(precision).withThreads(2);
    try (Lane lane = device().open(options)) {
      for (int form = 0; form < 4; form++) {
        boolean turnedA = form % 2 == 1;
        boolean turnedB = form / 2 == 1;
        new Numbers(lane, shape[0], shape[1], shape[2], a, b, turnedA, turnedB)
            .check(out, Activation.values()[(form + shape[2]) % 5]);
      }
    }
  }

  /** The operands of one product, and the comparison of all its outputs. */
  final class Numbers {
    private final Lane lane;
    private final int m;
    private final int n;
    private final int k;
    private final DType typeOfA;
    private final DType typeOfB;
    private final boolean turnedA;
    private final boolean turnedB;
    private final float[] a;
    private final float[] b;
    private final float[] bias;
    private final float[] residual;
    private final float[] old;

    Numbers(Lane lane, int m, int n, int k, DType a, DType b, boolean turnedA, boolean turnedB) {
      this.lane = lane;
      this.m = m;
      this.n = n;
      this.k = k;
      this.typeOfA = a;
      this.typeOfB = b;
      this.turnedA = turnedA;
      this.turnedB = turnedB;
      this.a = random(m * k, 1, a);
      this.b = random(k * n, 2, b);
      bias = random(n, 3, DType.F32);
      residual = random(m * n, 4, a);
      old = random(m * n, 5, DType.F32);
    }

    private double tolerance() {
      boolean exact = lane.options().precision() == Precision.EXACT;
      return exact || (typeOfA == DType.BF16 && typeOfB == DType.BF16) ? 1.2e-5 : 1.2e-2;
    }

    private DenseProduct how() {
      DenseProduct how = DenseProduct.plain();
      how = turnedA ? how.ofTransposedA() : how;
      return turnedB ? how.ofTransposedB() : how;
    }

    void check(DType typeOfOut, Activation activation) {
      DenseReference.Matrix left =
          turnedA
              ? new DenseReference.Matrix(doubles(a), k, m).transposed()
              : new DenseReference.Matrix(doubles(a), m, k);
      DenseReference.Matrix right =
          turnedB
              ? new DenseReference.Matrix(doubles(b), n, k).transposed()
              : new DenseReference.Matrix(doubles(b), k, n);
      try (Tensor ta = upload(lane, typeOfA, a, turnedA ? k : m, turnedA ? m : k);
          Tensor tb = upload(lane, typeOfB, b, turnedB ? n : k, turnedB ? k : n);
          Tensor tBias = upload(lane, DType.F32, bias, n);
          Tensor tResidual = upload(lane, typeOfA, residual, m, n);
          Tensor before = lane.tensor(typeOfB, m, n);
          Tensor copy = lane.tensor(DType.BF16, m, n);
          Tensor out = lane.tensor(typeOfOut, m, n);
          PackedMatrix packed = lane.dense().packed(typeOfB, k, n)) {
        upload(lane, out, nothing(m * n));
        lane.dense().multiply(how(), ta, tb, out);
        Reference.Expected plain = DenseReference.product(left, right, 1, null, null);
        compare(plain, plain.value(), floats(lane, out), typeOfOut, "plain");

        if (lane.options().precision() == Precision.FAST
            || typeOfA == typeOfB
            || typeOfB == DType.F32) {
          float[] first = floats(lane, out);
          upload(lane, out, nothing(m * n));
          lane.dense().pack(tb, turnedB, packed);
          DenseProduct ofPacked =
              turnedA ? DenseProduct.plain().ofTransposedA() : DenseProduct.plain();
          lane.dense().multiply(ofPacked, ta, packed, out);
          compare(plain, plain.value(), floats(lane, out), typeOfOut, "packed");
          if (typeOfA == typeOfB) {
            assertArrayEquals(first, floats(lane, out), "packed or not, the same bytes");
          }
        }

        boolean adds = typeOfOut == DType.F32;
        upload(lane, out, adds ? old : nothing(m * n));
        DenseProduct all =
            how()
                .times(-0.5f)
                .withBias(tBias, activation)
                .withResidual(tResidual)
                .keeping(before)
                .copying(copy);
        lane.dense().multiply(adds ? all.accumulating() : all, ta, tb, out);
        Reference.Expected z =
            DenseReference.product(left, right, -0.5, adds ? doubles(old) : null, doubles(bias));
        compare(z, z.value(), floats(lane, before), typeOfB, "before the activation");
        double[] end = new double[m * n];
        for (int i = 0; i < end.length; i++) {
          end[i] = DenseReference.activation(activation, z.value()[i]) + residual[i];
          z.scale()[i] += Math.abs(residual[i]);
        }
        float[] got = floats(lane, out);
        compare(z, end, got, typeOfOut, "out, " + activation);
        float[] copied = floats(lane, copy);
        for (int i = 0; i < got.length; i++) {
          // a rounded output is rounded from the same number, so it equals the copy
          assertEquals(rounded(got[i]), copied[i], "copy");
        }
      }
    }

    private void compare(
        Reference.Expected scale, double[] wanted, float[] got, DType type, String what) {
      assertEquals(wanted.length, got.length);
      for (int i = 0; i < got.length; i++) {
        double allowed =
            tolerance() * scale.scale()[i]
                + (type == DType.BF16 ? Math.abs(wanted[i]) / 256 * 1.01 : 0)
                + 1e-12;
        int at = i;
        assertTrue(
            Math.abs(got[i] - wanted[i]) <= allowed,
            () -> what + ", element " + at + ": " + got[at] + ", expected " + wanted[at]);
      }
    }
  }

  @TestFactory
  default Stream<DynamicTest> productsAreTheSameBytesForAnyNumberOfThreads() {
    return Stream.of(Precision.values())
        .filter(precision -> device().supports(Op.DENSE_MULTIPLY))
        .map(
            precision ->
                dynamicTest(
                    precision.toString(),
                    () -> {
                      float[] one = product(precision, 1);
                      float[] batch = batch(precision, 1);
                      for (int threads : new int[] {2, 3}) {
                        assertArrayEquals(one, product(precision, threads));
                        assertArrayEquals(batch, batch(precision, threads));
                      }
                    }));
  }

  private float[] product(Precision precision, int threads) {
    int m = 90;
    int n = 150;
    int k = 1000;
    LaneOptions options = LaneOptions.defaults().withPrecision(precision).withThreads(threads);
    try (Lane lane = device().open(options);
        Tensor a = upload(lane, DType.F32, random(m * k, 1, DType.F32), m, k);
        Tensor b = upload(lane, DType.F32, random(k * n, 2, DType.F32), k, n);
        Tensor out = lane.tensor(DType.F32, m, n)) {
      lane.dense().multiply(DenseProduct.plain(), a, b, out);
      return floats(lane, out);
    }
  }

  /** Scores of 3 heads of 4 sets of 10 tokens, 8 numbers a head: 0.5 Q K'. */
  private float[] batch(Precision precision, int threads) {
    LaneOptions options = LaneOptions.defaults().withPrecision(precision).withThreads(threads);
    try (Lane lane = device().open(options);
        Tensor qkv = upload(lane, DType.F32, random(4 * 10 * 72, 6, DType.F32), 40, 72);
        Tensor scores = lane.tensor(DType.F32, 12, 10, 10)) {
      lane.dense().multiplyBatch(scores(), qkv, qkv, scores);
      return floats(lane, scores);
    }
  }

  private static DenseBatch scores() {
    return new DenseBatch(
        4,
        3,
        10,
        10,
        8,
        new DenseBatch.View(0, 72, false, 720, 8),
        new DenseBatch.View(24, 72, true, 720, 8),
        DenseBatch.View.packed(10, 10, 3),
        0.5f,
        false);
  }

  @TestFactory
  default Stream<DynamicTest> batchesOfProductsAgreeWithDoublePrecision() {
    return Stream.of(Precision.values())
        .filter(precision -> device().supports(Op.DENSE_MULTIPLY_BATCH))
        .map(
            precision ->
                dynamicTest(
                    precision.toString(),
                    () -> {
                      attention(precision, DType.F32, DType.F32);
                      attention(precision, DType.BF16, DType.F32);
                      attention(precision, DType.BF16, DType.BF16);
                    }));
  }

  /** Scores, and scores times values added into a matrix of all heads side by side. */
  private void attention(Precision precision, DType type, DType typeOfScores) {
    float[] qkv = random(4 * 10 * 72, 6, type);
    float[] old = random(40 * 24, 7, DType.F32);
    boolean exact = precision == Precision.EXACT;
    double tolerance = exact || type == DType.BF16 ? 1.2e-5 : 1.2e-2;
    boolean halves = type == DType.BF16 && typeOfScores == DType.BF16;
    double toleranceOfSums = exact || halves ? 1.2e-5 : 1.2e-2;
    try (Lane lane = device().open(LaneOptions.defaults().withPrecision(precision).withThreads(2));
        Tensor tokens = upload(lane, type, qkv, 40, 72);
        Tensor scores = lane.tensor(typeOfScores, 12, 10, 10);
        Tensor heads = upload(lane, DType.F32, old, 40, 24)) {
      lane.dense().multiplyBatch(scores(), tokens, tokens, scores);
      DenseBatch weighted =
          new DenseBatch(
              4,
              3,
              10,
              8,
              10,
              DenseBatch.View.packed(10, 10, 3),
              new DenseBatch.View(48, 72, false, 720, 8),
              new DenseBatch.View(0, 24, false, 240, 8),
              1,
              true);
      float[] got = floats(lane, scores);
      lane.dense().multiplyBatch(weighted, scores, tokens, heads);
      float[] sums = floats(lane, heads);
      for (int set = 0; set < 4; set++) {
        for (int head = 0; head < 3; head++) {
          for (int i = 0; i < 10; i++) {
            int token = set * 10 + i;
            for (int j = 0; j < 10; j++) {
              double sum = 0;
              double scale = 0;
              for (int d = 0; d < 8; d++) {
                double term =
                    0.5
                        * qkv[token * 72 + head * 8 + d]
                        * qkv[(set * 10 + j) * 72 + 24 + head * 8 + d];
                sum += term;
                scale += Math.abs(term);
              }
              double half = typeOfScores == DType.BF16 ? Math.abs(sum) / 250 : 0;
              assertEquals(
                  sum, got[((set * 3 + head) * 10 + i) * 10 + j], tolerance * scale + half);
            }
            for (int d = 0; d < 8; d++) {
              double sum = old[token * 24 + head * 8 + d];
              double scale = Math.abs(sum);
              for (int j = 0; j < 10; j++) {
                double term =
                    (double) got[((set * 3 + head) * 10 + i) * 10 + j]
                        * qkv[(set * 10 + j) * 72 + 48 + head * 8 + d];
                sum += term;
                scale += Math.abs(term);
              }
              assertEquals(sum, sums[token * 24 + head * 8 + d], toleranceOfSums * scale);
            }
          }
        }
      }
    }
  }

  @Test
  default void conversionRoundsToNearestAndBackIsExact() {
    assumeTrue(device().supports(Op.CONVERT));
    float[] given = {
      0,
      -0f,
      1,
      1.00390625f,
      1.01171875f,
      1.0039064f,
      -3.3e38f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.MIN_VALUE,
      1e-40f,
      -1e-40f
    };
    float[] wanted = {
      0,
      -0f,
      1,
      1,
      1.015625f,
      1.0078125f,
      rounded(-3.3e38f),
      Float.POSITIVE_INFINITY,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      0,
      rounded(1e-40f),
      rounded(-1e-40f)
    };
    float[] many = Arrays.copyOf(given, 1000);
    System.arraycopy(random(many.length, 9, DType.F32), 0, many, given.length, 1000 - given.length);
    try (Lane lane = device().open(LaneOptions.defaults().withThreads(2));
        Tensor from = upload(lane, DType.F32, many, 10, 100);
        Tensor half = lane.tensor(DType.BF16, 1000);
        Tensor back = lane.tensor(DType.F32, 1000)) {
      lane.dense().convert(from, half);
      lane.dense().convert(half, back);
      float[] got = floats(lane, back);
      for (int i = 0; i < many.length; i++) {
        assertEquals(i < wanted.length ? wanted[i] : rounded(many[i]), got[i], "element " + i);
      }
    }
  }

  @Test
  default void whatIsNotFiniteIsFoundWhereverItStands() {
    assumeTrue(device().supports(Op.ALL_FINITE));
    try (Lane lane = device().open(LaneOptions.defaults().withThreads(2));
        Tensor out = lane.tensor(DType.I32, 1)) {
      int[] answer = new int[1];
      for (DType type : new DType[] {DType.F32, DType.BF16}) {
        for (int length : new int[] {0, 1, 37, 70_000}) {
          for (int bad : new int[] {-1, 0, length / 2, length - 1}) {
            float[] values = random(length, 3, type);
            boolean spoilt = bad >= 0 && bad < length;
            if (spoilt) {
              values[bad] = bad % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
            }
            try (Tensor x = upload(lane, type, values, length)) {
              lane.dense().allFinite(x, out);
            }
            lane.download(out, answer);
            assertEquals(spoilt ? 0 : 1, answer[0], type + ", " + bad + " of " + length);
          }
        }
      }
    }
  }

  @Test
  default void aRecordedProductIsRepeatedOnWhatItsTensorsHoldNow() {
    assumeTrue(device().supports(Op.DENSE_MULTIPLY));
    try (Lane lane = device().open(LaneOptions.defaults());
        Tensor a = upload(lane, DType.F32, new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor b = upload(lane, DType.F32, new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
        Tensor bias = upload(lane, DType.F32, new float[] {10, 20}, 2);
        Tensor out = upload(lane, DType.F32, new float[4], 2, 2);
        PackedMatrix packed = lane.dense().packed(DType.F32, 3, 2)) {
      DenseProduct how = DenseProduct.plain().withBias(bias, Activation.RELU);
      Runnable step =
          () -> {
            lane.dense().pack(b, false, packed);
            lane.dense().multiply(how, a, packed, out);
          };
      long needed = lane.dense().scratchBytes(how, a, packed, out);
      if (needed > 0) {
        assertThrows(MemoryBudgetException.class, () -> lane.record(step));
      }
      lane.reserveScratch(needed);
      try (Replay replay = lane.record(step)) {
        assertEquals(2, replay.operations());
        replay.run();
        assertArrayEquals(new float[] {14, 25, 20, 31}, floats(lane, out));
        lane.upload(new float[] {-100, 0, 0, 1, 1, 1}, b);
        replay.run();
        assertArrayEquals(new float[] {0, 25, 0, 31}, floats(lane, out));
      }
    }
  }

  @Test
  default void denseOperationsCreateNoGarbage() {
    assumeTrue(device().supports(Op.DENSE_MULTIPLY));
    try (Lane lane = device().open(LaneOptions.defaults());
        Tensor a = upload(lane, DType.F32, random(9 * 8, 1, DType.F32), 9, 8);
        Tensor b = upload(lane, DType.F32, random(8 * 5, 2, DType.F32), 8, 5);
        Tensor bias = upload(lane, DType.F32, new float[5], 5);
        Tensor half = lane.tensor(DType.BF16, 9, 8);
        Tensor out = lane.tensor(DType.F32, 9, 5);
        Tensor finite = lane.tensor(DType.I32, 1);
        PackedMatrix packed = lane.dense().packed(DType.F32, 8, 5)) {
      DenseOps ops = lane.dense();
      DenseProduct how = DenseProduct.plain().withBias(bias, Activation.GELU);
      DenseBatch batch =
          new DenseBatch(
              3,
              1,
              3,
              5,
              8,
              DenseBatch.View.packed(3, 8, 1),
              new DenseBatch.View(0, 5, false, 0, 0),
              DenseBatch.View.packed(3, 5, 1),
              1,
              false);
      com.sun.management.ThreadMXBean threads =
          (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 200 && least > 0; round++) {
        long start = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 50; i++) {
          ops.multiply(how, a, b, out);
          ops.pack(b, false, packed);
          ops.multiply(how, a, packed, out);
          ops.multiplyBatch(batch, a, b, out);
          ops.convert(a, half);
          ops.allFinite(a, finite);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - start);
      }
      assertEquals(0, least, "bytes of garbage of 300 calls");
    }
  }

  @TestFactory
  default Stream<DynamicTest> wrongDenseCallsRaiseAndTheLaneGoesOn() {
    Class<InvalidDataException> invalid = InvalidDataException.class;
    List<DynamicTest> tests = new ArrayList<>();
    if (!device().supports(Op.DENSE_MULTIPLY)) {
      return tests.stream();
    }
    wrong(tests, "k that differ", invalid, o -> o.multiply(o.a, o.out, o.out2));
    wrong(tests, "an output of another shape", invalid, o -> o.multiply(o.a, o.b, o.a2));
    wrong(tests, "an output of another rank", invalid, o -> o.multiply(o.a, o.b, o.vector));
    wrong(tests, "integers", invalid, o -> o.multiply(o.a, o.b, o.ints));
    wrong(tests, "no factor", invalid, o -> o.multiply(o.a, null, o.out));
    wrong(
        tests,
        "an output that is an input",
        DeviceException.class,
        o -> o.multiply(o.square, o.square2, o.square));
    wrong(tests, "a closed factor", ClosedException.class, o -> o.multiply(o.closed, o.b, o.out));
    wrong(
        tests,
        "a bias of another length",
        invalid,
        o -> o.how(DenseProduct.plain().withBias(o.vector, Activation.NONE)));
    wrong(
        tests,
        "a residual that is the output",
        DeviceException.class,
        o -> o.how(DenseProduct.plain().withResidual(o.out)));
    wrong(
        tests,
        "a copy in single precision",
        invalid,
        o -> o.how(DenseProduct.plain().copying(o.out2)));
    wrong(
        tests, "a sum into bf16", invalid, o -> o.multiply(DenseProduct.plain().accumulating(), o));
    wrong(tests, "a factor that is no number", invalid, o -> DenseProduct.plain().times(Float.NaN));
    wrong(
        tests,
        "a packed matrix of another shape",
        invalid,
        o -> o.lane.dense().multiply(DenseProduct.plain(), o.square, o.packed, o.out));
    wrong(
        tests,
        "a packed matrix to be transposed",
        invalid,
        o -> o.lane.dense().multiply(DenseProduct.plain().ofTransposedB(), o.a, o.packed, o.out));
    wrong(
        tests,
        "an exact product of a rounded matrix",
        invalid,
        o -> o.lane.dense().multiply(DenseProduct.plain(), o.a, o.packedHalf, o.out));
    wrong(
        tests, "packing another type", invalid, o -> o.lane.dense().pack(o.b, false, o.packedHalf));
    wrong(tests, "packing another shape", invalid, o -> o.lane.dense().pack(o.a, false, o.packed));
    wrong(tests, "packed integers", invalid, o -> o.lane.dense().packed(DType.I32, 1, 1).close());
    wrong(tests, "a negative size", invalid, o -> o.lane.dense().packed(DType.F32, -1, 1).close());
    wrong(tests, "a conversion to the same", invalid, o -> o.lane.dense().convert(o.a, o.a2));
    wrong(tests, "a conversion of integers", invalid, o -> o.lane.dense().convert(o.ints, o.half));
    wrong(tests, "finite into floats", invalid, o -> o.lane.dense().allFinite(o.a, o.vector));
    wrong(
        tests,
        "a batch past the end of a factor",
        invalid,
        o -> o.batch(new DenseBatch.View(1, 3, false, 0, 0)));
    wrong(
        tests,
        "a batch past 64 bits",
        invalid,
        o -> o.batch(new DenseBatch.View(1L << 40, 1L << 40, false, 1L << 40, 1L << 40)));
    wrong(
        tests, "a negative stride", invalid, o -> o.batch(new DenseBatch.View(0, -3, false, 0, 0)));
    wrong(
        tests,
        "results that meet",
        invalid,
        o ->
            new DenseBatch(
                2,
                1,
                2,
                2,
                3,
                DenseBatch.View.packed(2, 3, 1),
                DenseBatch.View.packed(3, 2, 1),
                new DenseBatch.View(0, 2, false, 2, 0),
                1,
                false));
    return tests.stream();
  }

  private void wrong(
      List<DynamicTest> tests,
      String name,
      Class<? extends VirtualCellException> raises,
      Consumer<Wrong> call) {
    tests.add(
        dynamicTest(
            name,
            () -> {
              try (Wrong o = new Wrong(device())) {
                long before = device().memory().inUse();
                assertThrows(raises, () -> call.accept(o));
                assertEquals(before, device().memory().inUse(), "bytes after the failure");
                o.multiply(o.a, o.b, o.out);
                assertArrayEquals(new float[] {1, 2, 4, 5}, floats(o.lane, o.out));
              }
            }));
  }

  /** Operands to use wrongly. */
  final class Wrong implements AutoCloseable {
    private final Lane lane;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Tensor a;
    private final Tensor a2;
    private final Tensor b;
    private final Tensor out;
    private final Tensor out2;
    private final Tensor half;
    private final Tensor square;
    private final Tensor square2;
    private final Tensor vector;
    private final Tensor ints;
    private final Tensor closed;
    private final PackedMatrix packed;
    private final PackedMatrix packedHalf;

    Wrong(Device device) {
      lane = device.open(LaneOptions.defaults());
      a = keep(upload(lane, DType.F32, new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
      a2 = keep(lane.tensor(DType.F32, 2, 3));
      b = keep(upload(lane, DType.F32, new float[] {1, 0, 0, 1, 0, 0}, 3, 2));
      out = keep(lane.tensor(DType.F32, 2, 2));
      out2 = keep(lane.tensor(DType.F32, 2, 2));
      half = keep(lane.tensor(DType.BF16, 2, 2));
      square = keep(lane.tensor(DType.F32, 2, 2));
      square2 = keep(lane.tensor(DType.F32, 2, 2));
      vector = keep(lane.tensor(DType.F32, 3));
      ints = keep(lane.tensor(DType.I32, 2, 2));
      closed = lane.tensor(DType.F32, 2, 3);
      closed.close();
      packed = lane.dense().packed(DType.F32, 3, 2);
      packedHalf = lane.dense().packed(DType.BF16, 3, 2);
    }

    private Tensor keep(Tensor tensor) {
      open.add(tensor);
      return tensor;
    }

    void multiply(Tensor left, Tensor right, Tensor result) {
      lane.dense().multiply(DenseProduct.plain(), left, right, result);
    }

    void multiply(DenseProduct how, Wrong o) {
      lane.dense().multiply(how, o.a, o.b, o.half);
    }

    void how(DenseProduct how) {
      lane.dense().multiply(how, a, b, out);
    }

    void batch(DenseBatch.View view) {
      DenseBatch how =
          new DenseBatch(
              1,
              1,
              2,
              2,
              3,
              view,
              DenseBatch.View.packed(3, 2, 1),
              DenseBatch.View.packed(2, 2, 1),
              1,
              false);
      lane.dense().multiplyBatch(how, a, b, out);
    }

    @Override
    public void close() {
      for (AutoCloseable tensor : open) {
        ((Tensor) tensor).close();
      }
      packed.close();
      packedHalf.close();
      lane.close();
    }
  }

  // ---- numbers of either type ----

  private static float[] random(int length, int seed, DType type) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      float value = (float) random.nextGaussian();
      values[i] = type == DType.BF16 ? rounded(value) : value;
    }
    return values;
  }

  private static float[] nothing(int length) {
    float[] values = new float[length];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  /** The nearest bfloat16, ties to even, by arithmetic rather than bits. */
  private static float rounded(float value) {
    if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) {
      return value;
    }
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), -126) - 7);
    return (float) (Math.rint(value / unit) * unit);
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  private static Tensor upload(Lane lane, DType type, float[] values, long... shape) {
    Tensor tensor = lane.tensor(type, shape);
    upload(lane, tensor, values);
    return tensor;
  }

  private static void upload(Lane lane, Tensor tensor, float[] values) {
    if (tensor.type() == DType.F32) {
      lane.upload(values, tensor);
      return;
    }
    short[] halves = new short[values.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
    }
    lane.upload(halves, tensor);
  }

  private static float[] floats(Lane lane, Tensor from) {
    float[] values = new float[(int) from.elements()];
    if (from.type() == DType.F32) {
      lane.download(from, values);
      return values;
    }
    short[] halves = new short[values.length];
    lane.download(from, halves);
    for (int i = 0; i < halves.length; i++) {
      values[i] = Float.intBitsToFloat(halves[i] << 16);
    }
    return values;
  }
}
