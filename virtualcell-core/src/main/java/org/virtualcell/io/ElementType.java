package org.virtualcell.io;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** How one number lies in an HDF5 file, and how to turn runs of them into Java arrays. */
record ElementType(Kind kind, int bytes, ByteOrder order) {
  /** The three families of numbers. */
  enum Kind {
    SIGNED,
    UNSIGNED,
    FLOATING
  }

  private static final long SIGN_BITS = 0x7fffffffffffffffL;

  /** The element type of an HDF5 type, empty when it is no number (booleans count as numbers). */
  static Optional<ElementType> of(DataType type) {
    if (type instanceof EnumDataType truth) {
      return of(truth.getBaseType());
    }
    if (type instanceof FixedPoint whole && isPlain(whole)) {
      Kind kind = whole.isSigned() ? Kind.SIGNED : Kind.UNSIGNED;
      return Optional.of(new ElementType(kind, whole.getSize(), whole.getByteOrder()));
    }
    if (type instanceof FloatingPoint decimal && isIeee(decimal)) {
      return Optional.of(new ElementType(Kind.FLOATING, decimal.getSize(), decimal.getByteOrder()));
    }
    return Optional.empty();
  }

  /**
   * Whole numbers that use every bit of 1, 2, 4 or 8 bytes. A damaged number of bits would make
   * libhdf5 write past its stack.
   */
  private static boolean isPlain(FixedPoint type) {
    int size = type.getSize();
    return size > 0
        && size <= Long.BYTES
        && Integer.bitCount(size) == 1
        && type.getBitOffset() == 0
        && type.getBitPrecision() == size * Byte.SIZE;
  }

  private static boolean isIeee(FloatingPoint type) {
    int bits = type.getSize() * Byte.SIZE;
    return type.getBitOffset() == 0
        && type.getBitPrecision() == bits
        && type.getSignLocation() == bits - 1
        && type.getMantissaLocation() == 0
        && type.getExponentLocation() == type.getMantissaSize()
        && type.getExponentBias() == (1 << (type.getExponentSize() - 1)) - 1
        && switch (type.getSize()) {
          case 2 -> type.getExponentSize() == 5 && type.getMantissaSize() == 10;
          case 4 -> type.getExponentSize() == 8 && type.getMantissaSize() == 23;
          case 8 -> type.getExponentSize() == 11 && type.getMantissaSize() == 52;
          default -> false;
        };
  }

  void decode(byte[] raw, int count, float[] to, int at) {
    ByteBuffer in = ByteBuffer.wrap(raw).order(order);
    if (kind == Kind.FLOATING && bytes == 4) {
      in.asFloatBuffer().get(to, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[at + i] =
          kind == Kind.FLOATING ? (float) decimal(in, i) : (float) asDouble(integer(in, i));
    }
  }

  void decode(byte[] raw, int count, double[] to, int at) {
    ByteBuffer in = ByteBuffer.wrap(raw).order(order);
    for (int i = 0; i < count; i++) {
      to[at + i] = kind == Kind.FLOATING ? decimal(in, i) : asDouble(integer(in, i));
    }
  }

  void decode(byte[] raw, int count, long[] to, int at) {
    ByteBuffer in = ByteBuffer.wrap(raw).order(order);
    for (int i = 0; i < count; i++) {
      to[at + i] = kind == Kind.FLOATING ? wholeOrFarOutside(decimal(in, i)) : integer(in, i);
    }
  }

  private double asDouble(long bits) {
    boolean above = kind == Kind.UNSIGNED && bits < 0; // an unsigned number of 2^63 and more
    return above ? (bits & SIGN_BITS) + 0x1p63 : bits;
  }

  private static long wholeOrFarOutside(double value) {
    return value == Math.rint(value) ? (long) value : Long.MIN_VALUE;
  }

  private long integer(ByteBuffer in, int i) {
    boolean signed = kind == Kind.SIGNED;
    return switch (bytes) {
      case 1 -> signed ? in.get(i) : in.get(i) & 0xffL;
      case 2 -> signed ? in.getShort(2 * i) : in.getShort(2 * i) & 0xffffL;
      case 4 -> signed ? in.getInt(4 * i) : in.getInt(4 * i) & 0xffffffffL;
      default -> in.getLong(8 * i);
    };
  }

  private double decimal(ByteBuffer in, int i) {
    return switch (bytes) {
      case 2 -> FloatingPoint.toFloat(in.getShort(2 * i));
      case 4 -> in.getFloat(4 * i);
      default -> in.getDouble(8 * i);
    };
  }
}
