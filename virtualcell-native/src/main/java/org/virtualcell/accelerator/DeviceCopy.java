package org.virtualcell.accelerator;

/**
 * Copies between Java arrays and a graphics card's memory, through one queue. A copy holds the
 * garbage collector back, so a long one is cut into steps; the queue is empty before the first step
 * out, so that no step waits for kernels.
 */
final class DeviceCopy {
  private static final int STEP = 1 << 19;

  private DeviceCopy() {}

  static void put(long queue, Object from, int fromIndex, Address to, long toElement, int count) {
    int width = to.type().bytes();
    for (int done = 0; done < count; done += STEP) {
      int step = Math.min(STEP, count - done);
      CudaBackend.check(
          putStep(queue, from, fromIndex + done, to.at(toElement + done), step, width));
    }
  }

  static void get(long queue, Address from, long fromElement, Object to, int toIndex, int count) {
    int width = from.type().bytes();
    CudaBackend.check(CudaKernels.vc_cuda_synchronize(queue));
    for (int done = 0; done < count; done += STEP) {
      int step = Math.min(STEP, count - done);
      CudaBackend.check(
          getStep(queue, from.at(fromElement + done), to, toIndex + done, step, width));
    }
  }

  private static int putStep(long queue, Object from, int first, long to, int count, int width) {
    if (from instanceof float[] floats) {
      return CudaKernels.vc_cuda_put(queue, to, floats, first, count, width);
    } else if (from instanceof int[] ints) {
      return CudaKernels.vc_cuda_put(queue, to, ints, first, count, width);
    } else if (from instanceof long[] longs) {
      return CudaKernels.vc_cuda_put(queue, to, longs, first, count, width);
    } else if (from instanceof short[] shorts) {
      return CudaKernels.vc_cuda_put(queue, to, shorts, first, count, width);
    }
    return CudaKernels.vc_cuda_put(queue, to, (byte[]) from, first, count, width);
  }

  private static int getStep(long queue, long from, Object to, int first, int count, int width) {
    if (to instanceof float[] floats) {
      return CudaKernels.vc_cuda_get(queue, from, floats, first, count, width);
    } else if (to instanceof int[] ints) {
      return CudaKernels.vc_cuda_get(queue, from, ints, first, count, width);
    } else if (to instanceof long[] longs) {
      return CudaKernels.vc_cuda_get(queue, from, longs, first, count, width);
    } else if (to instanceof short[] shorts) {
      return CudaKernels.vc_cuda_get(queue, from, shorts, first, count, width);
    }
    return CudaKernels.vc_cuda_get(queue, from, (byte[]) to, first, count, width);
  }
}
