package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.Memory;

/** What core does around a backend, seen through a planted one. */
class CoreLaneTest {
  private static final CsrMatrix ONE =
      CsrMatrix.of(1, 2, new int[] {0, 1}, new int[] {1}, new float[] {3});

  private final PlantedBackend backend = new PlantedBackend("planted", 1, true);
  private final Device device = DeviceStatus.present(backend).device().orElseThrow();
  private final Lane lane = device.open(LaneOptions.defaults());
  private final CsrTensor x = lane.csr(ONE, Packing.PLAIN);
  private final Tensor out = lane.tensor(DType.F32, 1);

  @AfterEach
  void nothingIsLeftBehind() {
    out.close();
    x.close();
    lane.close();
    assertEquals(0, device.memory().inUse());
  }

  @Test
  void whatAKernelRaisesNamesTheOperationAndTheDevice() {
    IllegalStateException cause = new IllegalStateException("status 700");
    backend.kernel =
        () -> {
          throw cause;
        };
    DeviceException raised =
        assertThrows(DeviceException.class, () -> lane.sparse().rowScale(x, 1, out));
    assertEquals("rowScale on planted", raised.where());
    assertTrue(raised.what().contains("status 700"), raised.what());
    assertSame(cause, raised.getCause());
    backend.kernel = () -> {};
    lane.sparse().rowScale(x, 1, out);
  }

  @Test
  void aMissingKernelOrSymbolIsADeviceException() {
    try (Tensor w = lane.tensor(DType.F32, 2, 1);
        Tensor y = lane.tensor(DType.F32, 1, 1)) {
      assertThrows(DeviceException.class, () -> lane.sparse().multiply(x, w, y));
    }
    backend.kernel =
        () -> {
          throw new UnsatisfiedLinkError("vc_row_scale");
        };
    assertThrows(DeviceException.class, () -> lane.sparse().rowScale(x, 1, out));
  }

  @Test
  void aBackendThatCapturesIsAskedToLaunchItsGraph() {
    Replay step = lane.record(() -> lane.sparse().rowScale(x, 1, out));
    step.run();
    step.run();
    step.close();
    step.close();
    assertEquals(
        List.of(
            "beginCapture",
            "rowScale",
            "endCapture",
            "launch graph",
            "launch graph",
            "release graph"),
        backend.journal);
  }

  @Test
  void aCaptureThatFailsIsEndedAndItsGraphReleased() {
    assertThrows(DeviceException.class, () -> lane.record(lane::synchronize));
    assertEquals(List.of("beginCapture", "endCapture", "release graph"), backend.journal);
    lane.synchronize();
  }

  @Test
  void aTensorClosedDuringACallKeepsItsMemoryUntilTheCallReturns() {
    backend.kernel =
        () -> {
          out.close();
          assertEquals(List.of("rowScale"), backend.journal);
        };
    lane.sparse().rowScale(x, 1, out);
    assertEquals(List.of("rowScale", "release in the lane's order"), backend.journal);
    assertThrows(ClosedException.class, () -> lane.sparse().rowScale(x, 1, out));
  }

  @Test
  void memoryReturnsInTheLanesOrderAndAfterItOnceItIsClosed() {
    out.close();
    lane.close();
    x.close();
    x.close();
    assertEquals(
        List.of(
            "release in the lane's order",
            "close",
            "release after the lane",
            "release after the lane",
            "release after the lane"),
        backend.journal);
    assertEquals(0, device.memory().inUse());
  }

  @Test
  void anAllocationThatFailsHalfWayReturnsWhatItTook() {
    long before = device.memory().inUse();
    for (int enough = 0; enough < 6; enough++) {
      backend.allocationsLeft = enough;
      assertThrows(DeviceException.class, () -> lane.csr(ONE, Packing.COMPACT));
      assertEquals(before, device.memory().inUse());
    }
    backend.allocationsLeft = 6;
    lane.csr(ONE, Packing.COMPACT).close();
  }

  @Test
  void structureThatCannotBeCopiedReturnsItsMemory() {
    long before = device.memory().inUse();
    assertThrows(DeviceException.class, () -> lane.csrLike(x));
    assertEquals(before, device.memory().inUse());
  }

  @Test
  void marksAreAwaitedAndReleased() {
    Event event = lane.mark();
    lane.await(event);
    event.close();
    event.close();
    assertEquals(List.of("await mark", "release mark"), backend.journal);
  }

  @Test
  void anEventOfAClosedLaneIsNotWaitedFor() {
    Lane other = device.open(LaneOptions.defaults());
    Event event = other.mark();
    other.close();
    lane.await(event);
    event.close();
    assertEquals(List.of("close"), backend.journal);
  }

  @Test
  void anEventOfAnotherDeviceIsRefused() {
    try (Lane other = JavaDevice.create().open(LaneOptions.defaults())) {
      Event foreign = other.mark();
      assertThrows(DeviceException.class, () -> lane.await(foreign));
      foreign.close();
    }
  }

  @Test
  void aClosedDeviceOpensNoLaneAndOpenOnesGoOn() {
    device.close();
    device.close();
    assertThrows(ClosedException.class, () -> device.open(LaneOptions.defaults()));
    lane.sparse().rowScale(x, 2, out);
    float[] got = new float[1];
    lane.download(out, got);
    assertArrayEquals(new float[] {2}, got);
  }

  @Test
  void supportAsksTheContractFirstAndTheDeviceSecond() {
    assertTrue(device.supports(Op.ROW_SCALE));
    assertTrue(device.supports(Op.ROW_SCALE, DType.F32));
    assertEquals(false, device.supports(Op.ROW_SCALE, DType.U8));
    assertEquals(false, device.supports(Op.MULTIPLY));
    assertTrue(JavaDevice.create().supports(Op.MULTIPLY, DType.F32, DType.F32));
  }

  // ---- memory of the host ----

  private static Memory longs(long... values) {
    return memory(DType.I64, values, values.length);
  }

  private static Memory ints(int... values) {
    return memory(DType.I32, values, values.length);
  }

  private static Memory floats(float... values) {
    return memory(DType.F32, values, values.length);
  }

  private static Memory memory(DType type, Object values, int length) {
    HeapMemory memory = HeapMemory.allocate(type, length);
    System.arraycopy(values, 0, memory.array(), 0, length);
    return memory;
  }

  @Test
  void memoryOfTheHostIsUsedNotCountedAndNotReleased() {
    long before = device.memory().inUse();
    try (CsrTensor wrapped = lane.wrapCsr(2, 3, 3, longs(0, 2, 3), ints(0, 2, 1), floats(1, 2, 3));
        Tensor factors = lane.wrap(floats(0, 0), DType.F32, 2)) {
      assertTrue(wrapped.wholeNumbers() && wrapped.nonNegative());
      assertEquals(before, device.memory().inUse());
      lane.sparse().rowScale(wrapped, 9, factors);
      assertEquals(3, lane.download(wrapped).nonZeros());
    }
    assertEquals(List.of("rowScale"), backend.journal);
  }

  @Test
  void malformedMemoryOfTheHostIsRefused() {
    Memory gene = ints(0, 2, 1);
    Memory value = floats(1, 2, 3);
    for (Memory starts :
        List.of(
            longs(1, 2, 3),
            longs(0, 4, 3),
            longs(0, -1, 3),
            longs(0, 1L << 40, 3),
            longs(0, 2, 2),
            longs(0, 0, 3))) {
      assertThrows(InvalidDataException.class, () -> lane.wrapCsr(2, 3, 3, starts, gene, value));
    }
    Memory starts = longs(0, 2, 3);
    assertThrows(InvalidDataException.class, () -> lane.wrapCsr(2, 2, 3, starts, gene, value));
    Memory notFinite = floats(1, Float.NaN, 3);
    assertThrows(InvalidDataException.class, () -> lane.wrapCsr(2, 3, 3, starts, gene, notFinite));
    assertThrows(InvalidDataException.class, () -> lane.wrapCsr(-1, 3, 3, starts, gene, value));
    lane.sparse().rowScale(x, 1, out);
  }
}
