package org.virtualcell.compute;

import org.virtualcell.compute.spi.DistanceKernels;

/** Checks the operands and hands them to the kernels; see {@link DistanceOps}. */
final class CoreDistanceOps implements DistanceOps {
  CoreDistanceOps(CoreLane lane, DistanceKernels kernels) {}
}
