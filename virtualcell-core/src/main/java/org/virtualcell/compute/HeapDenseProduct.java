package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.PackedData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Dense products of the Java device. The right factor is brought into row-major floats where it is
 * not that already; then a row of the result is added up from its rows by ascending k, four at a
 * time: sum + (a0 b0 + a1 b1 + a2 b2 + a3 b3), from left to right. Buffers grow to the largest
 * operands met and stay until the lane closes.
 */
final class HeapDenseProduct {
  private static final int ROWS = 16;

  private final Workers workers;
  private final ChunkTask rows = this::rows;
  private final ChunkTask items = this::items;
  private final float[][] left;
  private final float[][] sums;
  private final float[][] itemRight;
  private float[] copied = new float[0];

  // operands of the present call
  private final HeapNumbers a = new HeapNumbers();
  private final HeapNumbers b = new HeapNumbers();
  private final HeapNumbers out = new HeapNumbers();
  private final HeapNumbers residual = new HeapNumbers();
  private final HeapNumbers before = new HeapNumbers();
  private final HeapNumbers copy = new HeapNumbers();
  private DenseProduct how;
  private DenseBatch batch;
  private float[] bias;
  private float[] right;
  private int m;
  private int n;
  private int k;

  HeapDenseProduct(Workers workers) {
    this.workers = workers;
    left = new float[workers.threads()][0];
    sums = new float[workers.threads()][0];
    itemRight = new float[workers.threads()][0];
  }

  void pack(TensorData from, boolean transposed, PackedData to) {
    b.open(from);
    try {
      unfold(b, transposed, (int) to.rows(), (int) to.columns(), HeapMemory.floats(to.memory()));
    } finally {
      b.close();
    }
  }

  private static void unfold(
      HeapNumbers from, boolean transposed, int rows, int columns, float[] to) {
    for (int x = 0; x < rows; x++) {
      from.read(transposed ? x : x * columns, transposed ? rows : 1, to, x * columns, columns);
    }
  }

  void multiply(
      DenseProduct product, TensorData l, TensorData r, PackedData packed, TensorData result) {
    how = product;
    m = (int) result.size(0);
    n = (int) result.size(1);
    k = (int) l.size(product.transposeA() ? 0 : 1);
    try {
      a.open(l);
      out.open(result);
      bias =
          product.bias() == null ? null : HeapMemory.floats(((TensorData) product.bias()).memory());
      residual.open((TensorData) product.residual());
      before.open((TensorData) product.before());
      copy.open((TensorData) product.copy());
      right = packed != null ? HeapMemory.floats(packed.memory()) : rightOf(r);
      grow(k, n);
      workers.run((m + ROWS - 1) / ROWS, rows);
    } finally {
      close();
    }
  }

  private float[] rightOf(TensorData r) {
    if (r.type() == DType.F32 && !how.transposeB()) {
      return HeapMemory.floats(r.memory());
    }
    if (copied.length < k * n) {
      copied = new float[k * n];
    }
    b.open(r);
    unfold(b, how.transposeB(), k, n, copied);
    return copied;
  }

  private void grow(int deep, int wide) {
    for (int w = 0; w < left.length; w++) {
      if (left[w].length < deep) {
        left[w] = new float[deep];
      }
      if (sums[w].length < wide) {
        sums[w] = new float[wide];
      }
    }
  }

  private void rows(int chunk, int worker) {
    int end = Math.min(m, (chunk + 1) * ROWS);
    for (int i = chunk * ROWS; i < end; i++) {
      a.read(how.transposeA() ? i : i * k, how.transposeA() ? m : 1, left[worker], 0, k);
      sum(left[worker], right, sums[worker], k, n);
      finish(sums[worker], i * n);
    }
  }

  private void finish(float[] sum, int at) {
    Activation activation = how.activation();
    for (int j = 0; j < n; j++) {
      float z = how.factor() * sum[j];
      if (how.accumulate()) {
        z += out.get(at + j);
      }
      if (bias != null) {
        z += bias[j];
      }
      if (before.isOpen()) {
        before.set(at + j, z);
      }
      float y = activation.of(z);
      if (residual.isOpen()) {
        y += residual.get(at + j);
      }
      out.set(at + j, y);
      if (copy.isOpen()) {
        copy.set(at + j, y);
      }
    }
  }

  void multiplyBatch(DenseBatch many, TensorData l, TensorData r, TensorData result) {
    batch = many;
    m = (int) many.m();
    n = (int) many.n();
    k = (int) many.k();
    try {
      a.open(l);
      b.open(r);
      out.open(result);
      grow(k, n);
      for (int w = 0; w < itemRight.length; w++) {
        if (itemRight[w].length < k * n) {
          itemRight[w] = new float[k * n];
        }
      }
      workers.run(Math.toIntExact(many.outer() * many.inner()), items);
    } finally {
      close();
    }
  }

  private void items(int chunk, int worker) {
    float[] own = itemRight[worker];
    int fromB = start(batch.b(), chunk);
    for (int x = 0; x < k; x++) {
      b.read(fromB + x * down(batch.b()), across(batch.b()), own, x * n, n);
    }
    int fromA = start(batch.a(), chunk);
    int to = start(batch.out(), chunk);
    for (int i = 0; i < m; i++) {
      a.read(fromA + i * down(batch.a()), across(batch.a()), left[worker], 0, k);
      sum(left[worker], own, sums[worker], k, n);
      for (int j = 0; j < n; j++) {
        int at = to + i * (int) batch.out().row() + j;
        float z = batch.factor() * sums[worker][j];
        out.set(at, batch.accumulate() ? z + out.get(at) : z);
      }
    }
  }

  private int start(DenseBatch.View view, int item) {
    return (int)
        (view.offset() + item / batch.inner() * view.outer() + item % batch.inner() * view.inner());
  }

  private static int down(DenseBatch.View view) {
    return view.transposed() ? 1 : (int) view.row();
  }

  private static int across(DenseBatch.View view) {
    return view.transposed() ? (int) view.row() : 1;
  }

  /** sum[j] = sum over x of l[x] r[x n + j]. */
  private static void sum(float[] l, float[] r, float[] sum, int k, int n) {
    Arrays.fill(sum, 0, n, 0);
    int x = 0;
    for (; x + 4 <= k; x += 4) {
      addFour(r, x * n, l[x], l[x + 1], l[x + 2], l[x + 3], sum, n);
    }
    for (; x < k; x++) {
      HeapProduct.add(l[x], r, x * n, sum, 0, n);
    }
  }

  private static void addFour(
      float[] r, int at, float l0, float l1, float l2, float l3, float[] sum, int n) {
    for (int j = 0; j < n; j++) {
      sum[j] +=
          l0 * r[at + j] + l1 * r[at + n + j] + l2 * r[at + 2 * n + j] + l3 * r[at + 3 * n + j];
    }
  }

  private void close() {
    a.close();
    b.close();
    out.close();
    residual.close();
    before.close();
    copy.close();
    how = null;
    batch = null;
    bias = null;
    right = null;
  }
}
