package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Tensor;
import org.virtualcell.compute.spi.PackedData;
import org.virtualcell.compute.spi.TensorData;

/** Writes a product as the native side reads it, {@code VC_DENSE_*} of virtualcell_cpu_dense.h. */
final class DenseFields {
  /** {@code VC_F32}. */
  static final int F32 = 0;

  /** {@code VC_BF16}. */
  static final int BF16 = 1;

  static final int COUNT = 32;
  static final int M = 0;
  static final int N = 1;
  static final int K = 2;
  static final int INNER = 3;
  static final int B = 8;
  private static final int A = 4;
  private static final int OUT = 12;
  private static final int ADD = 15;
  private static final int FACTOR = 16;
  private static final int BIAS = 17;
  private static final int ACTIVATION = 18;
  private static final int RESIDUAL = 19;
  private static final int BEFORE = 21;
  private static final int COPY = 23;
  private static final int OUTER = 24;
  private static final int A_OUTER = 26;
  private static final int B_OUTER = 28;
  private static final int OUT_OUTER = 30;

  private DenseFields() {}

  /** {@code VC_F32} or {@code VC_BF16}. */
  static int type(DType type) {
    return type == DType.BF16 ? BF16 : F32;
  }

  /**
   * A product.
   *
   * @param b the right factor as it is, or null if it is packed; then {@link #B} is left to the
   *     caller
   */
  @SuppressWarnings("EnumOrdinal") // the native side numbers activations in their order
  static void write(
      DenseProduct how, TensorData a, TensorData b, TensorData out, int inner, long[] f) {
    f[M] = out.size(0);
    f[N] = out.size(1);
    f[K] = a.size(how.transposeA() ? 0 : 1);
    f[INNER] = inner;
    view(f, A, a, 0, a.size(1), how.transposeA());
    if (b != null) {
      view(f, B, b, 0, b.size(1), how.transposeB());
    }
    f[OUT] = Address.of(out.memory());
    f[OUT + 1] = type(out.type());
    f[OUT + 2] = out.size(1);
    f[ADD] = how.accumulate() ? 1 : 0;
    f[FACTOR] = Float.floatToRawIntBits(how.factor());
    f[BIAS] = address(how.bias());
    f[ACTIVATION] = how.activation().ordinal();
    f[RESIDUAL] = address(how.residual());
    f[RESIDUAL + 1] = type(how.residual());
    f[BEFORE] = address(how.before());
    f[BEFORE + 1] = type(how.before());
    f[COPY] = address(how.copy());
    f[OUTER] = 1;
    f[OUTER + 1] = 1;
    for (int field = A_OUTER; field < COUNT; field++) {
      f[field] = 0;
    }
  }

  /** The right factor of a product already written: a packed matrix in row-major order. */
  static void writeRowMajor(PackedData packed, long[] f) {
    f[B] = Address.of(packed.memory());
    f[B + 1] = packed.rounded() ? BF16 : F32;
    f[B + 2] = packed.columns();
    f[B + 3] = 1;
  }

  /** A batch of products. */
  static void write(
      DenseBatch how, TensorData a, TensorData b, TensorData out, int inner, long[] f) {
    f[M] = how.m();
    f[N] = how.n();
    f[K] = how.k();
    f[INNER] = inner;
    view(f, A, a, how.a().offset(), how.a().row(), how.a().transposed());
    view(f, B, b, how.b().offset(), how.b().row(), how.b().transposed());
    f[OUT] = Address.of(out.memory()) + how.out().offset() * out.type().bytes();
    f[OUT + 1] = type(out.type());
    f[OUT + 2] = how.out().row();
    f[ADD] = how.accumulate() ? 1 : 0;
    f[FACTOR] = Float.floatToRawIntBits(how.factor());
    for (int field = BIAS; field <= COPY; field++) {
      f[field] = 0;
    }
    f[OUTER] = how.outer();
    f[OUTER + 1] = how.inner();
    f[A_OUTER] = how.a().outer();
    f[A_OUTER + 1] = how.a().inner();
    f[B_OUTER] = how.b().outer();
    f[B_OUTER + 1] = how.b().inner();
    f[OUT_OUTER] = how.out().outer();
    f[OUT_OUTER + 1] = how.out().inner();
  }

  /** Address, type, and the strides of the rows and columns of what is meant. */
  private static void view(
      long[] f, int at, TensorData x, long offset, long row, boolean transposed) {
    f[at] = Address.of(x.memory()) + offset * x.type().bytes();
    f[at + 1] = type(x.type());
    f[at + 2] = transposed ? 1 : row;
    f[at + 3] = transposed ? row : 1;
  }

  private static long address(Tensor tensor) {
    return tensor == null ? 0 : Address.of(((TensorData) tensor).memory());
  }

  private static int type(Tensor tensor) {
    return tensor == null ? 0 : type(tensor.type());
  }
}
