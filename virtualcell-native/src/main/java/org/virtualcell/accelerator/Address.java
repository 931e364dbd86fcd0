package org.virtualcell.accelerator;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.spi.Memory;

/**
 * Memory outside the heap, of the host or of a graphics card.
 *
 * @param value where it begins; 0 for no bytes
 * @param type the type of its elements
 * @param bytes its extent
 */
record Address(long value, DType type, long bytes) implements Memory {
  /** The address behind a piece of memory, 0 for none. */
  static long of(Memory memory) {
    return memory == null ? 0 : ((Address) memory).value;
  }

  /** The address of an element. */
  long at(long element) {
    return value + element * type.bytes();
  }
}
