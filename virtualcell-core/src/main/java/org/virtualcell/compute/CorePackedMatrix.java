package org.virtualcell.compute;

import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.PackedData;

/** A packed matrix; see {@link PackedMatrix}. */
final class CorePackedMatrix implements PackedMatrix, PackedData {
  private final CoreTensor content;
  private final DType type;
  private final boolean rounded;
  private final long rows;
  private final long columns;

  CorePackedMatrix(CoreTensor content, DType type, boolean rounded, long rows, long columns) {
    this.content = content;
    this.type = type;
    this.rounded = rounded;
    this.rows = rows;
    this.columns = columns;
  }

  /** What calls claim and release. */
  CoreTensor content() {
    return content;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public boolean rounded() {
    return rounded;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long columns() {
    return columns;
  }

  @Override
  public Memory memory() {
    return content.memory();
  }

  @Override
  public Device device() {
    return content.device();
  }

  @Override
  public void close() {
    content.close();
  }

  @Override
  public String toString() {
    return "packed " + type + " [" + rows + ", " + columns + "]" + (rounded ? ", rounded" : "");
  }
}
