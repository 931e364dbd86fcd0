package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.virtualcell.api.CsrMatrix;

/**
 * Finds cells that share almost all of their (gene, value) entries: the same cell processed twice,
 * or copied with a little noise. Candidates share one of several bands of minimum hashes (Broder
 * 1997); each is then compared entry by entry.
 */
final class NearDuplicates {
  /** The share of common entries, of all entries of both, from which two cells are near copies. */
  static final double SIMILARITY = 0.9;

  /** Cells with fewer entries are alike by chance. */
  static final int FEWEST_ENTRIES = 20;

  private static final int BANDS = 4;
  private static final int ROWS = 3; // a pair of Jaccard index 0.9 shares a band with p = 0.995
  private static final int MOST_CANDIDATES = 64;

  private final CsrMatrix cells;
  private final long[][] bands; // per cell; empty for a cell with too few entries

  NearDuplicates(CsrMatrix cells) {
    this.cells = cells;
    this.bands = new long[(int) cells.rows()][];
    for (int r = 0; r < bands.length; r++) {
      bands[r] =
          cells.rowStart(r + 1) - cells.rowStart(r) < FEWEST_ENTRIES ? new long[0] : bands(r);
    }
  }

  private long[] bands(int row) {
    long[] least = new long[BANDS * ROWS];
    java.util.Arrays.fill(least, Long.MAX_VALUE);
    for (int k = cells.rowStart(row); k < cells.rowStart(row + 1); k++) {
      long entry = entry(k);
      for (int h = 0; h < least.length; h++) {
        least[h] = Math.min(least[h], CellHalves.mix(entry + h * 0x9E3779B97F4A7C15L));
      }
    }
    long[] bandsOfRow = new long[BANDS];
    for (int b = 0; b < BANDS; b++) {
      long hash = b;
      for (int i = 0; i < ROWS; i++) {
        hash = CellHalves.mix(hash + least[b * ROWS + i]);
      }
      bandsOfRow[b] = hash;
    }
    return bandsOfRow;
  }

  private long entry(int k) {
    return ((long) cells.geneAt(k) << 32) | Float.floatToIntBits(cells.valueAt(k)) & 0xFFFFFFFFL;
  }

  /** How many of some cells are near copies, but no exact ones, of one of the known cells. */
  long count(int[] known, int[] asked) {
    Map<Long, List<Integer>> byBand = new HashMap<>();
    for (int cell : known) {
      for (long band : bands[cell]) {
        byBand.computeIfAbsent(band, b -> new ArrayList<>()).add(cell);
      }
    }
    long found = 0;
    for (int cell : asked) {
      found += hasNearCopy(cell, byBand) ? 1 : 0;
    }
    return found;
  }

  private boolean hasNearCopy(int cell, Map<Long, List<Integer>> byBand) {
    Set<Integer> compared = new HashSet<>();
    for (long band : bands[cell]) {
      for (int other : byBand.getOrDefault(band, List.of())) {
        if (compared.size() >= MOST_CANDIDATES) {
          return false;
        }
        if (other != cell && compared.add(other)) {
          double similarity = similarity(cell, other);
          if (similarity >= SIMILARITY && similarity < 1) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** The number of common entries over the number of different entries (Jaccard's index). */
  private double similarity(int a, int b) {
    int i = cells.rowStart(a);
    int j = cells.rowStart(b);
    int common = 0;
    while (i < cells.rowStart(a + 1) && j < cells.rowStart(b + 1)) {
      int order = Integer.compare(cells.geneAt(i), cells.geneAt(j));
      if (order == 0) {
        common += entry(i) == entry(j) ? 1 : 0;
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    int all = cells.rowStart(a + 1) - cells.rowStart(a) + cells.rowStart(b + 1) - cells.rowStart(b);
    return (double) common / (all - common);
  }
}
