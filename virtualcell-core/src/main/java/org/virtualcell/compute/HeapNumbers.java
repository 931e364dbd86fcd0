package org.virtualcell.compute;

import org.virtualcell.compute.spi.TensorData;

/** The numbers of an F32 or BF16 tensor of the Java device, read and written as floats. */
final class HeapNumbers {
  private float[] floats;
  private short[] halves;
  private double[] doubles;

  /** Looks at a tensor; null for none. */
  void open(TensorData tensor) {
    close();
    if (tensor != null && ((HeapMemory) tensor.memory()).array() instanceof double[] d) {
      doubles = d;
    } else if (tensor != null && tensor.type() == DType.F32) {
      floats = HeapMemory.floats(tensor.memory());
    } else if (tensor != null) {
      halves = HeapMemory.shorts(tensor.memory());
    }
  }

  void close() {
    floats = null;
    halves = null;
    doubles = null;
  }

  boolean isOpen() {
    return floats != null || halves != null || doubles != null;
  }

  /** An element as it is stored; a device of double precision loses nothing. */
  double value(int at) {
    return floats != null ? floats[at] : doubles != null ? doubles[at] : widened(halves[at]);
  }

  /** Stores an element, rounded to what the storage holds. */
  void put(int at, double value) {
    if (floats != null) {
      floats[at] = (float) value;
    } else if (doubles != null) {
      doubles[at] = value;
    } else {
      halves[at] = rounded((float) value);
    }
  }

  float get(int at) {
    return floats != null ? floats[at] : widened(halves[at]);
  }

  void set(int at, float value) {
    if (floats != null) {
      floats[at] = value;
    } else {
      halves[at] = rounded(value);
    }
  }

  /** to[toAt + i] = element first + i * step. */
  void read(int first, int step, float[] to, int toAt, int count) {
    if (floats != null && step == 1) {
      System.arraycopy(floats, first, to, toAt, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[toAt + i] = get(first + i * step);
    }
  }

  static float widened(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  /** The nearest bfloat16, ties to even; what is not a number stays so. */
  static short rounded(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
