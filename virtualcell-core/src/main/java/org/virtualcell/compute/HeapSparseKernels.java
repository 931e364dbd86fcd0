package org.virtualcell.compute;

import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.SparseKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/** The sparse kernels of one lane of the Java device. */
final class HeapSparseKernels extends SparseKernels {
  private final HeapNormalize normalize;
  private final HeapProduct product;
  private final HeapTransposedProduct transposedProduct;
  private final HeapGroupSums groupSums;

  HeapSparseKernels(Workers workers) {
    normalize = new HeapNormalize(workers);
    product = new HeapProduct(workers);
    transposedProduct = new HeapTransposedProduct(workers);
    groupSums = new HeapGroupSums(workers);
  }

  @Override
  public long scratchBytes(Op op, CsrData x, long columns) {
    boolean sums = op == Op.GROUP_SUMS || op == Op.LOG_GROUP_SUMS;
    return sums ? HeapGroupSums.scratchBytes(x, columns) : 0;
  }

  @Override
  public void rowScale(CsrData x, float total, TensorData out, Memory scratch) {
    normalize.rowScale(x, total, out);
  }

  @Override
  public void copyStructure(CsrData x, CsrData out) {
    long[] from = HeapMemory.longs(x.rowStart());
    System.arraycopy(from, 0, HeapMemory.longs(out.rowStart()), 0, from.length);
    int[] gene = HeapMemory.ints(out.gene());
    if (x.packing() == Packing.PLAIN) {
      System.arraycopy(HeapMemory.ints(x.gene()), 0, gene, 0, gene.length);
      return;
    }
    short[] narrow = HeapMemory.shorts(x.gene());
    for (int k = 0; k < gene.length; k++) {
      gene[k] = Short.toUnsignedInt(narrow[k]);
    }
  }

  @Override
  public void logNormalize(CsrData x, TensorData scale, CsrData out, Memory scratch) {
    normalize.logNormalize(x, scale, out);
  }

  @Override
  public void multiply(CsrData x, TensorData scale, TensorData w, TensorData out, Memory scratch) {
    product.multiply(x, scale, w, null, Activation.NONE, out);
  }

  @Override
  public void countsToHidden(
      CsrData x,
      TensorData scale,
      TensorData w,
      TensorData bias,
      Activation activation,
      TensorData out,
      Memory scratch) {
    product.multiply(x, scale, w, bias, activation, out);
  }

  @Override
  public void transposedMultiply(
      CsrData x, TensorData scale, TensorData d, TensorData out, Memory scratch) {
    transposedProduct.multiply(x, scale, d, out);
  }

  @Override
  public void groupSums(
      CsrData x,
      TensorData scale,
      TensorData group,
      TensorData sums,
      TensorData squares,
      TensorData detections,
      Memory scratch) {
    groupSums.sum(x, scale, group, sums, squares, detections, scratch);
  }
}
