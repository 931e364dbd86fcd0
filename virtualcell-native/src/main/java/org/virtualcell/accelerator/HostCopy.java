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
      check(putStep(from, fromIndex + done, to.at(toElement + done), step));
    }
  }

  static void get(Address from, long fromElement, Object to, int toIndex, int count) {
    for (int done = 0; done < count; done += STEP) {
      int step = Math.min(STEP, count - done);
      check(getStep(from.at(fromElement + done), to, toIndex + done, step));
    }
  }

  private static int putStep(Object from, int first, long to, int count) {
    if (from instanceof float[] floats) {
      return CpuKernels.vc_cpu_put_floats(to, floats, first, count);
    } else if (from instanceof int[] ints) {
      return CpuKernels.vc_cpu_put_ints(to, ints, first, count);
    } else if (from instanceof long[] longs) {
      return CpuKernels.vc_cpu_put_longs(to, longs, first, count);
    } else if (from instanceof short[] shorts) {
      return CpuKernels.vc_cpu_put_shorts(to, shorts, first, count);
    }
    return CpuKernels.vc_cpu_put_bytes(to, (byte[]) from, first, count);
  }

  private static int getStep(long from, Object to, int first, int count) {
    if (to instanceof float[] floats) {
      return CpuKernels.vc_cpu_get_floats(from, floats, first, count);
    } else if (to instanceof int[] ints) {
      return CpuKernels.vc_cpu_get_ints(from, ints, first, count);
    } else if (to instanceof long[] longs) {
      return CpuKernels.vc_cpu_get_longs(from, longs, first, count);
    } else if (to instanceof short[] shorts) {
      return CpuKernels.vc_cpu_get_shorts(from, shorts, first, count);
    }
    return CpuKernels.vc_cpu_get_bytes(from, (byte[]) to, first, count);
  }

  private static void check(int status) {
    if (status != NativeStatus.OK) {
      throw NativeStatus.exception(status, "cpu", CpuKernels::vc_cpu_error_text);
    }
  }
}
