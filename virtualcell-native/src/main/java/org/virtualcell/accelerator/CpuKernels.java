package org.virtualcell.accelerator;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.CriticalRegion;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * {@code cpp/include/virtualcell_cpu*.h}, function by function; meanings, ownership and results
 * stand there. Loading this class loads the library, or raises a {@link LinkageError}.
 */
@Platform(
    include = {
      "virtualcell_cpu.h",
      "virtualcell_cpu_dense.h",
      "virtualcell_cpu_distance.h",
      "virtualcell_cpu_neural.h",
      "virtualcell_cpu_rank.h"
    },
    library = "jnivc_cpu",
    link = {"vc_cpu"})
@NoException
final class CpuKernels {
  static {
    Loader.load();
  }

  private CpuKernels() {}

  static native int vc_cpu_boundary();

  static native int vc_cpu_best_isa();

  static native String vc_cpu_error_text();

  static native int vc_cpu_allocate(long bytes, int tag, @Cast("int64_t*") long[] address);

  static native int vc_cpu_release(long address);

  static native int vc_cpu_allocated(int tag, @Cast("int64_t*") long[] bytes);

  @CriticalRegion
  static native int vc_cpu_put(
      long to, @Cast("const void*") float[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_put(
      long to, @Cast("const void*") int[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_put(
      long to, @Cast("const void*") long[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_put(
      long to, @Cast("const void*") short[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_put(
      long to, @Cast("const void*") byte[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_get(
      long from, @Cast("void*") float[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_get(
      long from, @Cast("void*") int[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_get(
      long from, @Cast("void*") long[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_get(
      long from, @Cast("void*") short[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cpu_get(
      long from, @Cast("void*") byte[] array, long first, long count, int width);

  static native int vc_cpu_row_scale(
      int isa, long x, long firstRow, long endRow, float total, long out);

  static native int vc_cpu_log_normalize(
      int isa, long x, long scale, long firstRow, long endRow, long out);

  static native int vc_cpu_copy_structure(
      long x, long firstRow, long endRow, long outRowStart, long outGene);

  static native int vc_cpu_csr_dense(
      int isa,
      long x,
      long scale,
      long firstRow,
      long endRow,
      long columns,
      long dense,
      int type,
      long bias,
      int activation,
      long out);

  static native int vc_cpu_csr_dense_bf16(
      int isa,
      long x,
      long scale,
      long firstRow,
      long endRow,
      long columns,
      long dense,
      long bias,
      int activation,
      long out);

  static native int vc_cpu_round_to_bf16(int isa, long from, long count, long to);

  static native long vc_cpu_head_scratch(long rows, long genes, long columns);

  static native long vc_cpu_head_room(long genes);

  @CriticalRegion
  static native int vc_cpu_head_choose(long x, long scratch, @Cast("int64_t*") long[] chosen);

  static native int vc_cpu_head_pack(
      int isa, long x, long columns, long dense, long scratch, long first, long end);

  static native int vc_cpu_csr_dense_mixed(
      int isa,
      long x,
      long scale,
      long firstRow,
      long endRow,
      long columns,
      long dense,
      long scratch,
      long bias,
      int activation,
      long room,
      long out);

  static native long vc_cpu_exact_head_scratch(long rows, long genes, long columns);

  static native long vc_cpu_exact_head_room(long genes);

  @CriticalRegion
  static native int vc_cpu_exact_head(
      int isa,
      long x,
      long columns,
      long dense,
      int type,
      long scratch,
      @Cast("int64_t*") long[] chosen);

  static native int vc_cpu_csr_dense_head(
      int isa,
      long x,
      long scale,
      long firstRow,
      long endRow,
      long columns,
      long dense,
      int type,
      long scratch,
      long bias,
      int activation,
      long room,
      long out);

  static native long vc_cpu_transposed_scratch(
      long rows, long genes, long nonZeros, long columns, int half);

  static native long vc_cpu_transposed_strip(int isa);

  @CriticalRegion
  static native int vc_cpu_transposed_span(
      long x, long firstRow, long columns, int half, long scratch, @Cast("int64_t*") long[] span);

  static native int vc_cpu_transposed_block(
      int isa, long x, long scale, long columns, long dense, int half, long scratch, long block);

  static native int vc_cpu_transposed_sum(
      int isa,
      long x,
      long firstGene,
      long endGene,
      long strip,
      long columns,
      int half,
      long scratch,
      long blocks,
      long out);

  static native int vc_cpu_group_order(long rows, long groups, long group, long start, long order);

  static native int vc_cpu_group_sums(
      int isa,
      long x,
      long scale,
      long start,
      long order,
      long firstGroup,
      long endGroup,
      long firstGene,
      long endGene,
      int whole,
      long scratch,
      long sums,
      long squares,
      long detections);

  static native long vc_cpu_group_sums_scratch(long genes);

  static native int vc_cpu_distance_centre(
      int isa, long xRows, long x, long yRows, long y, long columns, long centre);

  static native long vc_cpu_distance_packed_floats(long rows, long columns);

  static native long vc_cpu_distance_norm_floats(long rows);

  static native int vc_cpu_distance_pack(
      int isa, long rows, long columns, long x, long centre, long packed, long norm);

  static native int vc_cpu_distance_rows(
      int isa,
      long columns,
      long first,
      long end,
      long x,
      long packedX,
      long normX,
      long yRows,
      long y,
      long packedY,
      long normY,
      int squared,
      long scratch,
      long out);

  static native int vc_cpu_distance_sum(
      int isa,
      long columns,
      long first,
      long end,
      long x,
      long packedX,
      long normX,
      long yRows,
      long y,
      long packedY,
      long normY,
      int same,
      long scratch,
      long sum);

  static native int vc_cpu_energy_gradient(
      int isa,
      long columns,
      long first,
      long xRows,
      long x,
      long packedX,
      long normX,
      long yRows,
      long y,
      long packedY,
      long normY,
      long weight,
      long scratch,
      long gradient,
      long sums);

  static native int vc_cpu_energy_finish(
      long pairs, long s, long t, long xChunks, long chunks, int inside, long sums, long out);

  static native long vc_cpu_distance_scratch(int gradient);

  static native int vc_cpu_group_units(
      long rows, long groups, long start, long unitOf, long panelOf);

  static native int vc_cpu_group_pack(
      int isa,
      long columns,
      long group,
      long start,
      long panelOf,
      long x,
      long centre,
      long packed,
      long norm);

  static native int vc_cpu_group_unit_sums(
      int isa,
      long columns,
      long groups,
      long unit,
      long start,
      long unitOf,
      long panelOf,
      long x,
      long packed,
      long norm,
      long scratch,
      long sums);

  static native int vc_cpu_group_finish(
      long groups, long start, long unitOf, long sums, long means, long energy);

  static native long vc_cpu_rank_scratch(
      long rows, long genes, long nonZeros, long groups, long workers);

  static native int vc_cpu_rank_open(
      long x, long totals, long group, long groups, long reference, long workers, long scratch);

  static native int vc_cpu_rank_count(int isa, long x, long scratch, long slice);

  static native int vc_cpu_rank_plan(
      long scratch, long firstGene, @Cast("int64_t*") long[] endGene);

  static native int vc_cpu_rank_gather(int isa, long x, long scratch, long slice);

  static native int vc_cpu_rank_sums(
      int isa, long scratch, long firstGene, long endGene, long worker, long u2, long ties);

  static native long vc_cpu_dense_panel(int isa, int inner);

  static native long vc_cpu_dense_packed_bytes(int isa, int inner, long k, long n);

  static native int vc_cpu_dense_pack(
      int isa,
      int inner,
      long k,
      long n,
      long b,
      int type,
      long row,
      long column,
      long firstPanel,
      long endPanel,
      long packed);

  static native int vc_cpu_dense_multiply(
      int isa,
      long fields,
      long firstRow,
      long endRow,
      long firstPanel,
      long endPanel,
      long scratch);

  static native long vc_cpu_dense_scratch(int isa, long fields, long rows, long panels);

  static native int vc_cpu_dense_batch(
      int isa, long fields, long firstItem, long endItem, long scratch);

  static native long vc_cpu_dense_batch_scratch(int isa, long fields);

  static native int vc_cpu_dense_convert(
      int isa, long from, int fromType, long to, int toType, long first, long end);

  static native int vc_cpu_neural(
      int isa, int what, int half, long fields, long first, long end, long scratch);

  static native long vc_cpu_neural_scratch(int isa, int what, int half, long fields);

  static native int vc_cpu_dense_finite(
      int isa, long x, int type, long first, long end, long finite);
}
