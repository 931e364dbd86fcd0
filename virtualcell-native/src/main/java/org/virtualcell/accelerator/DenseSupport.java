package org.virtualcell.accelerator;

import org.virtualcell.compute.Op;

/** Which dense operations the native kernels cover; for all types the contract has. */
final class DenseSupport {
  private DenseSupport() {}

  static boolean covers(Op op) {
    return switch (op) {
      case DENSE_MULTIPLY, DENSE_MULTIPLY_BATCH, PACK, CONVERT, ALL_FINITE -> true;
      default -> false;
    };
  }
}
