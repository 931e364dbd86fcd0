package org.virtualcell.compute;

import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * A sparse kernel of the Java device: splits its work into chunks of a fixed size and reads X
 * through one {@link HeapRow} per worker. Kernels are made once a lane and keep their operands in
 * fields during a call, so that a call creates no garbage.
 */
abstract class HeapKernel implements ChunkTask {
  private final Workers workers;
  private final HeapRow[] readers;

  /** The operands of the present call. */
  CsrData x;

  HeapKernel(Workers workers) {
    this.workers = workers;
    this.readers = new HeapRow[workers.threads()];
    for (int w = 0; w < readers.length; w++) {
      readers[w] = new HeapRow();
    }
  }

  /** Runs the chunks of {@code extent} units of work, {@code chunkSize} units each. */
  final void run(CsrData sparse, TensorData scale, long extent, int chunkSize) {
    x = sparse;
    for (HeapRow reader : readers) {
      reader.open(sparse, scale);
    }
    try {
      workers.run((int) ((extent + chunkSize - 1) / chunkSize), this);
    } finally {
      for (HeapRow reader : readers) {
        reader.close();
      }
      x = null;
    }
  }

  final HeapRow reader(int worker) {
    return readers[worker];
  }
}
