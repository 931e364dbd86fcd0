package org.virtualcell.compute;

import org.virtualcell.compute.spi.DenseKernels;

/** Checks the operands and hands them to the kernels; see {@link DenseOps}. */
final class CoreDenseOps implements DenseOps {
  CoreDenseOps(CoreLane lane, DenseKernels kernels) {}
}
