package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;

/** The primitive arrays that carry tensor elements on the host, and the checks on them. */
final class HostArrays {
  private HostArrays() {}

  /** The length of an array of the kind a type needs. */
  static int length(DType type, Object array) {
    if (array instanceof float[] a && type == DType.F32) {
      return a.length;
    }
    if (array instanceof int[] a && type == DType.I32) {
      return a.length;
    }
    if (array instanceof long[] a && type == DType.I64) {
      return a.length;
    }
    if (array instanceof short[] a && (type == DType.U16 || type == DType.BF16)) {
      return a.length;
    }
    if (array instanceof byte[] a && type == DType.U8) {
      return a.length;
    }
    throw new InvalidDataException(
        "An array does not hold elements of the tensor's type",
        (array == null ? "null" : array.getClass().getSimpleName()) + " for " + type,
        "Pass float[] for F32, int[] for I32, long[] for I64, short[] for U16 and BF16, byte[] for"
            + " U8.");
  }

  static void requireRange(CoreTensor tensor, long element, Object array, int index, int count) {
    int length = length(tensor.type(), array);
    if (index < 0 || count < 0 || index > length - count) {
      throw new InvalidDataException(
          "A range leaves its array",
          count + " elements from " + index + " of " + length,
          "Copy what the array has.");
    }
    if (element < 0 || element > tensor.elements() - count) {
      throw new InvalidDataException(
          "A range leaves its tensor",
          count + " elements from " + element + " of " + tensor,
          "Copy what the tensor has.");
    }
  }
}
