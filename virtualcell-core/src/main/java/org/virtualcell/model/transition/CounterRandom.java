package org.virtualcell.model.transition;

/**
 * Numbers that look random and depend on a key and a position alone: no state to keep, the position
 * in a run is one number. The mixing is that of SplitMix64 (Steele et al., OOPSLA 2014).
 */
final class CounterRandom {
  private long key;
  private long next;

  CounterRandom(long seed, long... place) {
    key = mix(seed + 0x9E3779B97F4A7C15L);
    for (long part : place) {
      key = mix(key ^ mix(part + 0x9E3779B97F4A7C15L)) + 0x632BE59BD9B4E019L;
    }
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  long nextLong() {
    return mix(key + 0x9E3779B97F4A7C15L * ++next);
  }

  /** A number from 0 to bound - 1; the bias is below bound / 2^63. */
  int below(int bound) {
    return (int) Math.floorMod(nextLong() >>> 1, (long) bound);
  }

  double uniform() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  double gaussian() {
    while (true) {
      double x = 2 * uniform() - 1;
      double y = 2 * uniform() - 1;
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        return x * Math.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  /** Draws from a deck, each element once before any a second time. */
  void deal(int[] deck, int[] out, int from, int count) {
    int[] left = deck.clone();
    for (int i = 0; i < count; i++) {
      int at = i % left.length;
      int other = at + below(left.length - at);
      int drawn = left[other];
      left[other] = left[at];
      left[at] = drawn;
      out[from + i] = drawn;
    }
  }
}
