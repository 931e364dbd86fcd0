package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.MemoryBudgetException;

/** Bytes are counted by tag, limited, and return to zero. */
public interface MemoryContract {
  /** How long to wait for the garbage collector. */
  int PATIENCE_MILLIS = 10_000;

  /** The device under test. */
  Device device();

  @Test
  default void bytesAreCountedByTagAndReturn() {
    try (Lane training = device().open(LaneOptions.defaults().withTag("training"));
        Lane other = device().open(LaneOptions.defaults().withTag("other"))) {
      Tensor a = training.tensor(DType.F32, 10, 10);
      Tensor b = other.tensor(DType.U8, 7);
      training.reserveScratch(100);
      assertEquals(
          Map.of("training", 400L, "training/scratch", 100L, "other", 7L),
          device().memory().byTag());
      assertEquals(507, device().memory().inUse());
      assertTrue(device().memory().peak() >= 507);
      a.close();
      b.close();
    }
    assertEquals(Map.of(), device().memory().byTag());
  }

  @Test
  default void aSparseTensorCountsThreeBytesAValueInCompactPackingAndEightInPlain() {
    try (Lane lane = device().open(LaneOptions.defaults());
        CsrTensor compact = lane.csr(LaneContract.COUNTS, Packing.COMPACT)) {
      assertEquals(5, compact.nonZeros());
      // two times four offsets, five values, one escape
      assertEquals(2 * 4 * 8 + 5 * 3 + 6, device().memory().inUse());
      try (CsrTensor plain = lane.csr(LaneContract.COUNTS, Packing.PLAIN)) {
        assertEquals(5, plain.nonZeros());
        assertEquals(2 * 4 * 8 + 5 * 3 + 6 + 4 * 8 + 5 * 8, device().memory().inUse());
      }
    }
  }

  @Test
  default void aLaneThatExceedsItsBudgetIsToldTheNumbers() {
    try (Lane lane = device().open(LaneOptions.defaults().withTag("small").withBudget(1000, 64));
        Tensor first = lane.tensor(DType.F32, 100)) {
      assertEquals(100, first.elements());
      MemoryBudgetException raised =
          assertThrows(MemoryBudgetException.class, () -> lane.tensor(DType.F32, 200));
      assertTrue(raised.getMessage().contains("800"), raised.getMessage());
      assertTrue(
          raised.getMessage().contains("'small' holds 400 of its 1000"), raised.getMessage());
      assertThrows(MemoryBudgetException.class, () -> lane.reserveScratch(65));
      lane.tensor(DType.F32, 150).close();
      assertEquals(400, device().memory().inUse());
    }
  }

  @Test
  default void moreThanTheDeviceHasIsRefusedBeforeItIsAllocated() {
    try (Lane lane = device().open(LaneOptions.defaults())) {
      MemoryBudgetException raised =
          assertThrows(
              MemoryBudgetException.class, () -> lane.tensor(DType.F32, 1L << 31, 1L << 20));
      assertTrue(raised.getMessage().contains(String.valueOf(1L << 53)), raised.getMessage());
      assertThrows(MemoryBudgetException.class, () -> lane.csr(new Vast(), Packing.COMPACT));
      assertEquals(0, device().memory().inUse());
    }
  }

  /** A matrix that says it holds more values than any memory. */
  final class Vast implements ExpressionMatrix {
    @Override
    public long rows() {
      return 3;
    }

    @Override
    public int genes() {
      return 5;
    }

    @Override
    public long nonZeros() {
      return 1L << 52;
    }

    @Override
    public long nonZeros(long firstRow, int rowCount) {
      return rowCount;
    }

    @Override
    public void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, float[] value) {
      throw new AssertionError("nothing is read before there is room for it");
    }
  }

  @Test
  default void aTensorNobodyClosesIsFreedCountedAndReported() throws InterruptedException {
    long before = device().memory().forgotten();
    Queue<String> reports = new ConcurrentLinkedQueue<>();
    Logger logger = Logger.getLogger(Allocation.class.getName());
    Handler listener = listener(reports);
    logger.addHandler(listener);
    logger.setUseParentHandlers(false); // what is reported here is no fault of the build
    try (Lane lane = device().open(LaneOptions.defaults())) {
      forget(lane);
      long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
      while (device().memory().inUse() > 0 && System.nanoTime() < until) {
        System.gc();
        Thread.sleep(10);
      }
      assertEquals(0, device().memory().inUse());
      assertEquals(before + 1, device().memory().forgotten());
      assertTrue(
          reports.stream().anyMatch(r -> r.startsWith("tensor F32 [2] was never closed")),
          reports.toString());
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(listener);
    }
  }

  private static Handler listener(Queue<String> reports) {
    return new Handler() {
      @Override
      public void publish(LogRecord report) {
        reports.add(report.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static void forget(Lane lane) {
    lane.upload(new float[] {1, 2}, lane.tensor(DType.F32, 2));
  }
}
