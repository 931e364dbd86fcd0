package org.virtualcell.accelerator;

import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.Precision;
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
 *
 * <p>Where the lane is {@link Precision#FAST} and the processor has AVX-512-BF16, products and the
 * weight gradient round both operands to bfloat16 and sum in single precision. A product over many
 * cells takes the genes that many of them express as a dense tile, in either precision.
 */
final class CpuSparseKernels extends SparseKernels {
  private static final int ROWS = 112; // a multiple of the cells of a dense tile
  private static final long LINE = 64;

  /** {@code VC_F32}. */
  private static final int F32 = 0;

  /** {@code VC_BF16}. */
  private static final int BF16 = 1;

  /** Elements of weights rounded by one chunk. */
  private static final int ROUNDED = 1 << 14;

  /** Pairs of frequent genes whose weights one chunk lays out. */
  private static final int PACKED = 32;

  /** Genes of a chunk of the weight gradient. */
  private static final int SUMMED = 256;

  /** The most genes of a chunk of group sums: what its scratch is for. */
  private static final int GROUPED = 1 << 16;

  private final int isa;
  private final boolean half;
  private final Workers workers;
  private final Address descriptor = CpuBackend.allocate(DType.I64, CsrFields.COUNT);
  private final long[] fields = new long[CsrFields.COUNT];

  private final ChunkTask rowScale = this::rowScale;
  private final ChunkTask copyStructure = this::copyStructure;
  private final ChunkTask logNormalize = this::logNormalize;
  private final ChunkTask multiply = this::multiply;
  private final ChunkTask roundWeights = this::roundWeights;
  private final ChunkTask multiplyHalf = this::multiplyHalf;
  private final ChunkTask packHead = this::packHead;
  private final ChunkTask multiplyMixed = this::multiplyMixed;
  private final ChunkTask multiplyHead = this::multiplyHead;
  private final ChunkTask transposedBlock = this::transposedBlock;
  private final ChunkTask transposedSum = this::transposedSum;
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
  private long weights;
  private long head;
  private final long[] chosen = new long[1];
  private final long[] span = new long[2];
  private long strips;
  private long groups;
  private long groupStart;
  private long groupOrder;
  private boolean whole;
  private long squares;
  private long detections;

  CpuSparseKernels(Isa isa, Precision precision, Workers workers) {
    this.isa = isa.number();
    this.half = precision == Precision.FAST && isa == Isa.AVX512BF16;
    this.workers = workers;
  }

  void close() {
    CpuBackend.check(CpuKernels.vc_cpu_release(descriptor.value()));
  }

  @Override
  public long scratchBytes(Op op, CsrData x, long n) {
    return switch (op) {
      case MULTIPLY, LOG_MULTIPLY, COUNTS_TO_HIDDEN ->
          rounds(x)
              ? roundedWeights(x.genes(), n)
                  + CpuKernels.vc_cpu_head_scratch(x.rows(), x.genes(), n)
                  + workers.threads() * CpuKernels.vc_cpu_head_room(x.genes())
              : exactHead(x.rows(), x.genes(), n);
      case TRANSPOSED_MULTIPLY, TRANSPOSED_LOG_MULTIPLY ->
          CpuKernels.vc_cpu_transposed_scratch(x.rows(), x.genes(), x.nonZeros(), n, half ? 1 : 0);
      case GROUP_SUMS, LOG_GROUP_SUMS ->
          lines((n + 1) * Long.BYTES)
              + lines(x.rows() * Long.BYTES)
              + workers.threads() * sumsSlice(sumsGenes(x.genes(), n));
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
    if (!rounds(x)) {
      multiplyExact(room);
      return;
    }
    if (denseType == F32) {
      weights = dense;
      dense = Address.of(room);
      slice = w.elements();
      workers.run(Math.toIntExact((slice + ROUNDED - 1) / ROUNDED), roundWeights);
    }
    head = Address.of(room) + roundedWeights(genes, columns);
    scratch = head + CpuKernels.vc_cpu_head_scratch(rows, genes, columns);
    slice = CpuKernels.vc_cpu_head_room(genes);
    chosen[0] = 0;
    if (scratch > head) {
      check(CpuKernels.vc_cpu_head_choose(descriptor.value(), head, chosen));
    }
    if (chosen[0] == 0) {
      overRows(multiplyHalf);
      return;
    }
    workers.run(Math.toIntExact((chosen[0] / 2 + PACKED - 1) / PACKED), packHead);
    overRows(multiplyMixed);
  }

  private void multiplyExact(Memory room) {
    chosen[0] = 0;
    if (exactHead(rows, genes, columns) > 0) {
      head = Address.of(room);
      scratch = head + CpuKernels.vc_cpu_exact_head_scratch(rows, genes, columns);
      slice = CpuKernels.vc_cpu_exact_head_room(genes);
      check(
          CpuKernels.vc_cpu_exact_head(
              isa, descriptor.value(), columns, dense, denseType, head, chosen));
    }
    if (chosen[0] == 0) {
      overRows(multiply);
    } else {
      overRows(multiplyHead);
    }
  }

  /** Bytes of scratch of the exact product by frequent genes; 0 where there are too few cells. */
  private long exactHead(long cells, long width, long n) {
    long shared = CpuKernels.vc_cpu_exact_head_scratch(cells, width, n);
    return shared == 0 ? 0 : shared + workers.threads() * CpuKernels.vc_cpu_exact_head_room(width);
  }

  private void multiplyHead(int chunk, int worker) {
    long first = (long) chunk * ROWS;
    check(
        CpuKernels.vc_cpu_csr_dense_head(
            isa,
            descriptor.value(),
            scale,
            first,
            endRow(first),
            columns,
            dense,
            denseType,
            head,
            bias,
            activation,
            scratch + worker * slice,
            out));
  }

  private static long roundedWeights(long genes, long columns) {
    return lines(Math.multiplyExact(columns, Short.BYTES * genes));
  }

  private void packHead(int chunk, int worker) {
    long first = (long) chunk * PACKED;
    check(
        CpuKernels.vc_cpu_head_pack(
            isa,
            descriptor.value(),
            columns,
            dense,
            head,
            first,
            Math.min(chosen[0] / 2, first + PACKED)));
  }

  private void multiplyMixed(int chunk, int worker) {
    long first = (long) chunk * ROWS;
    check(
        CpuKernels.vc_cpu_csr_dense_mixed(
            isa,
            descriptor.value(),
            scale,
            first,
            endRow(first),
            columns,
            dense,
            head,
            bias,
            activation,
            scratch + worker * slice,
            out));
  }

  /** Whether the weights of all genes are worth rounding for the values there are. */
  private boolean rounds(CsrData x) {
    return half && x.nonZeros() >= x.genes() / 2;
  }

  private void roundWeights(int chunk, int worker) {
    long first = (long) chunk * ROUNDED;
    check(
        CpuKernels.vc_cpu_round_to_bf16(
            isa,
            weights + first * Float.BYTES,
            Math.min(ROUNDED, slice - first),
            dense + first * Short.BYTES));
  }

  private void multiplyHalf(int chunk, int worker) {
    long first = (long) chunk * ROWS;
    check(
        CpuKernels.vc_cpu_csr_dense_bf16(
            isa,
            descriptor.value(),
            scale,
            first,
            endRow(first),
            columns,
            dense,
            bias,
            activation,
            out));
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
    strips = (columns - 1) / CpuKernels.vc_cpu_transposed_strip(isa) + 1;
    long ranges = (genes + SUMMED - 1) / SUMMED;
    int sums = Math.toIntExact(Math.multiplyExact(ranges, strips));
    for (long row = 0; row == 0 || row < rows; row = Math.max(1, span[1])) {
      check(
          CpuKernels.vc_cpu_transposed_span(
              descriptor.value(), row, columns, half ? 1 : 0, scratch, span));
      workers.run((int) span[0], transposedBlock);
      workers.run(sums, transposedSum);
    }
  }

  private void transposedBlock(int chunk, int worker) {
    check(
        CpuKernels.vc_cpu_transposed_block(
            isa, descriptor.value(), scale, columns, dense, half ? 1 : 0, scratch, chunk));
  }

  private void transposedSum(int chunk, int worker) {
    long first = chunk / strips * SUMMED;
    check(
        CpuKernels.vc_cpu_transposed_sum(
            isa,
            descriptor.value(),
            first,
            Math.min(genes, first + SUMMED),
            chunk % strips,
            columns,
            half ? 1 : 0,
            scratch,
            span[0],
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
    chunkGenes = sumsGenes(x.genes(), groups);
    slice = sumsSlice(chunkGenes);
    check(
        CpuKernels.vc_cpu_group_order(
            rows, groups, Address.of(group.memory()), groupStart, groupOrder));
    long ranges = (genes + chunkGenes - 1) / chunkGenes;
    workers.run(Math.toIntExact(Math.multiplyExact(groups, ranges)), groupSums);
  }

  private void groupSums(int chunk, int worker) {
    long group = chunk % groups;
    long first = chunk / groups * chunkGenes;
    check(
        CpuKernels.vc_cpu_group_sums(
            isa,
            descriptor.value(),
            scale,
            groupStart,
            groupOrder,
            group,
            group + 1,
            first,
            Math.min(genes, first + chunkGenes),
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

  private long endRow(long first) {
    return Math.min(rows, first + ROWS);
  }

  // A group is a chunk; few groups are cut into ranges of genes as well, so that threads share
  // them.
  private static int sumsGenes(int genes, long groups) {
    long ranges = Math.max((genes + GROUPED - 1L) / GROUPED, 16 / Math.max(1, groups));
    long size = (genes + ranges - 1) / Math.max(1, ranges);
    return (int) Math.max(Math.min(512, genes), size);
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
