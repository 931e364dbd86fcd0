package org.virtualcell.accelerator;

import java.util.EnumSet;
import java.util.Set;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;

/** Which distance operations the native kernels cover: all of the contract, in all its types. */
final class DistanceSupport {
  private static final Set<Op> OPS = EnumSet.range(Op.DISTANCES, Op.GROUP_DISTANCES);

  private DistanceSupport() {}

  static boolean covers(Op op, DType... types) {
    return OPS.contains(op) && op.accepts(types);
  }
}
