package org.virtualcell.evaluate.vcc;

/**
 * The draws of numpy's default generator that halving and resampling need: PCG64 (128 bits of
 * state, output XSL-RR), permutations by masked rejection, bounded integers by Lemire's method.
 */
final class NumpyRandom {
  private static final long MULTIPLIER_HIGH = 2549297995355413924L;
  private static final long MULTIPLIER_LOW = 4865540595714422341L;

  private long high;
  private long low;
  private final long incrementHigh;
  private final long incrementLow;
  private long kept; // the upper half of the last draw, for the next one of 32 bits
  private boolean keeps;

  NumpyRandom(long seed) {
    long[] w = NumpySeeds.of(seed).longs(4);
    incrementHigh = w[2] << 1 | w[3] >>> 63;
    incrementLow = w[3] << 1 | 1;
    step();
    add(w[0], w[1]);
    step();
  }

  private void add(long h, long l) {
    long sum = low + l;
    high += h + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    low = sum;
  }

  private void step() {
    long h = unsignedHigh(low, MULTIPLIER_LOW) + high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH;
    low *= MULTIPLIER_LOW;
    high = h;
    add(incrementHigh, incrementLow);
  }

  private static long unsignedHigh(long x, long y) {
    return Math.multiplyHigh(x, y) + (x >> 63 & y) + (y >> 63 & x);
  }

  private long next() {
    step();
    return Long.rotateRight(high ^ low, (int) (high >>> 58));
  }

  /** 32 bits: the lower half of a draw, then its upper half. */
  private long word() {
    if (keeps) {
      keeps = false;
      return kept;
    }
    long draw = next();
    keeps = true;
    kept = draw >>> 32;
    return draw & 0xffffffffL;
  }

  /** A permutation of 0 to n - 1. */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      long mask = (Long.highestOneBit(i) << 1) - 1;
      long j = word() & mask;
      while (j > i) {
        j = word() & mask;
      }
      int swapped = order[i];
      order[i] = order[(int) j];
      order[(int) j] = swapped;
    }
    return order;
  }

  /** So many numbers from 0 to bound - 1. */
  int[] integers(int bound, int count) {
    int[] drawn = new int[count];
    long range = Integer.toUnsignedLong(bound);
    long threshold = (1L << 32) % range;
    for (int i = 0; i < count; i++) {
      long product = word() * range;
      while ((product & 0xffffffffL) < threshold) {
        product = word() * range;
      }
      drawn[i] = (int) (product >>> 32);
    }
    return drawn;
  }
}
