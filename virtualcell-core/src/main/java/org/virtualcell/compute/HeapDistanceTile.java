package org.virtualcell.compute;

import java.util.Arrays;

/**
 * The squared distances of up to 64 rows to up to 64 others, as sums of squared differences in
 * single precision, by rising column. The others are turned around in steps of 256 columns, so that
 * the inner loop runs over 64 neighbours. One a worker; made once a lane.
 */
final class HeapDistanceTile {
  /** Rows and others of a tile at most. */
  static final int SIDE = 64;

  private static final int STEP = 256;

  /** square[i * SIDE + j] of the last call. */
  final float[] square = new float[SIDE * SIDE];

  private final float[] turned = new float[STEP * SIDE];

  /** Distances of {@code rows} rows of x from row x0 to {@code others} rows of y from row y0. */
  void run(float[] x, int x0, int rows, float[] y, int y0, int others, int columns) {
    Arrays.fill(square, 0, rows * SIDE, 0);
    for (int first = 0; first < columns; first += STEP) {
      int step = Math.min(STEP, columns - first);
      turn(y, y0, others, columns, first, step);
      for (int i = 0; i < rows; i++) {
        int at = (x0 + i) * columns + first;
        for (int k = 0; k < step; k++) {
          add(square, i * SIDE, x[at + k], turned, k * SIDE);
        }
      }
    }
  }

  private void turn(float[] y, int y0, int others, int columns, int first, int step) {
    for (int j = 0; j < others; j++) {
      int at = (y0 + j) * columns + first;
      for (int k = 0; k < step; k++) {
        turned[k * SIDE + j] = y[at + k];
      }
    }
  }

  private static void add(float[] square, int at, float value, float[] turned, int from) {
    for (int j = 0; j < SIDE; j++) {
      float difference = value - turned[from + j];
      square[at + j] += difference * difference;
    }
  }

  /** The sum of the distances of the last call. */
  double sum(int rows, int others) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < others; j++) {
        sum += Math.sqrt(square[i * SIDE + j]);
      }
    }
    return sum;
  }
}
