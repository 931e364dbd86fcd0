package org.virtualcell.evaluate.vcc;

/**
 * Numbers that seed generators, as numpy's SeedSequence spreads one number of 32 bits. All
 * arithmetic is modulo 2^32.
 */
final class NumpySeeds {
  private static final int POOL = 4;

  private final int[] pool = new int[POOL];
  private int hash = 0x43b0d7e5;

  private NumpySeeds() {}

  static NumpySeeds of(long seed) {
    NumpySeeds seeds = new NumpySeeds();
    for (int i = 0; i < POOL; i++) {
      seeds.pool[i] = seeds.hashed(i == 0 ? (int) seed : 0);
    }
    for (int from = 0; from < POOL; from++) {
      for (int to = 0; to < POOL; to++) {
        if (from != to) {
          seeds.pool[to] = mixed(seeds.pool[to], seeds.hashed(seeds.pool[from]));
        }
      }
    }
    return seeds;
  }

  private int hashed(int value) {
    int v = value ^ hash;
    hash *= 0x931e8875;
    v *= hash;
    return v ^ v >>> 16;
  }

  private static int mixed(int x, int y) {
    int r = 0xca01f9dd * x - 0x4973f715 * y;
    return r ^ r >>> 16;
  }

  /** The first words of 32 bits. */
  int[] words(int count) {
    int[] words = new int[count];
    int h = 0x8b51f9dd;
    for (int i = 0; i < count; i++) {
      int v = pool[i % POOL] ^ h;
      h *= 0x58f38ded;
      v *= h;
      words[i] = v ^ v >>> 16;
    }
    return words;
  }

  /** The first words of 64 bits: pairs, the low half first. */
  long[] longs(int count) {
    int[] words = words(2 * count);
    long[] longs = new long[count];
    for (int i = 0; i < count; i++) {
      longs[i] =
          Integer.toUnsignedLong(words[2 * i]) | Integer.toUnsignedLong(words[2 * i + 1]) << 32;
    }
    return longs;
  }
}
