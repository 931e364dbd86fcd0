package org.virtualcell.compute;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.compute.spi.Memory;

/** A Java array as a device's memory. */
final class HeapMemory implements Memory {
  private Object array;

  private HeapMemory(Object array) {
    this.array = array;
  }

  static HeapMemory allocate(DType type, long elements) {
    if (elements > CsrMatrix.MAX_NON_ZEROS) {
      throw new MemoryBudgetException(
          "A tensor of " + elements + " elements exceeds the longest Java array",
          "device java, at most " + CsrMatrix.MAX_NON_ZEROS + " elements a tensor",
          "Use smaller blocks of cells, or a native device.");
    }
    int length = (int) elements;
    try {
      return new HeapMemory(
          switch (type) {
            case F32 -> new float[length];
            case I32 -> new int[length];
            case I64 -> new long[length];
            case U16, BF16 -> new short[length];
            case U8 -> new byte[length];
          });
    } catch (OutOfMemoryError full) {
      throw new MemoryBudgetException(
          "The Java heap has no room for " + elements * type.bytes() + " bytes",
          "device java, heap at most " + Runtime.getRuntime().maxMemory() + " bytes",
          "Start Java with a larger -Xmx, or use smaller blocks of cells.",
          full);
    }
  }

  /** An array of any kind, as a device that computes in another precision has. */
  static HeapMemory of(Object array) {
    return new HeapMemory(array);
  }

  Object array() {
    return array;
  }

  static float[] floats(Memory memory) {
    return (float[]) ((HeapMemory) memory).array;
  }

  static int[] ints(Memory memory) {
    return (int[]) ((HeapMemory) memory).array;
  }

  static long[] longs(Memory memory) {
    return (long[]) ((HeapMemory) memory).array;
  }

  static short[] shorts(Memory memory) {
    return (short[]) ((HeapMemory) memory).array;
  }

  static byte[] bytes(Memory memory) {
    return (byte[]) ((HeapMemory) memory).array;
  }

  void clear() {
    array = null;
  }
}
