package org.virtualcell.compute;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.DeviceProvider;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.SparseKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/** A backend that writes down what core asks of it, captures, and fails when told to. */
final class PlantedBackend extends DeviceBackend {
  /** What core asked for, in order. */
  final List<String> journal = new ArrayList<>();

  /** Runs inside rowScale. */
  Runnable kernel = () -> {};

  /** How many more allocations succeed. */
  int allocationsLeft = Integer.MAX_VALUE;

  private final DeviceInfo info;
  private final boolean captures;
  private String lost = "";

  PlantedBackend(String id, int preference) {
    this(id, preference, false);
  }

  PlantedBackend(String id, int preference, boolean captures) {
    this.info =
        new DeviceInfo(id, "planted", 1 << 20, "none", "1", DeviceProvider.CONTRACT, preference);
    this.captures = captures;
  }

  void lose(String reason) {
    lost = reason;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public boolean supports(Op op, DType... types) {
    return op == Op.ROW_SCALE;
  }

  @Override
  public String lostReason() {
    return lost;
  }

  @Override
  public LaneBackend open(LaneOptions options, Workers workers) {
    return new PlantedLane();
  }

  @Override
  public Memory allocate(DType type, long elements, LaneBackend lane) {
    if (allocationsLeft-- <= 0) {
      throw new IllegalStateException("allocation failed");
    }
    return HeapMemory.allocate(type, elements);
  }

  @Override
  public void release(Memory memory, LaneBackend lane) {
    journal.add(lane == null ? "release after the lane" : "release in the lane's order");
    ((HeapMemory) memory).clear();
  }

  private final class PlantedLane extends LaneBackend {
    private final SparseKernels kernels =
        new SparseKernels() {
          @Override
          public void rowScale(CsrData x, float total, TensorData out, Memory scratch) {
            journal.add("rowScale");
            kernel.run();
            HeapMemory.floats(out.memory())[0] = total;
          }
        };

    @Override
    public void upload(Object from, int fromIndex, Memory to, long toElement, int count) {
      System.arraycopy(from, fromIndex, ((HeapMemory) to).array(), (int) toElement, count);
    }

    @Override
    public void download(Memory from, long fromElement, Object to, int toIndex, int count) {
      System.arraycopy(((HeapMemory) from).array(), (int) fromElement, to, toIndex, count);
    }

    @Override
    public boolean beginCapture() {
      journal.add("beginCapture");
      return captures;
    }

    @Override
    public Object endCapture() {
      journal.add("endCapture");
      return "graph";
    }

    @Override
    public void launch(Object graph) {
      journal.add("launch " + graph);
    }

    @Override
    public Object mark() {
      return "mark";
    }

    @Override
    public void await(Object mark) {
      journal.add("await " + mark);
    }

    @Override
    public void release(Object handle) {
      journal.add("release " + handle);
    }

    @Override
    public SparseKernels sparse() {
      return kernels;
    }

    @Override
    public void close() {
      journal.add("close");
    }
  }
}
