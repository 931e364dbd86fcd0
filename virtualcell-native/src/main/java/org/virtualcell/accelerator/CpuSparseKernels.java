package org.virtualcell.accelerator;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.SparseKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The sparse kernels of one lane of the processor. An operation is cut into chunks of rows or of
 * genes whose size depends on the shapes alone; no two chunks share an output. Operands stand in
 * fields during a call, so that a call creates no garbage.
 */
final class CpuSparseKernels extends SparseKernels {
  private static final int ROWS = 128;
  private static final long LINE = 64;

  /** {@code VC_F32}. */
  private static final int F32 = 0;

  /** {@code VC_BF16}. */
  private static final int BF16 = 1;

  private final int isa;
  private final Workers workers;
  private final Address descriptor = CpuBackend.allocate(DType.I64, CsrFields.COUNT);
  private final long[] fields = new long[CsrFields.COUNT];

  private final ChunkTask rowScale = this::rowScale;
  private final ChunkTask copyStructure = this::copyStructure;
  private final ChunkTask logNormalize = this::logNormalize;
  private final ChunkTask multiply = this::multiply;
  private final ChunkTask transposedMultiply = this::transposedMultiply;
  private final ChunkTask groupSums = this::groupSums;

  // operands of the present call
  private long rows;
  private long genes;
  private int chunkGenes;
  private float total;
  private long columns;
  private long scale;
  private long dense;
  private int denseType;
  private long bias;
  private int activation;
  private long out;
  private long outGene;
  private long scratch;
  private long slice;
  private long groups;
  private long groupStart;
  private long groupOrder;
  private boolean whole;
  private long squares;
  private long detections;

  CpuSparseKernels(Isa isa, Workers workers) {
    this.isa = isa.number();
    this.workers = workers;
  }

  void close() {
    CpuBackend.check(CpuKernels.vc_cpu_release(descriptor.value()));
  }

  @Override
  public long scratchBytes(Op op, CsrData x, long n) {
    return switch (op) {
      case TRANSPOSED_MULTIPLY, TRANSPOSED_LOG_MULTIPLY ->
          workers.threads() * transposedSlice(transposedGenes(x.genes()));
      case GROUP_SUMS, LOG_GROUP_SUMS ->
          lines((n + 1) * Long.BYTES)
              + lines(x.rows() * Long.BYTES)
              + workers.threads() * sumsSlice(sumsGenes(x.genes()));
      default -> 0;
    };
  }

  @Override
  public void rowScale(CsrData x, float sum, TensorData result, Memory unused) {
    open(x, null);
    total = sum;
    out = Address.of(result.memory());
    overRows(rowScale);
  }

  private void rowScale(int chunk, int worker) {
    long first = (long) chunk * ROWS;
    check(CpuKernels.vc_cpu_row_scale(isa, descriptor.value(), first, endRow(first), total, out));
  }

  @Override
  public void copyStructure(CsrData x, CsrData result) {
    open(x, null);
    out = Address.of(result.rowStart());
    outGene = Address.of(result.gene());
    if (rows == 0) {
      check(CpuKernels.vc_cpu_copy_structure(descriptor.value(), 0, 0, out, outGene));
    }
    overRows(copyStructure);
  }

  private void copyStructure(int chunk, int worker) {
    // the last offset of a chunk is the first of the next one: both write the same number
    long first = (long) chunk * ROWS;
    check(CpuKernels.vc_cpu_copy_structure(descriptor.value(), first, endRow(first), out, outGene));
  }

  @Override
  public void logNormalize(CsrData x, TensorData factors, CsrData result, Memory unused) {
    open(x, factors);
    out = Address.of(result.value());
    overRows(logNormalize);
  }

  private void logNormalize(int chunk, int worker) {
    long first = (long) chunk * ROWS;
    check(
        CpuKernels.vc_cpu_log_normalize(isa, descriptor.value(), scale, first, endRow(first), out));
  }

  @Override
  public void multiply(
      CsrData x, TensorData factors, TensorData w, TensorData result, Memory room) {
    countsToHidden(x, factors, w, null, Activation.NONE, result, room);
  }

  @Override
  public void countsToHidden(
      CsrData x,
      TensorData factors,
      TensorData w,
      TensorData offsets,
      Activation end,
      TensorData result,
      Memory room) {
    open(x, factors);
    columns = w.size(1);
    dense = Address.of(w.memory());
    denseType = w.type() == DType.BF16 ? BF16 : F32;
    bias = offsets == null ? 0 : Address.of(offsets.memory());
    activation = end.number();
    out = Address.of(result.memory());
    overRows(multiply);
  }

  private void multiply(int chunk, int worker) {
    long first = (long) chunk * ROWS;
    check(
        CpuKernels.vc_cpu_csr_dense(
            isa,
            descriptor.value(),
            scale,
            first,
            endRow(first),
            columns,
            dense,
            denseType,
            bias,
            activation,
            out));
  }

  @Override
  public void transposedMultiply(
      CsrData x, TensorData factors, TensorData d, TensorData result, Memory room) {
    open(x, factors);
    columns = d.size(1);
    dense = Address.of(d.memory());
    out = Address.of(result.memory());
    scratch = Address.of(room);
    chunkGenes = transposedGenes(x.genes());
    slice = transposedSlice(chunkGenes);
    overGenes(transposedMultiply);
  }

  private void transposedMultiply(int chunk, int worker) {
    long first = (long) chunk * chunkGenes;
    check(
        CpuKernels.vc_cpu_csr_transposed(
            isa,
            descriptor.value(),
            scale,
            first,
            endGene(first),
            columns,
            dense,
            scratch + worker * slice,
            out));
  }

  @Override
  public void groupSums(
      CsrData x,
      TensorData factors,
      TensorData group,
      TensorData sums,
      TensorData sumsOfSquares,
      TensorData seen,
      Memory room) {
    open(x, factors);
    groups = sums.size(0);
    groupStart = Address.of(room);
    groupOrder = groupStart + lines((groups + 1) * Long.BYTES);
    scratch = groupOrder + lines(rows * Long.BYTES);
    whole = sums.type() == DType.I64;
    out = Address.of(sums.memory());
    squares = Address.of(sumsOfSquares.memory());
    detections = Address.of(seen.memory());
    chunkGenes = sumsGenes(x.genes());
    slice = sumsSlice(chunkGenes);
    check(
        CpuKernels.vc_cpu_group_order(
            rows, groups, Address.of(group.memory()), groupStart, groupOrder));
    overGenes(groupSums);
  }

  private void groupSums(int chunk, int worker) {
    long first = (long) chunk * chunkGenes;
    check(
        CpuKernels.vc_cpu_group_sums(
            isa,
            descriptor.value(),
            scale,
            groups,
            groupStart,
            groupOrder,
            first,
            endGene(first),
            whole ? 1 : 0,
            scratch + worker * slice,
            out,
            squares,
            detections));
  }

  private void open(CsrData x, TensorData factors) {
    CsrFields.write(x, fields);
    HostCopy.put(fields, 0, descriptor, 0, CsrFields.COUNT);
    rows = x.rows();
    genes = x.genes();
    scale = factors == null ? 0 : Address.of(factors.memory());
  }

  private void overRows(ChunkTask task) {
    workers.run(Math.toIntExact((rows + ROWS - 1) / ROWS), task);
  }

  private void overGenes(ChunkTask task) {
    workers.run((int) ((genes + chunkGenes - 1) / chunkGenes), task);
  }

  private long endRow(long first) {
    return Math.min(rows, first + ROWS);
  }

  private long endGene(long first) {
    return Math.min(genes, first + chunkGenes);
  }

  // Some 8 to 16 chunks, so that uneven genes spread over threads; not narrower, because a chunk
  // fetches its own stretch of every row.
  private static int transposedGenes(int genes) {
    return (int) Math.min(1 << 14, Math.max(256, (genes / 16 + 15L) / 16 * 16));
  }

  private static long transposedSlice(int chunk) {
    return lines(CpuKernels.vc_cpu_csr_transposed_scratch(chunk));
  }

  private static int sumsGenes(int genes) {
    return (int) Math.max(512, (genes / 8 + 15L) / 16 * 16);
  }

  private static long sumsSlice(int chunk) {
    return lines(CpuKernels.vc_cpu_group_sums_scratch(chunk));
  }

  private static long lines(long bytes) {
    return (bytes + LINE - 1) / LINE * LINE;
  }

  private static void check(int status) {
    CpuBackend.check(status);
  }
}
