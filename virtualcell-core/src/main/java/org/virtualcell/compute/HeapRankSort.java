package org.virtualcell.compute;

/**
 * Sorts one gene's elements, key in the upper bits and place below, by their keys; stable, so that
 * elements that arrive by rising place leave by rising (key, place). A radix sort from the lowest
 * digit of the keys' range; few elements are inserted.
 */
final class HeapRankSort {
  /** The numbers of scratch for the counts of a digit. */
  static final int COUNTS = 1 << 11;

  private static final int DIGIT = 11;
  private static final int FEW = 40;

  private HeapRankSort() {}

  /**
   * Sorts.
   *
   * @param from where the elements stand
   * @param spare room for as many
   * @param n how many
   * @param counts room for {@link #COUNTS} numbers
   * @param keyShift the number of bits below the key
   * @return where they stand sorted: {@code from} or {@code spare}
   */
  static int sort(HeapLongs room, int from, int spare, int n, int counts, int keyShift) {
    if (n <= FEW) {
      insert(room, from, n, keyShift);
      return from;
    }
    long low = -1L >>> keyShift;
    long high = 0;
    for (int i = 0; i < n; i++) {
      long key = room.get(from + i) >>> keyShift;
      low = Math.min(low, key);
      high = Math.max(high, key);
    }
    int source = from;
    int target = spare;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(high - low);
    for (int shift = 0; shift < bits; shift += DIGIT) {
      pass(room, source, target, n, counts, keyShift, low, shift);
      int swap = source;
      source = target;
      target = swap;
    }
    return source;
  }

  private static void pass(
      HeapLongs room, int source, int target, int n, int counts, int keyShift, long low, int by) {
    room.fill(counts, counts + COUNTS, 0);
    for (int i = 0; i < n; i++) {
      room.add(counts + digit(room.get(source + i), keyShift, low, by), 1);
    }
    long before = 0;
    for (int d = 0; d < COUNTS; d++) {
      long count = room.get(counts + d);
      room.set(counts + d, before);
      before += count;
    }
    for (int i = 0; i < n; i++) {
      long element = room.get(source + i);
      int at = counts + digit(element, keyShift, low, by);
      long to = room.get(at);
      room.set(at, to + 1);
      room.set(target + (int) to, element);
    }
  }

  private static int digit(long element, int keyShift, long low, int by) {
    return (int) (((element >>> keyShift) - low) >>> by) & (COUNTS - 1);
  }

  private static void insert(HeapLongs room, int from, int n, int keyShift) {
    for (int i = 1; i < n; i++) {
      long element = room.get(from + i);
      long key = element >>> keyShift;
      int at = i;
      while (at > 0 && room.get(from + at - 1) >>> keyShift > key) {
        room.set(from + at, room.get(from + at - 1));
        at--;
      }
      room.set(from + at, element);
    }
  }
}
