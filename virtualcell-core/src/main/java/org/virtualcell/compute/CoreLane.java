package org.virtualcell.compute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.VirtualCellException;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;

/**
 * The checked front of a lane; see {@link Lane}. Every call runs between {@link #enter} and {@link
 * #exit}: one thread is inside at a time, and the tensors a call uses are claimed until it returns.
 */
final class CoreLane implements Lane {
  private final CoreDevice device;
  private final LaneOptions options;
  private final LaneState state;
  private final MemoryLedger.Share tensors;
  private final MemoryLedger.Share scratchShare;
  private final CoreSparseOps sparse;
  private final CoreDenseOps dense;
  private final CoreRankOps rank;
  private final CoreDistanceOps distance;
  private final CoreNeuralOps neural;
  private final CoreRandomOps random;

  private final AtomicReference<Thread> inside = new AtomicReference<>();
  private int depth;
  private volatile boolean closed;
  private Operand[] used = new Operand[8];
  private boolean[] usedForWriting = new boolean[8];
  private int uses;
  private Recording recording;
  private CoreTensor scratch;
  private boolean scratchRecorded;
  private final List<CoreTensor> recordedScratch = new ArrayList<>();

  CoreLane(CoreDevice device, LaneOptions options, LaneBackend backend) {
    this.device = device;
    this.options = options;
    this.state = new LaneState(device.backend(), device.ledger(), backend, options.tag());
    this.tensors = new MemoryLedger.Share(options.tag(), options.memoryBytes());
    this.scratchShare = new MemoryLedger.Share(options.tag() + "/scratch", options.scratchBytes());
    this.sparse = new CoreSparseOps(this, backend.sparse());
    this.dense = new CoreDenseOps(this, backend.dense());
    this.rank = new CoreRankOps(this, backend.rank());
    this.distance = new CoreDistanceOps(this, backend.distance());
    this.neural = new CoreNeuralOps(this, backend.neural());
    this.random = new CoreRandomOps(this, backend.neural());
    device.cleaner().register(this, state);
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public LaneOptions options() {
    return options;
  }

  @Override
  public SparseOps sparse() {
    return sparse;
  }

  @Override
  public DenseOps dense() {
    return dense;
  }

  @Override
  public RankOps rank() {
    return rank;
  }

  @Override
  public DistanceOps distance() {
    return distance;
  }

  @Override
  public NeuralOps neural() {
    return neural;
  }

  @Override
  public RandomOps random() {
    return random;
  }

  LaneBackend backend() {
    return state.backend();
  }

  // ---- one thread at a time ----

  void enter(String what) {
    Thread current = Thread.currentThread();
    if (inside.get() != current && !inside.compareAndSet(null, current)) {
      throw new DeviceException(
          "A lane was used by two threads at once",
          what + " on lane '" + options.tag() + "' of " + device.info().id(),
          "Open a lane for each thread, or let threads take turns.");
    }
    depth++;
    if (closed) {
      exit();
      throw new ClosedException(
          "A lane was used after it had been closed",
          what + " on lane '" + options.tag() + "' of " + device.info().id(),
          "Close lanes after their last use.");
    }
  }

  void exit() {
    while (uses > 0) {
      uses--;
      used[uses].end(usedForWriting[uses]);
      used[uses] = null;
    }
    if (--depth == 0) {
      inside.set(null);
    }
  }

  void use(Operand operand, boolean write, String name) {
    operand.begin(write, name);
    if (uses == used.length) {
      used = Arrays.copyOf(used, 2 * uses);
      usedForWriting = Arrays.copyOf(usedForWriting, 2 * uses);
    }
    used[uses] = operand;
    usedForWriting[uses++] = write;
    if (recording != null) {
      recording.use(operand, write, name);
    }
  }

  CoreTensor use(Tensor tensor, boolean write, String name) {
    CoreTensor own = (CoreTensor) requireOwn(tensor, name, tensor == null ? null : tensor.device());
    use((Operand) own.whole(), write, name);
    return own;
  }

  CoreCsrTensor use(CsrTensor tensor, boolean write, String name) {
    CoreCsrTensor own =
        (CoreCsrTensor) requireOwn(tensor, name, tensor == null ? null : tensor.device());
    use((Operand) own, write, name);
    return own;
  }

  CorePackedMatrix use(PackedMatrix matrix, boolean write, String name) {
    CorePackedMatrix own =
        (CorePackedMatrix) requireOwn(matrix, name, matrix == null ? null : matrix.device());
    use((Operand) own.content(), write, name);
    return own;
  }

  private Object requireOwn(Object tensor, String name, Device owner) {
    if (tensor == null) {
      throw new InvalidDataException("An operand is null", name, "Pass a tensor.");
    }
    if (owner != device) {
      throw new DeviceException(
          "A tensor belongs to another device",
          name + " of " + owner.info().id() + " on a lane of " + device.info().id(),
          "Copy it to this device.");
    }
    return tensor;
  }

  RuntimeException failure(String what, Throwable failed) {
    if (failed instanceof VirtualCellException known) {
      return known;
    }
    String lost = device.lostReason();
    return new DeviceException(
        failed instanceof UnsupportedOperationException
            ? "The operation is not implemented on this device"
            : "The operation failed: " + (lost.isEmpty() ? String.valueOf(failed) : lost),
        what + " on " + device.info().id(),
        lost.isEmpty()
            ? "Use another device; Device.supports tells beforehand."
            : "The device is lost to this process; use another.",
        failed);
  }

  void requireNotRecording(String what) {
    if (recording != null) {
      throw new DeviceException(
          "A step does what cannot be recorded",
          what,
          "Create and copy tensors and wait outside the step.");
    }
  }

  // ---- memory ----

  @Override
  public Tensor tensor(DType type, long... shape) {
    enter("tensor");
    try {
      requireNotRecording("tensor");
      return newTensor(tensors, CoreTensor.name(type, shape), type, shape);
    } catch (RuntimeException | LinkageError failed) {
      throw failure("tensor", failed);
    } finally {
      exit();
    }
  }

  /** Memory of a kernel's own kind, counted as a tensor. */
  CoreTensor content(String what, DType type, long elements) {
    return newTensor(tensors, what, type, elements);
  }

  private CoreTensor newTensor(MemoryLedger.Share share, String what, DType type, long... shape) {
    Allocation allocation = allocation(share, what);
    Memory memory = allocation.add(type, CoreTensor.elements(type, shape));
    return new CoreTensor(device, allocation, memory, type, shape);
  }

  private Allocation allocation(MemoryLedger.Share share, String what) {
    return new Allocation(device.backend(), device.ledger(), state, share, what);
  }

  @Override
  public Tensor wrap(Memory memory, DType type, long... shape) {
    return new CoreTensor(device, null, Objects.requireNonNull(memory, "memory"), type, shape);
  }

  @Override
  public CsrTensor wrapCsr(
      long rows, int genes, long nonZeros, Memory rowStart, Memory gene, Memory value) {
    enter("wrapCsr");
    try {
      requireNotRecording("wrapCsr");
      CsrIntake intake =
          new CsrIntake(new CsrView(backend(), rows, genes, nonZeros, rowStart, gene, value));
      intake.read((row, count, before, stored, starts, blockGene, blockValue) -> {});
      return new CoreCsrTensor(
          device,
          null,
          rows,
          genes,
          nonZeros,
          Packing.PLAIN,
          new CoreCsrTensor.Arrays(rowStart, gene, value, 0, null, null, null),
          new Object(),
          intake.facts());
    } catch (RuntimeException | LinkageError failed) {
      throw failure("wrapCsr", failed);
    } finally {
      exit();
    }
  }

  @Override
  public CsrTensor csr(ExpressionMatrix matrix, Packing packing) {
    enter("csr");
    try {
      requireNotRecording("csr");
      String what = CoreCsrTensor.name(packing, matrix.rows(), matrix.genes(), matrix.nonZeros());
      Allocation allocation = allocation(tensors, what);
      return new CsrUpload(device, allocation, backend(), matrix, packing).run();
    } catch (RuntimeException | LinkageError failed) {
      throw failure("csr", failed);
    } finally {
      exit();
    }
  }

  @Override
  public CsrTensor csrLike(CsrTensor structure) {
    enter("csrLike");
    try {
      requireNotRecording("csrLike");
      CoreCsrTensor x = use(structure, false, "structure");
      Allocation allocation =
          allocation(tensors, CoreCsrTensor.name(Packing.PLAIN, x.rows(), x.genes(), x.nonZeros()));
      try {
        CoreCsrTensor.Arrays arrays =
            new CoreCsrTensor.Arrays(
                allocation.add(DType.I64, x.rows() + 1),
                allocation.add(DType.I32, x.nonZeros()),
                allocation.add(DType.F32, x.nonZeros()),
                0,
                null,
                null,
                null);
        CoreCsrTensor out =
            new CoreCsrTensor(
                device,
                allocation,
                x.rows(),
                x.genes(),
                x.nonZeros(),
                Packing.PLAIN,
                arrays,
                x.structure(),
                CoreCsrTensor.Facts.UNKNOWN);
        backend().sparse().copyStructure(x, out);
        return out;
      } catch (RuntimeException | LinkageError failed) {
        allocation.release();
        throw failed;
      }
    } catch (RuntimeException | LinkageError failed) {
      throw failure("csrLike", failed);
    } finally {
      exit();
    }
  }

  /** Scratch for one call, grown where that is allowed; null for none. */
  Memory scratch(long bytes) {
    if (bytes <= 0) {
      return null;
    }
    if (scratch == null || scratch.elements() < bytes) {
      if (recording != null) {
        throw new MemoryBudgetException(
            "A recorded step needs " + bytes + " bytes of scratch",
            "lane '"
                + options.tag()
                + "' has "
                + (scratch == null ? 0 : scratch.elements())
                + " bytes reserved",
            "Run the step once before recording it, or reserve the scratch.");
      }
      growScratch(bytes);
    }
    scratchRecorded |= recording != null;
    return scratch.memory();
  }

  private void growScratch(long bytes) {
    // A recorded step uses the scratch it was recorded with: that stays until the lane closes.
    if (scratch != null && scratchRecorded) {
      recordedScratch.add(scratch);
    } else if (scratch != null) {
      scratch.close();
    }
    scratch = null;
    scratchRecorded = false;
    scratch = newTensor(scratchShare, "scratch", DType.U8, bytes);
  }

  @Override
  public void reserveScratch(long bytes) {
    enter("reserveScratch");
    try {
      requireNotRecording("reserveScratch");
      scratch(bytes);
    } catch (RuntimeException | LinkageError failed) {
      throw failure("reserveScratch", failed);
    } finally {
      exit();
    }
  }

  // ---- copying ----

  @Override
  public void upload(Object from, Tensor to) {
    upload(from, 0, to, 0, wholeLength(to, from));
  }

  @Override
  public void upload(Object from, int fromIndex, Tensor to, long toElement, int count) {
    enter("upload");
    try {
      requireNotRecording("upload");
      CoreTensor target = use(to, true, "to");
      HostArrays.requireRange(target, toElement, from, fromIndex, count);
      if (count > 0) {
        backend().upload(from, fromIndex, target.memory(), toElement, count);
      }
    } catch (RuntimeException | LinkageError failed) {
      throw failure("upload", failed);
    } finally {
      exit();
    }
  }

  @Override
  public void download(Tensor from, Object to) {
    download(from, 0, to, 0, wholeLength(from, to));
  }

  @Override
  public void download(Tensor from, long fromElement, Object to, int toIndex, int count) {
    enter("download");
    try {
      requireNotRecording("download");
      CoreTensor source = use(from, false, "from");
      HostArrays.requireRange(source, fromElement, to, toIndex, count);
      if (count > 0) {
        backend().download(source.memory(), fromElement, to, toIndex, count);
      }
    } catch (RuntimeException | LinkageError failed) {
      throw failure("download", failed);
    } finally {
      exit();
    }
  }

  private static int wholeLength(Tensor tensor, Object array) {
    if (tensor == null) {
      throw new InvalidDataException("An operand is null", "tensor", "Pass a tensor.");
    }
    int length = HostArrays.length(tensor.type(), array);
    if (length != tensor.elements()) {
      throw new InvalidDataException(
          "An array and a tensor differ in length",
          length + " elements for " + tensor,
          "Pass an array as long as the tensor, or copy parts.");
    }
    return length;
  }

  @Override
  public CsrMatrix download(CsrTensor from) {
    enter("download");
    try {
      requireNotRecording("download");
      return CsrDownload.run(backend(), use(from, false, "from"));
    } catch (RuntimeException | LinkageError failed) {
      throw failure("download", failed);
    } finally {
      exit();
    }
  }

  // ---- order ----

  @Override
  public void synchronize() {
    enter("synchronize");
    try {
      requireNotRecording("synchronize");
      backend().synchronize();
    } catch (RuntimeException | LinkageError failed) {
      throw failure("synchronize", failed);
    } finally {
      exit();
    }
  }

  @Override
  public Event mark() {
    enter("mark");
    try {
      requireNotRecording("mark");
      return new CoreEvent(device, state, backend().mark());
    } catch (RuntimeException | LinkageError failed) {
      throw failure("mark", failed);
    } finally {
      exit();
    }
  }

  @Override
  public void await(Event event) {
    enter("await");
    try {
      requireNotRecording("await");
      CoreEvent own = (CoreEvent) event;
      requireOwn(own, "event", own == null ? null : own.device());
      own.await(backend());
    } catch (RuntimeException | LinkageError failed) {
      throw failure("await", failed);
    } finally {
      exit();
    }
  }

  // ---- recording ----

  /** Runs one operation's kernel now, or notes it in the step that is being recorded. */
  boolean runsNow() {
    if (recording == null) {
      return true;
    }
    recording.countOperation();
    return recording.captured();
  }

  /** Notes a kernel call for later; only when {@link #runsNow} said no. */
  void note(Runnable call) {
    recording.add(call);
  }

  @Override
  public Replay record(Runnable step) {
    Objects.requireNonNull(step, "step");
    enter("record");
    Recording recorded = null;
    try {
      requireNotRecording("record");
      recorded = new Recording(backend().beginCapture());
      recording = recorded;
      step.run();
      recording = null;
      Object graph = recorded.captured() ? backend().endCapture() : null;
      return new CoreReplay(this, state, recorded, graph);
    } catch (RuntimeException | Error failed) {
      if (recorded != null && recording == recorded) {
        recording = null;
        abandon(recorded);
      }
      throw failed;
    } finally {
      exit();
    }
  }

  private void abandon(Recording recorded) {
    if (recorded.captured()) {
      Object graph = backend().endCapture();
      if (graph != null) {
        backend().release(graph);
      }
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    enter("close");
    try {
      requireNotRecording("close");
      closed = true;
      if (scratch != null) {
        scratch.close();
      }
      recordedScratch.forEach(CoreTensor::close);
      state.close();
    } finally {
      exit();
    }
  }

  @Override
  public String toString() {
    return "lane '" + options.tag() + "' of " + device;
  }
}
