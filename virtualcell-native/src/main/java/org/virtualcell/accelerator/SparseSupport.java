package org.virtualcell.accelerator;

import static org.virtualcell.compute.DType.BF16;
import static org.virtualcell.compute.DType.F32;
import static org.virtualcell.compute.DType.I32;
import static org.virtualcell.compute.DType.I64;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Op;

/** Which sparse operations the native kernels cover, and for which types of dense operands. */
final class SparseSupport {
  private SparseSupport() {}

  static boolean covers(Op op, DType... types) {
    return types.length == 0 ? !forms(op).isEmpty() : forms(op).contains(Arrays.asList(types));
  }

  private static List<List<DType>> forms(Op op) {
    return switch (op) {
      case ROW_SCALE, LOG_NORMALIZE -> List.of(List.of(F32));
      case MULTIPLY -> List.of(List.of(F32, F32), List.of(BF16, F32));
      case LOG_MULTIPLY -> List.of(List.of(F32, F32, F32), List.of(F32, BF16, F32));
      case COUNTS_TO_HIDDEN ->
          List.of(
              List.of(F32, F32, F32, F32),
              List.of(F32, BF16, F32, F32),
              List.of(F32, F32, F32),
              List.of(F32, BF16, F32));
      case TRANSPOSED_MULTIPLY -> List.of(List.of(F32, F32));
      case TRANSPOSED_LOG_MULTIPLY -> List.of(List.of(F32, F32, F32));
      case GROUP_SUMS -> List.of(List.of(I32, I64, I64, I32), List.of(I32, F32, F32, I32));
      case LOG_GROUP_SUMS -> List.of(List.of(F32, I32, F32, F32, I32));
      default -> List.of();
    };
  }
}
