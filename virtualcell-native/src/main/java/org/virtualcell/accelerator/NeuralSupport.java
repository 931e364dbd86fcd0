package org.virtualcell.accelerator;

import org.virtualcell.compute.Op;

/** Which neural operations the processor's kernels cover; for all types the contract has. */
final class NeuralSupport {
  private NeuralSupport() {}

  static boolean covers(Op op) {
    return op.compareTo(Op.NORMALIZE) >= 0 && op.compareTo(Op.DROPOUT) <= 0;
  }
}
