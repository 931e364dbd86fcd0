package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;

/** What operations demand of the type and shape of a dense operand; overloads make no garbage. */
final class OperandShape {
  private OperandShape() {}

  static void requireRank(CoreTensor tensor, String name, int rank) {
    if (tensor.rank() != rank) {
      throw new InvalidDataException(
          "An operand has the wrong number of dimensions",
          name + ": " + tensor + ", needed " + rank,
          "Pass the documented shape.");
    }
  }

  static void require(CoreTensor tensor, String name, DType type, long a) {
    requireRank(tensor, name, 1);
    if (tensor.type() != type || tensor.size(0) != a) {
      throw mismatch(tensor, name, CoreTensor.name(type, a));
    }
  }

  static void require(CoreTensor tensor, String name, DType type, long a, long b) {
    requireRank(tensor, name, 2);
    if (tensor.type() != type || tensor.size(0) != a || tensor.size(1) != b) {
      throw mismatch(tensor, name, CoreTensor.name(type, a, b));
    }
  }

  static void require(CoreTensor tensor, String name, DType type, long a, long b, long c) {
    requireRank(tensor, name, 3);
    if (tensor.type() != type
        || tensor.size(0) != a
        || tensor.size(1) != b
        || tensor.size(2) != c) {
      throw mismatch(tensor, name, CoreTensor.name(type, a, b, c));
    }
  }

  static InvalidDataException mismatch(CoreTensor tensor, String name, String needed) {
    return new InvalidDataException(
        "An operand has the wrong type or shape",
        name + ": " + tensor + ", needed " + needed,
        "Pass the documented shape.");
  }
}
