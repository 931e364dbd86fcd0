package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.VirtualCellException;

/** What a caller may get wrong: each is an exception, and the lane goes on working. */
public interface MisuseContract {
  /** The device under test. */
  Device device();

  /** A call that is wrong. */
  interface Wrong {
    /** Calls it. */
    void call(Operands o);
  }

  /** One wrong call and what it raises. */
  record Case(String name, Class<? extends VirtualCellException> raises, Wrong wrong) {}

  /** The wrong calls of the contract. */
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    Class<InvalidDataException> invalid = InvalidDataException.class;
    Class<DeviceException> device = DeviceException.class;
    Class<ClosedException> closed = ClosedException.class;
    add(cases, "too few rows of w", invalid, o -> o.ops.multiply(o.x, o.out, o.out2));
    add(cases, "too few rows of out", invalid, o -> o.ops.multiply(o.x, o.w, o.w2));
    add(cases, "other columns of out", invalid, o -> o.ops.multiply(o.x, o.w, o.narrow));
    add(cases, "a vector for a matrix", invalid, o -> o.ops.multiply(o.x, o.scale, o.out));
    add(cases, "a matrix for a vector", invalid, o -> o.ops.rowScale(o.x, 1, o.out));
    add(cases, "whole numbers for w", invalid, o -> o.ops.multiply(o.x, o.wholeW, o.out));
    add(cases, "w and d exchanged", invalid, o -> o.ops.transposedMultiply(o.x, o.w, o.w2));
    add(cases, "a total of zero", invalid, o -> o.ops.rowScale(o.x, 0, o.scale));
    add(cases, "a total that is NaN", invalid, o -> o.ops.rowScale(o.x, Float.NaN, o.scale));
    add(cases, "a null tensor", invalid, o -> o.ops.multiply(o.x, null, o.out));
    add(cases, "a null sparse tensor", invalid, o -> o.ops.multiply(null, o.w, o.out));
    add(cases, "negative values scaled", invalid, o -> o.ops.rowScale(o.signed, 1, o.scale));
    add(
        cases,
        "logarithms of negative values",
        invalid,
        o -> o.ops.logMultiply(o.signed, o.scale, o.w, o.out));
    add(
        cases,
        "whole sums of fractions",
        invalid,
        o -> o.ops.groupSums(o.signed, o.group, o.longs, o.longs2, o.ints));
    add(
        cases,
        "sums and squares of different types",
        invalid,
        o -> o.ops.groupSums(o.x, o.group, o.longs, o.floats, o.ints));
    add(
        cases,
        "groups that are not whole numbers",
        invalid,
        o -> o.ops.groupSums(o.x, o.scale, o.longs, o.longs2, o.ints));
    add(
        cases,
        "values into another structure",
        invalid,
        o -> o.ops.logNormalize(o.x, o.scale, o.signed));
    add(cases, "values into themselves", device, o -> o.ops.logNormalize(o.x, o.scale, o.x));
    add(cases, "an output that is an input", device, o -> o.ops.multiply(o.square, o.w, o.w));
    add(
        cases,
        "one tensor for two outputs",
        device,
        o -> o.ops.groupSums(o.x, o.group, o.longs, o.longs, o.ints));
    add(
        cases,
        "a bias of another length",
        invalid,
        o -> o.ops.countsToHidden(o.x, o.scale, o.w, o.scale4, Activation.NONE, o.out));
    add(
        cases,
        "a matrix for a bias",
        invalid,
        o -> o.ops.countsToHidden(o.x, o.scale, o.w, o.w2, Activation.NONE, o.out));
    add(
        cases,
        "no activation",
        invalid,
        o -> o.ops.countsToHidden(o.x, o.scale, o.w, null, null, o.out));
    add(
        cases,
        "whole numbers for the weights of a layer",
        invalid,
        o -> o.ops.countsToHidden(o.x, o.scale, o.wholeW, null, Activation.RELU, o.out));
    add(
        cases,
        "a layer whose output is its bias",
        device,
        o -> o.ops.countsToHidden(o.x, o.scale, o.w, o.scale, Activation.RELU, o.scale));
    add(
        cases,
        "a layer of negative values",
        invalid,
        o -> o.ops.countsToHidden(o.signed, o.scale, o.w, null, Activation.RELU, o.out));
    add(
        cases,
        "a closed tensor for weights of a layer",
        closed,
        o -> o.ops.countsToHidden(o.x, o.scale, o.closed, null, Activation.RELU, o.out));
    add(cases, "a gradient in bfloat16", invalid, o -> o.ops.transposedMultiply(o.x, o.half, o.w));
    add(
        cases,
        "a scale for other cells",
        invalid,
        o -> o.ops.logMultiply(o.x, o.scale4, o.w, o.out));
    add(cases, "no scale", invalid, o -> o.ops.logMultiply(o.x, null, o.w, o.out));
    add(
        cases,
        "a negative number of columns for scratch",
        invalid,
        o -> o.ops.scratchBytes(Op.MULTIPLY, o.x, -1));
    add(
        cases,
        "groups of other cells",
        invalid,
        o -> o.ops.groupSums(o.x, o.group4, o.longs, o.longs2, o.ints));
    add(
        cases,
        "sums for other genes",
        invalid,
        o -> o.ops.groupSums(o.x, o.group, o.narrowLongs, o.longs2, o.ints));
    add(cases, "a tensor of another device", device, o -> o.ops.multiply(o.x, o.foreign, o.out));
    add(
        cases,
        "a sparse tensor of another device",
        device,
        o -> o.ops.multiply(o.foreignX, o.w, o.out));
    add(cases, "a closed tensor", closed, o -> o.ops.multiply(o.x, o.closed, o.out));
    add(cases, "a closed output", closed, o -> o.ops.multiply(o.x, o.w, o.closed));
    add(cases, "a closed sparse tensor", closed, o -> o.ops.multiply(o.closedX, o.w, o.out));
    add(cases, "a negative size", invalid, o -> o.lane.tensor(DType.F32, 3, -1).close());
    add(
        cases,
        "sizes beyond 64 bits",
        invalid,
        o -> o.lane.tensor(DType.F32, 1L << 31, 1L << 31, 4).close());
    add(cases, "an array of another type", invalid, o -> o.lane.upload(new int[12], o.w));
    add(cases, "no array", invalid, o -> o.lane.upload(null, o.w));
    add(cases, "a shorter array", invalid, o -> o.lane.upload(new float[11], o.w));
    add(cases, "a longer array", invalid, o -> o.lane.download(o.w, new float[13]));
    add(cases, "a part past the array", invalid, o -> o.lane.upload(new float[4], 2, o.w, 0, 3));
    add(cases, "a part past the tensor", invalid, o -> o.lane.upload(new float[4], 0, o.w, 10, 3));
    add(
        cases,
        "a part whose end overflows",
        invalid,
        o -> o.lane.upload(new float[4], 0, o.w, Long.MAX_VALUE, 3));
    add(
        cases,
        "a part of negative length",
        invalid,
        o -> o.lane.download(o.w, 0, new float[4], 0, -1));
    add(cases, "upload to a closed tensor", closed, o -> o.lane.upload(new float[8], o.closed));
    add(cases, "fractions in compact packing", invalid, o -> o.csr(1.5f).close());
    add(cases, "negative counts in compact packing", invalid, o -> o.csr(-1).close());
    add(
        cases,
        "counts beyond 2^24 in compact packing",
        invalid,
        o -> o.csr(CsrTensor.MAX_COUNT * 2f).close());
    add(
        cases,
        "more genes than compact packing holds",
        invalid,
        o -> {
          CsrMatrix wide =
              CsrMatrix.of(1, (1 << 16) + 1, new int[] {0, 0}, new int[0], new float[0]);
          o.lane.csr(wide, Packing.COMPACT).close();
        });
    for (Broken broken : Broken.values()) {
      add(
          cases,
          "a matrix with " + broken,
          invalid,
          o -> o.lane.csr(new BrokenMatrix(broken), Packing.PLAIN).close());
    }
    return cases;
  }

  private static void add(
      List<Case> cases, String name, Class<? extends VirtualCellException> raises, Wrong wrong) {
    cases.add(new Case(name, raises, wrong));
  }

  @TestFactory
  default Stream<DynamicTest> wrongCallsRaiseAndTheLaneGoesOn() {
    return cases().stream()
        .map(
            wrong ->
                dynamicTest(
                    wrong.name(),
                    () -> {
                      try (Operands o = new Operands(device())) {
                        long before = device().memory().inUse();
                        assertThrows(wrong.raises(), () -> wrong.wrong().call(o));
                        assertEquals(before, device().memory().inUse(), "bytes after the failure");
                        o.checkThatTheLaneWorks();
                      }
                    }));
  }

  @Test
  default void aSecondThreadInALaneIsTurnedAway() throws InterruptedException {
    try (Lane lane = device().open(LaneOptions.defaults())) {
      AtomicReference<Throwable> raised = new AtomicReference<>();
      Thread second =
          new Thread(
              () -> {
                try {
                  lane.synchronize();
                } catch (VirtualCellException expected) {
                  raised.set(expected);
                }
              });
      lane.record(
              () -> {
                second.start();
                join(second);
              })
          .close();
      assertEquals(DeviceException.class, raised.get().getClass());
      Thread third = new Thread(lane::synchronize);
      AtomicReference<Throwable> later = new AtomicReference<>();
      third.setUncaughtExceptionHandler((thread, failed) -> later.set(failed));
      third.start();
      third.join();
      assertEquals(null, later.get(), "threads may take turns");
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  default void closingTwiceIsClosingOnceAndUseAfterwardsRaises() {
    Lane lane = device().open(LaneOptions.defaults());
    Tensor tensor = lane.tensor(DType.F32, 4);
    lane.close();
    lane.close();
    assertThrows(ClosedException.class, () -> lane.tensor(DType.F32, 1));
    assertThrows(ClosedException.class, lane::synchronize);
    try (Lane other = device().open(LaneOptions.defaults())) {
      other.upload(new float[] {1, 2, 3, 4}, tensor);
      tensor.close();
      tensor.close();
      assertThrows(ClosedException.class, () -> other.upload(new float[4], tensor));
    }
  }

  /** What can be wrong with a matrix that does not keep its own promises. */
  enum Broken {
    /** Genes in descending order. */
    UNSORTED_GENES,
    /** A gene twice. */
    REPEATED_GENE,
    /** A gene past the last. */
    GENE_PAST_THE_LAST,
    /** A gene below the first. */
    NEGATIVE_GENE,
    /** An offset below the one before. */
    DECREASING_OFFSETS,
    /** An offset past the values. */
    OFFSET_PAST_THE_END,
    /** A first offset that is not 0. */
    OFFSETS_NOT_FROM_ZERO,
    /** Fewer values than stated. */
    FEWER_VALUES_THAN_STATED,
    /** A value that is not a number. */
    NOT_A_NUMBER,
    /** A value that is infinite. */
    INFINITE
  }

  /** A matrix of 2 x 4 that breaks one rule. */
  record BrokenMatrix(Broken broken) implements ExpressionMatrix {
    @Override
    public long rows() {
      return 2;
    }

    @Override
    public int genes() {
      return 4;
    }

    @Override
    public long nonZeros() {
      return broken == Broken.FEWER_VALUES_THAN_STATED ? 5 : 4;
    }

    @Override
    public long nonZeros(long firstRow, int rowCount) {
      return 2L * rowCount;
    }

    @Override
    public void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, float[] value) {
      for (int r = 0; r < rowCount; r++) {
        rowStart[r + 1] = 2 * (r + 1);
        gene[2 * r] = 1;
        gene[2 * r + 1] = 2;
        value[2 * r] = 1;
        value[2 * r + 1] = 2;
      }
      switch (broken) {
        case UNSORTED_GENES -> gene[0] = 3;
        case REPEATED_GENE -> gene[0] = 2;
        case GENE_PAST_THE_LAST -> gene[1] = 4;
        case NEGATIVE_GENE -> gene[0] = -1;
        case DECREASING_OFFSETS -> rowStart[1] = -1;
        case OFFSET_PAST_THE_END -> rowStart[1] = 1 << 30;
        case OFFSETS_NOT_FROM_ZERO -> rowStart[0] = 1;
        case NOT_A_NUMBER -> value[1] = Float.NaN;
        case INFINITE -> value[1] = Float.POSITIVE_INFINITY;
        default -> {}
      }
    }
  }

  /** Operands of 3 cells, 4 genes and 3 columns, some of them wrong on purpose. */
  final class Operands implements AutoCloseable {
    private final Device other = JavaDevice.create();
    private final Lane otherLane = other.open(LaneOptions.defaults());
    private final List<Runnable> open = new ArrayList<>();
    private final Lane lane;
    private final SparseOps ops;
    private final CsrTensor x;
    private final CsrTensor signed;
    private final CsrTensor square;
    private final CsrTensor closedX;
    private final CsrTensor foreignX;
    private final Tensor w;
    private final Tensor w2;
    private final Tensor wholeW;
    private final Tensor out;
    private final Tensor out2;
    private final Tensor narrow;
    private final Tensor scale;
    private final Tensor group;
    private final Tensor scale4;
    private final Tensor half;
    private final Tensor group4;
    private final Tensor narrowLongs;
    private final Tensor longs;
    private final Tensor longs2;
    private final Tensor floats;
    private final Tensor ints;
    private final Tensor closed;
    private final Tensor foreign;

    Operands(Device device) {
      lane = device.open(LaneOptions.defaults());
      ops = lane.sparse();
      CsrMatrix counts = LaneContract.COUNTS;
      x = keep(lane.csr(counts, Packing.PLAIN));
      closedX = lane.csr(counts, Packing.COMPACT);
      closedX.close();
      foreignX = otherLane.csr(counts, Packing.PLAIN);
      float[] negative = {-1.5f};
      signed =
          keep(
              lane.csr(
                  CsrMatrix.of(3, 4, new int[] {0, 1, 1, 1}, new int[] {2}, negative),
                  Packing.PLAIN));
      square =
          keep(lane.csr(CsrMatrix.of(4, 4, new int[5], new int[0], new float[0]), Packing.PLAIN));
      w = keep(lane.tensor(DType.F32, 4, 3));
      w2 = keep(lane.tensor(DType.F32, 4, 3));
      wholeW = keep(lane.tensor(DType.I32, 4, 3));
      out = keep(lane.tensor(DType.F32, 3, 3));
      out2 = keep(lane.tensor(DType.F32, 3, 3));
      narrow = keep(lane.tensor(DType.F32, 3, 2));
      scale = keep(lane.tensor(DType.F32, 3));
      group = keep(lane.tensor(DType.I32, 3));
      scale4 = keep(lane.tensor(DType.F32, 4));
      half = keep(lane.tensor(DType.BF16, 3, 3));
      group4 = keep(lane.tensor(DType.I32, 4));
      narrowLongs = keep(lane.tensor(DType.I64, 2, 3));
      longs = keep(lane.tensor(DType.I64, 2, 4));
      longs2 = keep(lane.tensor(DType.I64, 2, 4));
      floats = keep(lane.tensor(DType.F32, 2, 4));
      ints = keep(lane.tensor(DType.I32, 2, 4));
      closed = lane.tensor(DType.F32, 4, 2);
      closed.close();
      foreign = otherLane.tensor(DType.F32, 4, 3);
    }

    private Tensor keep(Tensor tensor) {
      open.add(tensor::close);
      return tensor;
    }

    private CsrTensor keep(CsrTensor tensor) {
      open.add(tensor::close);
      return tensor;
    }

    private CsrTensor csr(float value) {
      CsrMatrix one = CsrMatrix.of(1, 1, new int[] {0, 1}, new int[] {0}, new float[] {value});
      return lane.csr(one, Packing.COMPACT);
    }

    void checkThatTheLaneWorks() {
      ops.rowScale(x, 309, scale);
      float[] got = new float[3];
      lane.download(scale, got);
      assertArrayEquals(new float[] {103, 0, 1}, got);
    }

    @Override
    public void close() {
      open.forEach(Runnable::run);
      lane.close();
      foreign.close();
      foreignX.close();
      otherLane.close();
      other.close();
    }
  }
}
