package org.virtualcell.compute;

/**
 * Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * 2011): ten rounds of multiplications that turn a counter and a key into four random words.
 */
final class HeapPhilox {
  private static final long LOW = 0xffffffffL;

  private HeapPhilox() {}

  /**
   * One word.
   *
   * @param key its low and high half are the key
   * @param first the first word of the counter
   * @param second the second
   * @param rest its low and high half are the third and fourth
   * @param which 0 to 3
   * @return 0 to 2^32 - 1
   */
  static long word(long key, long first, long second, long rest, int which) {
    long a = first & LOW;
    long b = second & LOW;
    long c = rest & LOW;
    long d = rest >>> 32;
    long k = key & LOW;
    long l = key >>> 32;
    for (int round = 0; round < 10; round++) {
      long p = 0xD2511F53L * a;
      long q = 0xCD9E8D57L * c;
      long nextA = (q >>> 32) ^ b ^ k;
      long nextC = (p >>> 32) ^ d ^ l;
      b = q & LOW;
      d = p & LOW;
      a = nextA;
      c = nextC;
      k = (k + 0x9E3779B9L) & LOW;
      l = (l + 0xBB67AE85L) & LOW;
    }
    return switch (which) {
      case 0 -> a;
      case 1 -> b;
      case 2 -> c;
      default -> d;
    };
  }
}
