package org.virtualcell.compute;

/** The type of a tensor's elements. Double precision exists in the test oracle only. */
public enum DType {
  /** IEEE single precision; {@code float[]} on the host. */
  F32(4),
  /** The upper half of {@link #F32}; {@code short[]} of raw bits on the host. */
  BF16(2),
  /** Signed 32-bit integers; {@code int[]} on the host. */
  I32(4),
  /** Signed 64-bit integers; {@code long[]} on the host. */
  I64(8),
  /** Unsigned 16-bit integers; {@code short[]} of raw bits on the host. */
  U16(2),
  /** Unsigned 8-bit integers; {@code byte[]} of raw bits on the host. */
  U8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The size of one element.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }
}
