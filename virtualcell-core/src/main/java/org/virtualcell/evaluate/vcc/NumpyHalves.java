package org.virtualcell.evaluate.vcc;

import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.GroupedCells;

/** Halves from numpy's generator: one per split, permuting label after label in sorted order. */
record NumpyHalves(long seed) implements ReplicateSplits {
  NumpyHalves {
    if (seed < 0 || seed >= 1L << 32) {
      throw new InvalidDataException(
          "A seed of " + seed + " is out of range",
          "halves as numpy draws them",
          "Use 0 to 2^32 - 1.");
    }
  }

  @Override
  public String description() {
    return "halves as numpy draws them, base seed " + seed;
  }

  @Override
  public Map<String, byte[]> halves(int split, GroupedCells cells) {
    int[] seeds = NumpySeeds.of(seed).words(split + 1);
    NumpyRandom random = new NumpyRandom(Integer.toUnsignedLong(seeds[split]));
    Map<String, byte[]> halves = new TreeMap<>();
    for (String label : cells.labels()) {
      int n = cells.size(label);
      if (n >= 2) {
        halves.put(label, HalfRows.of(random.permutation(n)));
      }
    }
    return halves;
  }
}
