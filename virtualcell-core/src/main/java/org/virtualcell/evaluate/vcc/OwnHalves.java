package org.virtualcell.evaluate.vcc;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.evaluate.paired.GroupedCells;

/** Halves from a seed, the split and the label; independent of every other label. */
record OwnHalves(long seed) implements ReplicateSplits {
  @Override
  public String description() {
    return "own halves, seed " + seed;
  }

  @Override
  public Map<String, byte[]> halves(int split, GroupedCells cells) {
    Map<String, byte[]> halves = new TreeMap<>();
    for (String label : cells.labels()) {
      int n = cells.size(label);
      if (n >= 2) {
        SplittableRandom random = new SplittableRandom(seed(split, label));
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
          int j = random.nextInt(i + 1);
          order[i] = order[j];
          order[j] = i;
        }
        halves.put(label, HalfRows.of(order));
      }
    }
    return halves;
  }

  private long seed(int split, String label) {
    String hex =
        ContentDigest.of("replicate-halves/1").add(seed).add(split).add(label).build().hex();
    return Long.parseUnsignedLong(hex.substring(0, 16), 16);
  }
}
