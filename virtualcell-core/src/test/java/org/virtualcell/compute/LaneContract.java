package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.MemoryBudgetException;

/** How a lane copies, orders, records and repeats work. */
public interface LaneContract {
  /** The device under test. */
  Device device();

  /** A small matrix of counts, one of them beyond the escape. */
  CsrMatrix COUNTS =
      CsrMatrix.of(
          3, 4, new int[] {0, 2, 2, 5}, new int[] {0, 3, 0, 1, 2}, new float[] {1, 2, 300, 4, 5});

  @Test
  default void everyTypeOfElementComesBackAsItWent() {
    try (Lane lane = device().open(LaneOptions.defaults());
        Tensor f = lane.tensor(DType.F32, 2, 2);
        Tensor b = lane.tensor(DType.BF16, 3);
        Tensor i = lane.tensor(DType.I32, 2);
        Tensor l = lane.tensor(DType.I64, 2);
        Tensor s = lane.tensor(DType.U16, 2);
        Tensor u = lane.tensor(DType.U8, 2)) {
      float[] floats = {1, -0f, Float.NaN, Float.MIN_VALUE};
      lane.upload(floats, f);
      float[] floatsBack = new float[4];
      lane.download(f, floatsBack);
      assertArrayEquals(floats, floatsBack);
      lane.upload(new short[] {1, -2, 3}, b);
      short[] halves = new short[3];
      lane.download(b, halves);
      assertArrayEquals(new short[] {1, -2, 3}, halves);
      lane.upload(new int[] {Integer.MIN_VALUE, 7}, i);
      int[] ints = new int[2];
      lane.download(i, ints);
      assertArrayEquals(new int[] {Integer.MIN_VALUE, 7}, ints);
      lane.upload(new long[] {Long.MIN_VALUE, 1L << 40}, l);
      long[] longs = new long[2];
      lane.download(l, longs);
      assertArrayEquals(new long[] {Long.MIN_VALUE, 1L << 40}, longs);
      lane.upload(new short[] {-1, 9}, s);
      short[] shorts = new short[2];
      lane.download(s, shorts);
      assertArrayEquals(new short[] {-1, 9}, shorts);
      lane.upload(new byte[] {-1, 9}, u);
      byte[] bytes = new byte[2];
      lane.download(u, bytes);
      assertArrayEquals(new byte[] {-1, 9}, bytes);
    }
  }

  @Test
  default void aPartOfATensorIsCopiedAndTheRestLeftAlone() {
    try (Lane lane = device().open(LaneOptions.defaults());
        Tensor t = lane.tensor(DType.I32, 6)) {
      lane.upload(new int[] {0, 1, 2, 3, 4, 5}, t);
      lane.upload(new int[] {70, 80, 90}, 1, t, 2, 2);
      int[] back = new int[4];
      lane.download(t, 1, back, 0, 4);
      assertArrayEquals(new int[] {1, 80, 90, 4}, back);
    }
  }

  @TestFactory
  default Stream<DynamicTest> sparseTensorsComeBackAsTheyWent() {
    return ContractMatrices.all().stream()
        .flatMap(
            matrix ->
                Stream.of(Packing.values())
                    .map(
                        packing ->
                            dynamicTest(
                                packing + ", " + matrix,
                                () -> {
                                  try (Lane lane = device().open(LaneOptions.defaults());
                                      CsrTensor tensor = lane.csr(matrix.counts(), packing)) {
                                    CsrMatrix back = lane.download(tensor);
                                    assertEquals(matrix.counts().digest(), back.digest());
                                    assertEquals(matrix.counts().nonZeros(), back.nonZeros());
                                    assertTrue(tensor.wholeNumbers() && tensor.nonNegative());
                                  }
                                })));
  }

  @Test
  default void aRecordedStepIsRepeatedOnWhatItsTensorsHoldNow() {
    try (Lane lane = device().open(LaneOptions.defaults());
        CsrTensor x = lane.csr(COUNTS, Packing.COMPACT);
        Tensor w = lane.tensor(DType.F32, 4, 1);
        Tensor out = lane.tensor(DType.F32, 3, 1);
        Tensor gradient = lane.tensor(DType.F32, 4, 1)) {
      lane.upload(new float[] {-1, -1, -1}, out);
      lane.reserveScratch(lane.sparse().scratchBytes(Op.TRANSPOSED_MULTIPLY, x, 1));
      try (Replay step =
          lane.record(
              () -> {
                lane.sparse().multiply(x, w, out);
                lane.sparse().transposedMultiply(x, out, gradient);
              })) {
        assertEquals(2, step.operations());
        assertArrayEquals(new float[] {-1, -1, -1}, floats(lane, out), "recording runs nothing");
        for (float value : new float[] {1, 10}) {
          lane.upload(new float[] {value, value, value, value}, w);
          step.run();
          assertArrayEquals(new float[] {3 * value, 0, 309 * value}, floats(lane, out));
          assertArrayEquals(
              new float[] {92703 * value, 1236 * value, 1545 * value, 6 * value},
              floats(lane, gradient));
        }
      }
    }
  }

  @Test
  default void aRecordedStepThatNeedsScratchKeepsItWhenTheLanesScratchGrows() {
    try (Lane lane = device().open(LaneOptions.defaults());
        CsrTensor x = lane.csr(COUNTS, Packing.PLAIN);
        Tensor group = lane.tensor(DType.I32, 3);
        Tensor sums = lane.tensor(DType.F32, 2, 4);
        Tensor squares = lane.tensor(DType.F32, 2, 4);
        Tensor detections = lane.tensor(DType.I32, 2, 4)) {
      lane.upload(new int[] {0, 0, 1}, group);
      lane.reserveScratch(lane.sparse().scratchBytes(Op.GROUP_SUMS, x, 2));
      try (Replay step =
          lane.record(() -> lane.sparse().groupSums(x, group, sums, squares, detections))) {
        lane.reserveScratch(1 << 20);
        step.run();
        assertArrayEquals(new float[] {1, 0, 0, 2, 300, 4, 5, 0}, floats(lane, sums));
      }
    }
  }

  @Test
  default void aStepThatNeedsMoreScratchThanReservedIsNotRecorded() {
    try (Lane lane = device().open(LaneOptions.defaults());
        CsrTensor x = lane.csr(COUNTS, Packing.PLAIN);
        Tensor group = lane.tensor(DType.I32, 3);
        Tensor sums = lane.tensor(DType.F32, 2, 4);
        Tensor squares = lane.tensor(DType.F32, 2, 4);
        Tensor detections = lane.tensor(DType.I32, 2, 4)) {
      Runnable step = () -> lane.sparse().groupSums(x, group, sums, squares, detections);
      if (lane.sparse().scratchBytes(Op.GROUP_SUMS, x, 2) > 0) {
        assertThrows(MemoryBudgetException.class, () -> lane.record(step));
      }
      step.run();
      lane.record(step).close();
    }
  }

  @Test
  default void whatCannotBeRecordedIsRefusedAndTheLaneGoesOn() {
    try (Lane lane = device().open(LaneOptions.defaults());
        Tensor t = lane.tensor(DType.F32, 1)) {
      assertThrows(DeviceException.class, () -> lane.record(() -> lane.tensor(DType.F32, 1)));
      assertThrows(DeviceException.class, () -> lane.record(lane::synchronize));
      assertThrows(DeviceException.class, () -> lane.record(() -> lane.upload(new float[1], t)));
      assertThrows(DeviceException.class, () -> lane.record(() -> lane.record(() -> {})));
      try (Replay empty = lane.record(() -> {})) {
        assertThrows(DeviceException.class, () -> lane.record(empty::run));
      }
      lane.upload(new float[] {5}, t);
      assertArrayEquals(new float[] {5}, floats(lane, t));
    }
  }

  @Test
  default void aRecordedStepOnAClosedTensorIsRefused() {
    try (Lane lane = device().open(LaneOptions.defaults());
        CsrTensor x = lane.csr(COUNTS, Packing.PLAIN)) {
      Tensor out = lane.tensor(DType.F32, 3);
      Replay step = lane.record(() -> lane.sparse().rowScale(x, 1, out));
      out.close();
      assertThrows(ClosedException.class, step::run);
      step.close();
      step.close();
      assertThrows(ClosedException.class, step::run);
    }
  }

  @Test
  default void aLaneReadsWhatAnotherWroteAfterItsEvent() {
    try (Lane writer = device().open(LaneOptions.defaults());
        Lane reader = device().open(LaneOptions.defaults());
        CsrTensor x = writer.csr(COUNTS, Packing.PLAIN);
        Tensor scale = writer.tensor(DType.F32, 3)) {
      writer.sparse().rowScale(x, 309, scale);
      Event written = writer.mark();
      reader.await(written);
      assertArrayEquals(new float[] {103, 0, 1}, floats(reader, scale));
      written.close();
      written.close();
      assertThrows(ClosedException.class, () -> reader.await(written));
    }
  }

  @Test
  default void helpersThatNeverComeOnlyCostTime() {
    CsrMatrix matrix = ContractMatrices.shared();
    Executor never = work -> {};
    Executor refusing =
        work -> {
          throw new RejectedExecutionException("shut down");
        };
    Executor atOnce = Runnable::run;
    float[] expected = rowScale(LaneOptions.defaults(), matrix);
    for (Executor executor : new Executor[] {never, refusing, atOnce}) {
      assertArrayEquals(
          expected, rowScale(LaneOptions.defaults().withThreads(3, executor), matrix));
    }
  }

  private float[] rowScale(LaneOptions options, CsrMatrix matrix) {
    try (Lane lane = device().open(options);
        CsrTensor x = lane.csr(matrix, Packing.COMPACT);
        Tensor out = lane.tensor(DType.F32, matrix.rows())) {
      for (int i = 0; i < 10; i++) {
        lane.sparse().rowScale(x, 1e4f, out);
      }
      return floats(lane, out);
    }
  }

  @Test
  default void operationsCreateNoGarbage() {
    operationsCreateNoGarbage(Precision.EXACT);
    operationsCreateNoGarbage(Precision.FAST);
  }

  private void operationsCreateNoGarbage(Precision precision) {
    boolean layers = device().supports(Op.COUNTS_TO_HIDDEN);
    try (Lane lane = device().open(LaneOptions.defaults().withPrecision(precision));
        CsrTensor x = lane.csr(COUNTS, Packing.COMPACT);
        Tensor scale = lane.tensor(DType.F32, 3);
        Tensor w = lane.tensor(DType.F32, 4, 5);
        Tensor out = lane.tensor(DType.F32, 3, 5);
        Tensor gradient = lane.tensor(DType.F32, 4, 5);
        Tensor group = lane.tensor(DType.I32, 3);
        Tensor sums = lane.tensor(DType.F32, 2, 4);
        Tensor squares = lane.tensor(DType.F32, 2, 4);
        Tensor detections = lane.tensor(DType.I32, 2, 4)) {
      lane.upload(new float[20], w);
      lane.upload(new int[3], group);
      SparseOps ops = lane.sparse();
      com.sun.management.ThreadMXBean threads =
          (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int batch = 0; batch < 200 && least > 0; batch++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          ops.rowScale(x, 1e4f, scale);
          ops.logMultiply(x, scale, w, out);
          if (layers) {
            ops.countsToHidden(x, scale, w, null, Activation.GELU, out);
          }
          ops.transposedLogMultiply(x, scale, out, gradient);
          ops.logGroupSums(x, scale, group, sums, squares, detections);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least, "bytes of garbage of 400 calls");
    }
  }

  private static float[] floats(Lane lane, Tensor from) {
    float[] values = new float[(int) from.elements()];
    lane.download(from, values);
    return values;
  }
}
