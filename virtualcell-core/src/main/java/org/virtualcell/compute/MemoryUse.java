package org.virtualcell.compute;

import java.util.Map;

/**
 * A device's memory at one moment, in bytes.
 *
 * @param inUse held by tensors and scratch
 * @param peak the most that was held at once
 * @param capacity the most that can be held
 * @param byTag what is held by lanes of each tag ({@link LaneOptions#tag()}); their scratch under
 *     the tag with {@code /scratch}; no entry where nothing is held
 * @param forgotten how many tensors and lanes were freed by the garbage collector because nobody
 *     closed them; each was logged as a warning
 */
public record MemoryUse(
    long inUse, long peak, long capacity, Map<String, Long> byTag, long forgotten) {
  /** Takes a copy of the map. */
  public MemoryUse {
    byTag = Map.copyOf(byTag);
  }
}
