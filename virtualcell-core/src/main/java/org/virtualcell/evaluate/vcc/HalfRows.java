package org.virtualcell.evaluate.vcc;

import java.util.Arrays;

/** Rows of halves. */
final class HalfRows {
  private HalfRows() {}

  /** The first half of a permutation is the reference, the next the prediction, an odd one none. */
  static byte[] of(int... permutation) {
    int half = permutation.length / 2;
    byte[] halves = new byte[permutation.length];
    Arrays.fill(halves, ReplicateSplits.NEITHER);
    for (int i = 0; i < half; i++) {
      halves[permutation[i]] = ReplicateSplits.REFERENCE;
      halves[permutation[half + i]] = ReplicateSplits.PREDICTION;
    }
    return halves;
  }

  /** The places of one half, ascending. */
  static int[] rows(byte[] halves, byte half) {
    int[] rows = new int[halves.length];
    int n = 0;
    for (int i = 0; i < halves.length; i++) {
      if (halves[i] == half) {
        rows[n++] = i;
      }
    }
    return Arrays.copyOf(rows, n);
  }
}
