package org.virtualcell.compute;

import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/** All distances of two sets; a chunk is 64 rows of x. */
final class HeapDistances implements ChunkTask {
  private static final int SIDE = HeapDistanceTile.SIDE;

  private final Workers workers;
  private final HeapDistanceTile[] tiles;

  private float[] x;
  private float[] y;
  private float[] out;
  private int n;
  private int m;
  private int columns;
  private boolean squared;

  HeapDistances(Workers workers, HeapDistanceTile[] tiles) {
    this.workers = workers;
    this.tiles = tiles;
  }

  void run(TensorData a, TensorData b, boolean wantSquares, TensorData result) {
    x = HeapMemory.floats(a.memory());
    y = HeapMemory.floats(b.memory());
    out = HeapMemory.floats(result.memory());
    n = (int) a.size(0);
    m = (int) b.size(0);
    columns = (int) a.size(1);
    squared = wantSquares;
    try {
      workers.run((n + SIDE - 1) / SIDE, this);
    } finally {
      x = null;
      y = null;
      out = null;
    }
  }

  @Override
  public void run(int chunk, int worker) {
    HeapDistanceTile tile = tiles[worker];
    int i0 = chunk * SIDE;
    int rows = Math.min(SIDE, n - i0);
    for (int j0 = 0; j0 < m; j0 += SIDE) {
      int others = Math.min(SIDE, m - j0);
      tile.run(x, i0, rows, y, j0, others, columns);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < others; j++) {
          float square = tile.square[i * SIDE + j];
          out[(i0 + i) * m + j0 + j] = squared ? square : (float) Math.sqrt(square);
        }
      }
    }
  }
}
