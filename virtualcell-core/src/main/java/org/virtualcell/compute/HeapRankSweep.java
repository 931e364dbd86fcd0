package org.virtualcell.compute;

/**
 * One pass over a gene's sorted elements that yields 2 U and the tie term of every group. Zeros are
 * not among the elements: they are one tied block between the negative and the positive ones, and
 * what they add is known once the others are counted.
 */
final class HeapRankSweep {
  /** Numbers of scratch of a place. */
  static final int NUMBERS = 4;

  // What a place's elements add to 2 U, or to twice the rank sum; what they add to the tie term;
  // how many they are; how many of them are negative.
  private static final int SUM = 0;
  private static final int TIES = 1;
  private static final int STORED = 2;
  private static final int NEGATIVE = 3;

  private HeapLongs room;
  private HeapRankGroups groups;
  private int sums;
  private int keyShift;

  // Of the elements met so far: the reference's (or all) below the present value, and at it.
  private long below;
  private long equal;
  private long presentKey;
  private long ties;

  void open(HeapLongs scratch, HeapRankGroups ofCells, int firstSum, int shift) {
    room = scratch;
    groups = ofCells;
    sums = firstSum;
    keyShift = shift;
  }

  /**
   * Writes one gene's column of the outputs.
   *
   * @param from where the sorted elements stand
   * @param n how many
   * @param zeroKey the key of zero, which no element has
   * @param gene the column
   * @param genes the columns of the outputs
   */
  void write(int from, int n, long zeroKey, int gene, int genes, long[] u2, long[] tieTerm) {
    room.fill(sums, sums + NUMBERS * groups.places(), 0);
    below = 0;
    equal = 0;
    presentKey = -1;
    ties = 0;
    int positive = firstAbove(from, n, zeroKey);
    add(from, from + positive);
    for (int p = 0; p < groups.places(); p++) {
      room.set(sums + NUMBERS * p + NEGATIVE, room.get(sums + NUMBERS * p + STORED));
    }
    add(from + positive, from + n);
    if (groups.hasReference()) {
      writeAgainstReference(gene, genes, u2, tieTerm);
    } else {
      writeAgainstRest(n, positive, gene, genes, u2, tieTerm);
    }
  }

  private int firstAbove(int from, int n, long key) {
    int low = 0;
    int high = n;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (room.get(from + middle) >>> keyShift < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void add(int from, int to) {
    if (groups.hasReference()) {
      addAgainstReference(from, to);
    } else {
      addAgainstRest(from, to);
    }
  }

  /**
   * Elements of one value come by rising place, so the reference's first: when another group's
   * come, the number of equal ones of the reference is known. The tie term of a run grows from s^3
   * - s to (s + 1)^3 - (s + 1) with each element, that is by 3 s (s + 1).
   */
  private void addAgainstReference(int from, int to) {
    long placeMask = (1L << keyShift) - 1;
    long before = -1;
    long tied = 0;
    for (int i = from; i < to; i++) {
      long element = room.get(i);
      if (element >>> keyShift != presentKey) {
        presentKey = element >>> keyShift;
        below += equal;
        equal = 0;
      }
      tied = element == before ? tied + 1 : equal;
      int place = (int) (element & placeMask);
      int at = sums + NUMBERS * place;
      room.add(at + SUM, 2 * below + equal);
      room.add(at + TIES, 3 * tied * (tied + 1));
      room.add(at + STORED, 1);
      equal += place == 0 ? 1 : 0;
      before = element;
    }
  }

  /** Twice the mean rank of a run of t elements above b others is 2 b + t + 1. */
  private void addAgainstRest(int from, int to) {
    long placeMask = (1L << keyShift) - 1;
    int end;
    for (int begin = from; begin < to; begin = end) {
      long key = room.get(begin) >>> keyShift;
      end = begin + 1;
      while (end < to && room.get(end) >>> keyShift == key) {
        end++;
      }
      long run = end - begin;
      for (int i = begin; i < end; i++) {
        int at = sums + NUMBERS * (int) (room.get(i) & placeMask);
        room.add(at + SUM, 2 * below + run + 1);
        room.add(at + STORED, 1);
      }
      ties += cubic(run);
      below += run;
    }
  }

  private void writeAgainstReference(int gene, int genes, long[] u2, long[] tieTerm) {
    long referenceZeros = groups.size(0) - room.get(sums + STORED);
    long referenceNegatives = room.get(sums + NEGATIVE);
    long referenceTies = room.get(sums + TIES);
    for (int p = 0; p < groups.places(); p++) {
      int at = sums + NUMBERS * p;
      long stored = room.get(at + STORED);
      long zeros = groups.size(p) - stored;
      int to = groups.groupAt(p) * genes + gene;
      if (p == 0) {
        long n = groups.size(0);
        u2[to] = n * n;
        tieTerm[to] = 8 * (referenceTies + cubic(zeros)) + 6 * n; // (2 t)^3 - 2 t of every run
      } else {
        u2[to] =
            room.get(at + SUM)
                + 2 * (stored - room.get(at + NEGATIVE)) * referenceZeros
                + zeros * (2 * referenceNegatives + referenceZeros);
        tieTerm[to] = room.get(at + TIES) + referenceTies + cubic(referenceZeros + zeros);
      }
    }
  }

  private void writeAgainstRest(
      int n, int negatives, int gene, int genes, long[] u2, long[] tieTerm) {
    long allZeros = groups.cells() - n;
    for (int p = 0; p < groups.places(); p++) {
      int at = sums + NUMBERS * p;
      long stored = room.get(at + STORED);
      long size = groups.size(p);
      long ranks2 =
          room.get(at + SUM)
              + 2 * (stored - room.get(at + NEGATIVE)) * allZeros
              + (size - stored) * (2L * negatives + allZeros + 1);
      int to = groups.groupAt(p) * genes + gene;
      u2[to] = ranks2 - size * (size + 1);
      tieTerm[to] = ties + cubic(allZeros);
    }
  }

  private static long cubic(long t) {
    return t * t * t - t;
  }
}
