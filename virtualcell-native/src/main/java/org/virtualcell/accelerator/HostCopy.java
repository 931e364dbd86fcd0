package org.virtualcell.accelerator;

/**
 * Copies between Java arrays and native memory of the host. A copy holds the garbage collector
 * back, so a long one is cut into steps.
 */
final class HostCopy {
  private static final int STEP = 1 << 19;

  private HostCopy() {}

  static void put(Object from, int fromIndex, Address to, long toElement, int count) {
    for (int done = 0; done < count; done += STEP) {
      int step = Math.min(STEP, count - done);
      int width = to.type().bytes();
      check(putStep(from, fromIndex + done, to.at(toElement + done), step, width));
    }
  }

  static void get(Address from, long fromElement, Object to, int toIndex, int count) {
    for (int done = 0; done < count; done += STEP) {
      int step = Math.min(STEP, count - done);
      int width = from.type().bytes();
      check(getStep(from.at(fromElement + done), to, toIndex + done, step, width));
    }
  }

  private static int putStep(Object from, int first, long to, int count, int width) {
    if (from instanceof float[] floats) {
      return CpuKernels.vc_cpu_put(to, floats, first, count, width);
    } else if (from instanceof int[] ints) {
      return CpuKernels.vc_cpu_put(to, ints, first, count, width);
    } else if (from instanceof long[] longs) {
      return CpuKernels.vc_cpu_put(to, longs, first, count, width);
    } else if (from instanceof short[] shorts) {
      return CpuKernels.vc_cpu_put(to, shorts, first, count, width);
    }
    return CpuKernels.vc_cpu_put(to, (byte[]) from, first, count, width);
  }

  private static int getStep(long from, Object to, int first, int count, int width) {
    if (to instanceof float[] floats) {
      return CpuKernels.vc_cpu_get(from, floats, first, count, width);
    } else if (to instanceof int[] ints) {
      return CpuKernels.vc_cpu_get(from, ints, first, count, width);
    } else if (to instanceof long[] longs) {
      return CpuKernels.vc_cpu_get(from, longs, first, count, width);
    } else if (to instanceof short[] shorts) {
      return CpuKernels.vc_cpu_get(from, shorts, first, count, width);
    }
    return CpuKernels.vc_cpu_get(from, (byte[]) to, first, count, width);
  }

  private static void check(int status) {
    if (status != NativeStatus.OK) {
      throw NativeStatus.exception(status, "cpu", CpuKernels::vc_cpu_error_text);
    }
  }
}
