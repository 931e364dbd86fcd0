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
  private final CoreTensor whole;

  CoreTensor(CoreDevice device, Allocation allocation, Memory memory, DType type, long[] shape) {
    super(device, allocation);
    this.type = type;
    this.shape = shape.clone();
    this.elements = elements(type, shape);
    this.memory = memory;
    this.whole = this;
  }

  private CoreTensor(CoreTensor whole, long[] shape) {
    super((CoreDevice) whole.device(), null);
    this.type = whole.type;
    this.shape = shape.clone();
    this.elements = elements(type, shape);
    this.memory = whole.memory;
    this.whole = whole;
  }

  @Override
  public Tensor reshaped(long... newShape) {
    if (elements(type, newShape) != elements) {
      throw new InvalidDataException(
          "A view has another number of elements than its tensor",
          name(type, newShape) + " of " + this,
          "Pass sizes with the same product.");
    }
    return new CoreTensor(whole, newShape);
  }

  /** What calls claim: the tensor that holds the memory. */
  CoreTensor whole() {
    return whole;
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
