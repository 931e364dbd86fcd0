package org.virtualcell.compute;

import java.util.HashMap;
import java.util.Map;
import org.virtualcell.api.MemoryBudgetException;

/** Counts a device's bytes by tag and enforces its capacity and the lanes' budgets. */
final class MemoryLedger {
  /** What one lane may hold and holds; guarded by the ledger. */
  static final class Share {
    private final String tag;
    private final long limit;
    private long held;

    Share(String tag, long limit) {
      this.tag = tag;
      this.limit = limit;
    }
  }

  private final String device;
  private final long capacity;
  private final Map<String, Long> byTag = new HashMap<>();
  private long inUse;
  private long peak;
  private long forgotten;

  MemoryLedger(String device, long capacity) {
    this.device = device;
    this.capacity = capacity;
  }

  synchronized void take(Share share, long bytes, String what) {
    if (bytes > share.limit - share.held) {
      throw new MemoryBudgetException(
          what + " needs " + bytes + " bytes",
          "'" + share.tag + "' holds " + share.held + " of its " + share.limit + " bytes",
          "Close what is no longer needed, work in smaller blocks, or raise the lane's budget.");
    }
    if (bytes > capacity - inUse) {
      throw new MemoryBudgetException(
          what + " needs " + bytes + " bytes",
          "device " + device + " has " + inUse + " of " + capacity + " bytes in use",
          "Close what is no longer needed or work in smaller blocks.");
    }
    share.held += bytes;
    inUse += bytes;
    peak = Math.max(peak, inUse);
    byTag.merge(share.tag, bytes, Long::sum);
  }

  synchronized void give(Share share, long bytes) {
    share.held -= bytes;
    inUse -= bytes;
    byTag.computeIfPresent(share.tag, (tag, held) -> held == bytes ? null : held - bytes);
  }

  synchronized void countForgotten() {
    forgotten++;
  }

  synchronized MemoryUse snapshot() {
    return new MemoryUse(inUse, peak, capacity, byTag, forgotten);
  }
}
