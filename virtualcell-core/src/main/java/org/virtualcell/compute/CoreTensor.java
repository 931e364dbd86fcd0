package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;

/** A dense tensor; see {@link Tensor}. */
final class CoreTensor extends Operand implements Tensor, TensorData {
  private final DType type;
  private final long[] shape;
  private final long elements;
  private final Memory memory;

  CoreTensor(CoreDevice device, Allocation allocation, Memory memory, DType type, long[] shape) {
    super(device, allocation);
    this.type = type;
    this.shape = shape.clone();
    this.elements = elements(type, shape);
    this.memory = memory;
  }

  /** The product of the sizes, so small that the bytes can be counted in 64 bits. */
  static long elements(DType type, long... shape) {
    long product = 1;
    boolean empty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new InvalidDataException(
            "A tensor has a negative size", name(type, shape), "Pass sizes of zero or more.");
      }
      empty |= size == 0;
    }
    if (empty) {
      return 0;
    }
    for (long size : shape) {
      if (size > Long.MAX_VALUE / type.bytes() / product) {
        throw new InvalidDataException(
            "A tensor has more bytes than 64 bits can count",
            name(type, shape),
            "Pass smaller sizes.");
      }
      product *= size;
    }
    return product;
  }

  static String name(DType type, long... shape) {
    return "tensor " + type + " " + Arrays.toString(shape);
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public int rank() {
    return shape.length;
  }

  @Override
  public long size(int dimension) {
    return shape[dimension];
  }

  @Override
  public long elements() {
    return elements;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public String toString() {
    return name(type, shape);
  }
}
