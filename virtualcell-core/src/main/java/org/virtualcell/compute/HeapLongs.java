package org.virtualcell.compute;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A lane's scratch, read and written as 64-bit numbers. */
final class HeapLongs {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final byte[] NONE = new byte[0];

  private byte[] bytes = NONE;

  void open(byte[] scratch) {
    bytes = scratch;
  }

  void close() {
    bytes = NONE;
  }

  long get(int at) {
    return (long) LONG.get(bytes, at << 3);
  }

  void set(int at, long value) {
    LONG.set(bytes, at << 3, value);
  }

  void add(int at, long value) {
    set(at, get(at) + value);
  }

  void fill(int from, int to, long value) {
    for (int at = from; at < to; at++) {
      set(at, value);
    }
  }
}
