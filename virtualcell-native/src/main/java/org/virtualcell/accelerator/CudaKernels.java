package org.virtualcell.accelerator;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.CriticalRegion;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * {@code cpp/include/virtualcell_cuda*.h}, function by function; meanings, ownership and results
 * stand there. Loading this class loads the library, or raises a {@link LinkageError}; it needs no
 * NVIDIA driver. Tests set {@link #LIBRARY} to the same library linked against the emulation.
 */
@Platform(
    include = {
      "virtualcell_cuda.h",
      "virtualcell_cuda_dense.h",
      "virtualcell_cuda_distance.h",
      "virtualcell_cuda_rank.h"
    },
    library = "jnivc_cuda",
    link = {"pthread", "rt", "dl", ":libcudart_static.a", "vc_cuda"})
@NoException
final class CudaKernels {
  /** The property that names the file to load in place of the bundled library. */
  static final String LIBRARY = "virtualcell.cuda.library";

  static {
    String file = System.getProperty(LIBRARY, "");
    if (file.isEmpty()) {
      Loader.load();
    } else {
      System.load(file);
    }
  }

  private CudaKernels() {}

  static native int vc_cuda_dense_multiply(long queue, @Cast("const int64_t*") long[] fields);

  static native int vc_cuda_dense_copy(
      long queue,
      long from,
      int fromType,
      long rows,
      long columns,
      long row,
      long column,
      long to,
      int toType);

  static native int vc_cuda_dense_finite(long queue, long x, int type, long elements, long finite);

  static native int vc_cuda_boundary();

  static native int vc_cuda_is_emulated();

  static native String vc_cuda_error_text();

  static native int vc_cuda_device_count(int[] count);

  static native int vc_cuda_device_facts(int device, @Cast("int64_t*") long[] facts);

  static native String vc_cuda_device_name(int device);

  static native int vc_cuda_device_alive(int device);

  static native int vc_cuda_queue_open(int device, long hostStream, @Cast("int64_t*") long[] queue);

  static native int vc_cuda_queue_close(long queue);

  static native int vc_cuda_allocate(
      long queue, long bytes, int tag, @Cast("int64_t*") long[] address);

  static native int vc_cuda_release(int device, long queue, long address, long bytes, int tag);

  static native int vc_cuda_allocated(int device, int tag, @Cast("int64_t*") long[] bytes);

  static native int vc_cuda_synchronize(long queue);

  static native int vc_cuda_mark(long queue, @Cast("int64_t*") long[] mark);

  static native int vc_cuda_await(long queue, long mark);

  static native int vc_cuda_mark_release(long mark);

  static native int vc_cuda_capture_begin(long queue);

  static native int vc_cuda_capture_end(long queue, @Cast("int64_t*") long[] graph);

  static native int vc_cuda_graph_launch(long queue, long graph);

  static native int vc_cuda_graph_release(long graph);

  @CriticalRegion
  static native int vc_cuda_put(
      long queue, long to, @Cast("const void*") float[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_put(
      long queue, long to, @Cast("const void*") int[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_put(
      long queue, long to, @Cast("const void*") long[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_put(
      long queue, long to, @Cast("const void*") short[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_put(
      long queue, long to, @Cast("const void*") byte[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_get(
      long queue, long from, @Cast("void*") float[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_get(
      long queue, long from, @Cast("void*") int[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_get(
      long queue, long from, @Cast("void*") long[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_get(
      long queue, long from, @Cast("void*") short[] array, long first, long count, int width);

  @CriticalRegion
  static native int vc_cuda_get(
      long queue, long from, @Cast("void*") byte[] array, long first, long count, int width);

  static native int vc_cuda_row_scale(
      long queue, @Cast("const int64_t*") long[] x, float total, long out);

  static native int vc_cuda_copy_structure(
      long queue, @Cast("const int64_t*") long[] x, long outRowStart, long outGene);

  static native int vc_cuda_log_normalize(
      long queue, @Cast("const int64_t*") long[] x, long scale, long out);

  static native int vc_cuda_csr_dense(
      long queue,
      @Cast("const int64_t*") long[] x,
      long scale,
      long columns,
      long dense,
      int type,
      long bias,
      int activation,
      int precision,
      long out);

  static native int vc_cuda_csr_transposed(
      long queue,
      @Cast("const int64_t*") long[] x,
      long scale,
      long columns,
      long dense,
      int precision,
      long scratch,
      long out);

  static native long vc_cuda_csr_transposed_scratch(long rows, long genes, long columns);

  static native int vc_cuda_group_sums(
      long queue,
      @Cast("const int64_t*") long[] x,
      long scale,
      long groups,
      long group,
      int whole,
      long scratch,
      long sums,
      long squares,
      long detections);

  static native long vc_cuda_group_sums_scratch(long rows, long groups);

  static native int vc_cuda_distances(
      long queue, long n, long m, long columns, long x, long y, int squared, long out);

  static native int vc_cuda_energy(
      long queue,
      long pairs,
      long s,
      long t,
      long columns,
      long x,
      long y,
      int inside,
      long weight,
      long scratch,
      long out,
      long gradient);

  static native long vc_cuda_energy_scratch(long pairs, long s, long t, int inside, int slope);

  static native int vc_cuda_group_distances(
      long queue,
      long rows,
      long groups,
      long columns,
      long x,
      long start,
      long scratch,
      long means,
      long energy);

  static native long vc_cuda_group_distances_scratch(long rows, long groups);

  static native long vc_cuda_rank_scratch(long rows, long genes, long groups, int shares, int rest);

  static native int vc_cuda_rank_sums(
      long queue,
      @Cast("const int64_t*") long[] x,
      long totals,
      long group,
      long groups,
      long reference,
      long scratch,
      long u2,
      long ties);
}
