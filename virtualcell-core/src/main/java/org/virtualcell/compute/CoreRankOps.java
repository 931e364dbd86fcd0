package org.virtualcell.compute;

import org.virtualcell.compute.spi.RankKernels;

/** Checks the operands and hands them to the kernels; see {@link RankOps}. */
final class CoreRankOps implements RankOps {
  CoreRankOps(CoreLane lane, RankKernels kernels) {}
}
