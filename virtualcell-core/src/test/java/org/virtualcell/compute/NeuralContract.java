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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.VirtualCellException;

/**
 * The contract table of {@link NeuralOps} and {@link RandomOps}: each operation on shapes that hurt
 * gives what it gives on {@link DoubleDevice}, whose formulas are checked by differences and by
 * torch.
 */
public interface NeuralContract {
  /** The device under test; its memory is expected to be empty between tests. */
  Device device();

  /** An operation with its operands. */
  record Case(String name, double tolerance, Consumer<Operands> call) {}

  /** The operands of one call on one device: the same numbers on each. */
  final class Operands implements AutoCloseable {
    final Lane lane;
    private final List<Tensor> all = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();

    Operands(Device device, Precision precision, int threads) {
      lane = device.open(LaneOptions.defaults().withPrecision(precision).withThreads(threads));
    }

    Tensor in(DType type, long... shape) {
      return numbers(type, 1, shape);
    }

    /** Random numbers, which depend on how many operands were made before. */
    private Tensor numbers(DType type, double spread, long... shape) {
      Tensor tensor = lane.tensor(type, shape);
      SplittableRandom random = new SplittableRandom(100 + all.size());
      all.add(tensor);
      int count = (int) tensor.elements();
      float[] values = new float[count];
      short[] halves = new short[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (spread * random.nextGaussian());
        halves[i] = HeapNumbers.rounded(values[i]);
      }
      lane.upload(type == DType.F32 ? values : halves, tensor);
      return tensor;
    }

    Tensor of(Object values, DType type, long... shape) {
      Tensor tensor = lane.tensor(type, shape);
      all.add(tensor);
      lane.upload(values, tensor);
      return tensor;
    }

    Tensor indices(int count, int bound) {
      SplittableRandom random = new SplittableRandom(count);
      return of(random.ints(count, 0, bound).toArray(), DType.I32, count);
    }

    /** Filled before, so that what is added to is seen to be added to. */
    Tensor out(DType type, long... shape) {
      Tensor tensor = in(type, shape);
      outputs.add(tensor);
      return tensor;
    }

    /** An output that is an input too. */
    Tensor inOut(Tensor tensor) {
      outputs.add(tensor);
      return tensor;
    }

    List<double[]> results() {
      List<double[]> results = new ArrayList<>();
      for (Tensor tensor : outputs) {
        int count = (int) tensor.elements();
        double[] values = new double[count];
        float[] floats = new float[count];
        short[] halves = new short[count];
        lane.download(tensor, tensor.type() == DType.F32 ? floats : halves);
        for (int i = 0; i < count; i++) {
          values[i] = tensor.type() == DType.F32 ? floats[i] : HeapNumbers.widened(halves[i]);
        }
        results.add(values);
      }
      return results;
    }

    List<double[]> doubles() {
      return outputs.stream().map(t -> DoubleDevice.values(t).clone()).toList();
    }

    @Override
    public void close() {
      all.forEach(Tensor::close);
      lane.close();
    }
  }

  /** The table. */
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (long[] s :
        new long[][] {{1, 1}, {5, 7}, {3, 16}, {130, 50}, {17, 131}, {2, 700}, {0, 9}}) {
      long n = s[0];
      long w = s[1];
      String shape = ", " + n + " x " + w;
      for (DType type : new DType[] {DType.F32, DType.BF16}) {
        double exact = type == DType.F32 ? 2e-5 : 5e-3;
        String of = shape + ", " + type;
        for (Normalization norm : List.of(Normalization.layer(), Normalization.rms())) {
          cases.add(
              new Case(
                  "normalize" + of + ", " + norm,
                  exact,
                  o -> {
                    Tensor x = o.in(DType.F32, n, w);
                    Tensor gain = o.in(DType.F32, w);
                    Tensor bias = norm.centred() ? o.in(DType.F32, w) : null;
                    Tensor statistics = o.out(DType.F32, n, 2);
                    o.lane.neural().normalize(norm, x, gain, bias, statistics, o.out(type, n, w));
                    Tensor slope = o.in(type, n, w);
                    Tensor dx = o.out(DType.F32, n, w);
                    Tensor dGain = o.out(DType.F32, w);
                    Tensor dBias = norm.centred() ? o.out(DType.F32, w) : null;
                    o.lane
                        .neural()
                        .normalizeGradient(
                            norm, x, gain, statistics, slope, n == 5, dx, dGain, dBias);
                  }));
        }
        cases.add(
            new Case(
                "activate" + of,
                exact,
                o -> {
                  Tensor x = o.numbers(type, 3, n, w);
                  Tensor slope = o.in(type, n, w);
                  for (Activation a : Activation.values()) {
                    o.lane.neural().activate(a, x, o.out(type, n, w));
                    o.lane.neural().activateGradient(a, x, slope, o.out(type, n, w));
                  }
                }));
        cases.add(
            new Case(
                "gate" + of,
                exact,
                o -> {
                  Tensor x = o.in(type, n, 2 * w);
                  o.lane.neural().gate(x, o.out(type, n, w));
                  o.lane.neural().gateGradient(x, o.in(type, n, w), o.out(type, n, 2 * w));
                }));
        cases.add(
            new Case(
                "sums, copies, dropout" + of,
                exact,
                o -> {
                  Tensor x = o.in(type, n, w);
                  o.lane.neural().add(-0.5f, x, o.out(type, n, w));
                  o.lane.neural().columnSums(x, o.out(DType.F32, w));
                  o.lane.neural().squaredSum(x, o.out(DType.F32, 3), 1);
                  o.lane.neural().copyColumns(x, w / 3, o.out(type, n, w + 2), 1, w - w / 3);
                  Tensor key = o.of(new long[] {-77L, 1L << 40 | 3}, DType.I64, 2);
                  o.lane.random().dropout(key, 5, 0.3, x, o.out(type, n, w));
                }));
      }
      cases.add(
          new Case(
              "rows of a table" + shape,
              2e-5,
              o -> {
                Tensor table = o.in(DType.F32, 4, w);
                Tensor index = o.indices((int) n, 4);
                o.lane.neural().addRows(table, index, 1, o.out(DType.F32, n, w));
                o.lane.neural().addRows(table, index, 3, o.out(DType.F32, 3 * n, w));
                Tensor slope = o.in(DType.F32, 3 * n, w);
                o.lane.neural().addRowsGradient(slope, index, 3, o.out(DType.F32, 4, w));
              }));
      cases.add(
          new Case(
              "loss and optimiser" + shape,
              2e-5,
              o -> {
                Tensor x = o.in(DType.F32, n, w);
                if (n > 0) {
                  Tensor dx = o.out(DType.F32, n, w);
                  o.lane
                      .neural()
                      .meanSquare(1.5f, x, o.in(DType.F32, n, w), o.out(DType.F32, 1), dx);
                }
                Tensor control = o.inOut(o.of(new float[] {0.01f, 3, 1, 0}, DType.F32, 4));
                Tensor squares = o.of(new float[] {1, 2, 6}, DType.F32, 3);
                o.lane.neural().clip(squares, 2.5f, control);
                AdamWeights how = new AdamWeights(0.9, 0.99, 1e-8, 0.1, 0.95);
                Tensor v = o.of(new float[(int) (n * w)], DType.F32, n, w);
                for (int step = 0; step < 2; step++) {
                  o.lane
                      .neural()
                      .adamw(
                          how,
                          control,
                          x,
                          o.out(DType.F32, n, w),
                          o.out(DType.F32, n, w),
                          o.inOut(v),
                          step == 0 ? null : o.out(DType.F32, n, w));
                }
              }));
    }
    int[][] sizes = {
      {1, 1, 1, 1},
      {2, 5, 3, 7},
      {1, 64, 2, 32},
      {1, 33, 1, 128},
      {2, 17, 2, 41},
      {1, 150, 1, 64},
      {0, 4, 2, 8}
    };
    for (int[] size : sizes) {
      SetAttention how = new SetAttention(size[0], size[1], size[2], size[3]);
      for (DType type : new DType[] {DType.F32, DType.BF16}) {
        cases.add(
            new Case(
                "attention, " + how + ", " + type,
                type == DType.F32 ? 2e-5 : 2e-2,
                o -> {
                  Tensor qkv = o.in(type, how.rows(), 3L * how.width());
                  Tensor sums = o.out(DType.F32, how.rows() * how.heads());
                  Tensor out = o.out(type, how.rows(), how.width());
                  o.lane.neural().attention(how, qkv, sums, out);
                  Tensor slope = o.in(type, how.rows(), how.width());
                  Tensor dQkv = o.out(type, how.rows(), 3L * how.width());
                  o.lane.neural().attentionGradient(how, qkv, sums, out, slope, dQkv);
                }));
      }
    }
    return cases;
  }

  /** A device without these kernels is skipped, with the reason. */
  @BeforeEach
  default void theDeviceHasNeuralKernels(TestInfo test) {
    boolean ours = test.getTestMethod().orElseThrow().getDeclaringClass() == NeuralContract.class;
    assumeTrue(!ours || device().supports(Op.NORMALIZE), () -> device() + " has no such kernels");
  }

  @TestFactory
  default Stream<DynamicTest> neuralOperationsAgreeWithDoublePrecision() {
    return cases().stream().map(c -> dynamicTest(c.name(), () -> agrees(c)));
  }

  private void agrees(Case c) {
    try (Device doubles = DoubleDevice.create();
        Operands wanted = new Operands(doubles, Precision.EXACT, 1);
        Operands exact = new Operands(device(), Precision.EXACT, 2);
        Operands fast = new Operands(device(), Precision.FAST, 2)) {
      c.call().accept(wanted);
      c.call().accept(exact);
      c.call().accept(fast);
      close(wanted.doubles(), exact.results(), c.tolerance(), c.name());
      double loose = c.name().startsWith("attention") ? 2e-2 : c.tolerance();
      close(wanted.doubles(), fast.results(), loose, c.name() + ", fast");
    }
  }

  private static void close(
      List<double[]> wanted, List<double[]> got, double tolerance, String what) {
    for (int k = 0; k < wanted.size(); k++) {
      double most = 1e-2; // operands are of size one, and may cancel
      for (double x : wanted.get(k)) {
        most = Math.max(most, Math.abs(x));
      }
      for (int i = 0; i < wanted.get(k).length; i++) {
        double x = wanted.get(k)[i];
        assertEquals(x, got.get(k)[i], tolerance * most, what + ", output " + k + " at " + i);
      }
    }
  }

  @TestFactory
  default Stream<DynamicTest> neuralOperationsGiveTheSameBytesForAnyNumberOfThreads() {
    return cases().stream()
        .filter(c -> c.name().contains("130 x 50") || c.name().contains("cells=64"))
        .map(c -> dynamicTest(c.name(), () -> sameBytes(c)));
  }

  private void sameBytes(Case c) {
    List<double[]> one = results(c, 1);
    for (int threads : new int[] {2, 3}) {
      List<double[]> more = results(c, threads);
      for (int k = 0; k < one.size(); k++) {
        assertArrayEquals(one.get(k), more.get(k), threads + " threads, output " + k);
      }
    }
  }

  private List<double[]> results(Case c, int threads) {
    try (Operands operands = new Operands(device(), Precision.EXACT, threads)) {
      c.call().accept(operands);
      return operands.results();
    }
  }

  @Test
  default void dropoutDropsItsShareAndDrawsAnewForEachStepAndPlace() {
    float[] ones = new float[100_000];
    Arrays.fill(ones, 1);
    try (Lane lane = device().open(LaneOptions.defaults());
        Tensor x = lane.tensor(DType.F32, ones.length);
        Tensor out = lane.tensor(DType.F32, ones.length);
        Tensor key = lane.tensor(DType.I64, 2)) {
      lane.upload(ones, x);
      float[][] drawn = new float[3][ones.length];
      for (int i = 0; i < 3; i++) {
        lane.upload(new long[] {9, i == 1 ? 2 : 1}, key);
        lane.random().dropout(key, i == 2 ? 4 : 3, 0.25, x, out);
        lane.download(out, drawn[i]);
        int dropped = 0;
        int both = 0;
        for (int j = 0; j < ones.length; j++) {
          assertTrue(drawn[i][j] == 0 || drawn[i][j] == 1 / 0.75f);
          dropped += drawn[i][j] == 0 ? 1 : 0;
          both += drawn[i][j] == 0 && drawn[0][j] == 0 ? 1 : 0;
        }
        // standard deviations: 137 of the share, 76 of two independent draws
        assertEquals(25_000, dropped, 700);
        assertEquals(i == 0 ? 25_000 : 6_250, both, 700);
      }
    }
  }

  @Test
  default void neuralOperationsRefuseWhatDoesNotFit() {
    try (Operands o = new Operands(device(), Precision.EXACT, 1)) {
      NeuralOps neural = o.lane.neural();
      Tensor x = o.in(DType.F32, 4, 6);
      Tensor y = o.in(DType.F32, 4, 6);
      Tensor w = o.in(DType.F32, 6);
      Tensor two = o.in(DType.F32, 4, 2);
      Tensor b = o.in(DType.F32, 5);
      Normalization norm = Normalization.layer();
      refused(() -> neural.normalize(norm, x, b, w, two, y));
      refused(() -> neural.normalize(norm, x, w, w, b, y));
      refused(() -> neural.gate(x, y));
      refused(() -> neural.add(Float.NaN, x, y));
      refused(() -> neural.copyColumns(x, 3, y, 0, 4));
      refused(() -> neural.squaredSum(x, w, 6));
      refused(() -> neural.clip(w, -1, o.in(DType.F32, 4)));
      refused(() -> neural.attention(new SetAttention(2, 2, 1, 2), x, w, y));
      refused(() -> new SetAttention(1, 513, 1, 32));
      refused(() -> new SetAttention(1, 5, 1, 129));
      Tensor bad = o.of(new int[] {0, 1, 6, 2}, DType.I32, 4);
      Tensor table = o.in(DType.F32, 6, 6);
      assertThrows(
          VirtualCellException.class,
          () -> {
            neural.addRows(table, bad, 1, x);
            o.lane.synchronize();
          });
    }
  }

  private static void refused(Runnable call) {
    assertThrows(InvalidDataException.class, call::run);
  }

  @Test
  default void neuralOperationsCreateNoGarbage() {
    try (Operands o = new Operands(device(), Precision.EXACT, 1)) {
      Tensor x = o.in(DType.F32, 64, 48);
      Tensor y = o.in(DType.F32, 64, 48);
      Tensor w = o.in(DType.F32, 48);
      Tensor b = o.in(DType.F32, 48);
      Tensor statistics = o.in(DType.F32, 64, 2);
      Tensor one = o.in(DType.F32, 4);
      SetAttention how = new SetAttention(4, 16, 2, 8);
      Tensor sums = o.in(DType.F32, 128);
      Tensor out = o.in(DType.F32, 64, 16);
      Normalization norm = Normalization.rms();
      AdamWeights adam = new AdamWeights(0.9, 0.999, 1e-8, 0, 0);
      Tensor v = o.of(new float[64 * 48], DType.F32, 64, 48);
      Tensor m = o.in(DType.F32, 64, 48);
      Tensor z = o.in(DType.F32, 64, 48);
      Tensor control = o.of(new float[] {1, 1, 1, 1}, DType.F32, 4);
      Runnable clean =
          () -> {
            NeuralOps neural = o.lane.neural();
            neural.normalize(norm, x, w, null, statistics, y);
            neural.activateGradient(Activation.GELU, x, y, z);
            neural.attention(how, x, sums, out);
            neural.columnSums(x, b);
            neural.squaredSum(x, one, 0);
            neural.clip(b, 1, control);
            neural.adamw(adam, control, x, y, m, v, null);
          };
      for (int i = 0; i < 300; i++) {
        clean.run();
      }
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        clean.run();
      }
      long garbage = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(garbage < 200 * 16, garbage + " bytes in 200 rounds");
    }
  }
}
