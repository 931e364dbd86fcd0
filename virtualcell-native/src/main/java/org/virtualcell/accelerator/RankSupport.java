package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;

/** Which rank operations the native kernels cover: all, in the types of the contract. */
final class RankSupport {
  private RankSupport() {}

  static boolean covers(Op op, DType... types) {
    return (op == Op.RANK_SUMS || op == Op.SHARE_RANK_SUMS) && op.accepts(types);
  }
}
