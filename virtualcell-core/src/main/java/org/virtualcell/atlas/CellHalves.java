package org.virtualcell.atlas;

import java.util.Arrays;
import java.util.Comparator;
import org.virtualcell.api.CsrMatrix;

/**
 * Divides groups of cells into two halves by a seed. The order is given by a hash of each cell's
 * content and the seed, so that neither the order of cells in a file nor the number of threads
 * matters; cells with equal content are interchangeable.
 */
public final class CellHalves {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long[] content;

  /**
   * Prepares to divide cells.
   *
   * @param cells one row per cell
   */
  public CellHalves(CsrMatrix cells) {
    content = new long[(int) cells.rows()];
    for (int r = 0; r < content.length; r++) {
      long hash = GOLDEN;
      for (int k = cells.rowStart(r); k < cells.rowStart(r + 1); k++) {
        if (cells.valueAt(k) != 0) {
          long pair = ((long) cells.geneAt(k) << 32) | Float.floatToIntBits(cells.valueAt(k));
          hash = mix(hash + GOLDEN + mix(pair));
        }
      }
      content[r] = hash;
    }
  }

  /** A hash of the cell's values; equal for equal cells. */
  long contentHash(int cell) {
    return content[cell];
  }

  /**
   * One half of some cells. The first half is the larger one by a cell when the number is odd.
   *
   * @param cells rows, each once
   * @param which which half
   * @param seed the same seed gives the same halves
   * @return the rows of that half, in ascending order
   */
  public int[] half(int[] cells, Half which, long seed) {
    if (which == Half.ALL) {
      return cells;
    }
    Integer[] order = Arrays.stream(cells).boxed().toArray(Integer[]::new);
    long salt = mix(seed + GOLDEN);
    Arrays.sort(order, Comparator.comparingLong((Integer c) -> mix(content[c] ^ salt)));
    int middle = (order.length + 1) / 2;
    return Arrays.stream(order)
        .skip(which == Half.TRAIN ? 0 : middle)
        .limit(which == Half.TRAIN ? middle : order.length - middle)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  // the finalizer of SplitMix64 (Steele, Lea, Flood 2014)
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
