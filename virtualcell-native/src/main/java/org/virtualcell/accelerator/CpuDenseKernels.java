package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.PackedData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The dense kernels of one lane of the processor. A product packs its right factor, where it is not
 * packed, and then works through blocks of rows and columns that depend on the shapes alone.
 * Operands stand in fields during a call, so that a call creates no garbage.
 */
final class CpuDenseKernels extends DenseKernels {
  // a block of rows reads all of B once; a transposed A is turned for each block of columns anew
  private static final int ROWS = 140;
  private static final int ROWS_OF_TRANSPOSED = 70;
  private static final int CHUNKS = 8;
  private static final long SMALL = 1 << 19;
  private static final long ITEMS_WORK = 1 << 19;
  private static final int PACKED_PANELS = 4;
  private static final int ELEMENTS = 1 << 16;
  private static final long LINE = 64;

  private final int isa;
  private final boolean fast;
  private final Workers workers;
  private final Address descriptor = CpuBackend.allocate(DType.I64, DenseFields.COUNT);
  private final Address finite;
  private final long[] fields = new long[DenseFields.COUNT];
  private final int[] flag = new int[1];

  private final ChunkTask pack = this::pack;
  private final ChunkTask multiply = this::multiply;
  private final ChunkTask items = this::items;
  private final ChunkTask convert = this::convert;
  private final ChunkTask allFinite = this::allFinite;

  // operands of the present call
  private int inner;
  private long rows;
  private long columns;
  private long depth;
  private long panels;
  private int rowBlocks;
  private int panelBlocks;
  private long b;
  private int typeOfB;
  private long rowOfB;
  private long columnOfB;
  private long packed;
  private long scratch;
  private long slice;
  private long itemCount;
  private int itemsOfChunk;
  private long from;
  private int typeOfFrom;
  private long to;
  private int typeOfTo;
  private long elements;

  CpuDenseKernels(Isa isa, Precision precision, Workers workers) {
    this.isa = isa.number();
    this.fast = precision == Precision.FAST;
    this.workers = workers;
    this.finite = CpuBackend.allocate(DType.I32, workers.threads() * LINE / Integer.BYTES);
  }

  void close() {
    CpuBackend.check(CpuKernels.vc_cpu_release(descriptor.value()));
    CpuBackend.check(CpuKernels.vc_cpu_release(finite.value()));
  }

  /** {@code VC_BF16} where numbers may be rounded and the processor multiplies such. */
  private int inner(boolean rounded) {
    return rounded && isa >= Isa.AVX512BF16.number() ? 1 : 0;
  }

  private int inner(TensorData left, TensorData right) {
    return inner(fast || (left.type() == DType.BF16 && right.type() == DType.BF16));
  }

  @Override
  public long packedElements(boolean rounded, long k, long n) {
    return CpuKernels.vc_cpu_dense_packed_bytes(isa, inner(rounded), k, n);
  }

  @Override
  public void pack(TensorData right, boolean transposed, PackedData into) {
    inner = inner(into.rounded());
    packed = Address.of(into.memory());
    pack(right, transposed, into.rows(), into.columns());
  }

  private void pack(TensorData right, boolean transposed, long k, long n) {
    depth = k;
    columns = n;
    b = Address.of(right.memory());
    typeOfB = DenseFields.type(right.type());
    rowOfB = transposed ? 1 : right.size(1);
    columnOfB = transposed ? right.size(1) : 1;
    panels = panels(n);
    workers.run((int) ((panels + PACKED_PANELS - 1) / PACKED_PANELS), pack);
  }

  private void pack(int chunk, int worker) {
    long first = (long) chunk * PACKED_PANELS;
    check(
        CpuKernels.vc_cpu_dense_pack(
            isa,
            inner,
            depth,
            columns,
            b,
            typeOfB,
            rowOfB,
            columnOfB,
            first,
            Math.min(panels, first + PACKED_PANELS),
            packed));
  }

  @Override
  public long scratchBytes(
      DenseProduct how, TensorData a, TensorData right, PackedData into, TensorData out) {
    open(how, a, right, into, out);
    return (into == null ? packedBytes() : 0) + workers.threads() * slice;
  }

  @Override
  public void multiply(
      DenseProduct how,
      TensorData a,
      TensorData right,
      PackedData into,
      TensorData out,
      Memory room) {
    open(how, a, right, into, out);
    scratch = Address.of(room);
    if (into != null) {
      packed = Address.of(into.memory());
    } else {
      packed = scratch;
      scratch += packedBytes();
      pack(right, how.transposeB(), depth, columns);
    }
    fields[DenseFields.B] = packed;
    HostCopy.put(fields, 0, descriptor, 0, DenseFields.COUNT);
    workers.run(rowBlocks * panelBlocks, multiply);
  }

  /** Reads the operands and cuts the work; {@link #slice} is the scratch of one worker. */
  private void open(
      DenseProduct how, TensorData a, TensorData right, PackedData into, TensorData out) {
    inner = into != null ? inner(into.rounded()) : inner(a, right);
    DenseFields.write(how, a, null, out, inner, fields);
    HostCopy.put(fields, 0, descriptor, 0, DenseFields.COUNT);
    rows = fields[DenseFields.M];
    columns = fields[DenseFields.N];
    depth = fields[DenseFields.K];
    panels = panels(columns);
    boolean small = (double) rows * columns * depth < SMALL;
    int height = how.transposeA() ? ROWS_OF_TRANSPOSED : ROWS;
    rowBlocks = small ? 1 : Math.toIntExact((rows + height - 1) / height);
    panelBlocks =
        small || rowBlocks >= CHUNKS
            ? 1
            : (int) Math.min((CHUNKS + rowBlocks - 1) / rowBlocks, (panels + 3) / 4);
    slice =
        CpuKernels.vc_cpu_dense_scratch(
            isa,
            descriptor.value(),
            (rows + rowBlocks - 1) / rowBlocks,
            (panels + panelBlocks - 1) / panelBlocks);
  }

  private long panels(long n) {
    long panel = CpuKernels.vc_cpu_dense_panel(isa, inner);
    return (n + panel - 1) / panel;
  }

  private long packedBytes() {
    long bytes = CpuKernels.vc_cpu_dense_packed_bytes(isa, inner, depth, columns);
    return (bytes + LINE - 1) / LINE * LINE;
  }

  private void multiply(int chunk, int worker) {
    long r = chunk % rowBlocks;
    long p = chunk / rowBlocks;
    check(
        CpuKernels.vc_cpu_dense_multiply(
            isa,
            descriptor.value(),
            rows * r / rowBlocks,
            rows * (r + 1) / rowBlocks,
            panels * p / panelBlocks,
            panels * (p + 1) / panelBlocks,
            scratch + worker * slice));
  }

  @Override
  public long scratchBytes(DenseBatch how, TensorData a, TensorData right, TensorData out) {
    open(how, a, right, out);
    return workers.threads() * slice;
  }

  @Override
  public void multiplyBatch(
      DenseBatch how, TensorData a, TensorData right, TensorData out, Memory room) {
    open(how, a, right, out);
    scratch = Address.of(room);
    itemCount = how.outer() * how.inner();
    double work = Math.max(1.0, (double) how.m() * how.n() * how.k());
    itemsOfChunk = (int) Math.max(1, Math.min((double) itemCount, ITEMS_WORK / work));
    workers.run(Math.toIntExact((itemCount + itemsOfChunk - 1) / itemsOfChunk), items);
  }

  private void open(DenseBatch how, TensorData a, TensorData right, TensorData out) {
    inner = inner(a, right);
    DenseFields.write(how, a, right, out, inner, fields);
    HostCopy.put(fields, 0, descriptor, 0, DenseFields.COUNT);
    slice = CpuKernels.vc_cpu_dense_batch_scratch(isa, descriptor.value());
  }

  private void items(int chunk, int worker) {
    long first = (long) chunk * itemsOfChunk;
    check(
        CpuKernels.vc_cpu_dense_batch(
            isa,
            descriptor.value(),
            first,
            Math.min(itemCount, first + itemsOfChunk),
            scratch + worker * slice));
  }

  @Override
  public void convert(TensorData source, TensorData target) {
    from = Address.of(source.memory());
    typeOfFrom = DenseFields.type(source.type());
    to = Address.of(target.memory());
    typeOfTo = DenseFields.type(target.type());
    overElements(source, convert);
  }

  private void convert(int chunk, int worker) {
    long first = (long) chunk * ELEMENTS;
    check(
        CpuKernels.vc_cpu_dense_convert(
            isa, from, typeOfFrom, to, typeOfTo, first, Math.min(elements, first + ELEMENTS)));
  }

  @Override
  public void allFinite(TensorData x, TensorData out) {
    from = Address.of(x.memory());
    typeOfFrom = DenseFields.type(x.type());
    // a worker's flag stays where the first chunk it took that is not finite has set it
    for (int worker = 0; worker < workers.threads(); worker++) {
      flag[0] = 1;
      HostCopy.put(flag, 0, finite, worker * (LINE / Integer.BYTES), 1);
    }
    overElements(x, allFinite);
    int all = 1;
    for (int worker = 0; worker < workers.threads(); worker++) {
      HostCopy.get(finite, worker * (LINE / Integer.BYTES), flag, 0, 1);
      all &= flag[0];
    }
    flag[0] = all;
    HostCopy.put(flag, 0, (Address) out.memory(), 0, 1);
  }

  private void allFinite(int chunk, int worker) {
    long first = (long) chunk * ELEMENTS;
    check(
        CpuKernels.vc_cpu_dense_finite(
            isa,
            from,
            typeOfFrom,
            first,
            Math.min(elements, first + ELEMENTS),
            finite.value() + worker * LINE));
  }

  private void overElements(TensorData x, ChunkTask task) {
    elements = x.elements();
    workers.run(Math.toIntExact((elements + ELEMENTS - 1) / ELEMENTS), task);
  }

  private static void check(int status) {
    CpuBackend.check(status);
  }
}
