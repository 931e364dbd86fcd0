package org.virtualcell.stats.differential;

import java.util.Arrays;

/**
 * The values of one gene on one side, sorted: those stored, and a block of zeros for the cells that
 * store none.
 */
final class SortedSide {
  private double[] value = new double[16];
  private int stored;
  private int cells;

  /** Takes the values of a side; what is zero among them joins the zeros. */
  void set(double[] from, int start, int count, int cells) {
    if (value.length < count) {
      value = new double[Math.max(count, 2 * value.length)];
    }
    stored = 0;
    for (int k = 0; k < count; k++) {
      if (from[start + k] != 0) {
        value[stored++] = from[start + k];
      }
    }
    Arrays.sort(value, 0, stored);
    this.cells = cells;
  }

  int cells() {
    return cells;
  }

  /** Sum of t^3 - t over the side alone. */
  double ties() {
    double sum = 0;
    for (Walk walk = new Walk(this); walk.more(); walk.next()) {
      sum += RankSum.ties(walk.count());
    }
    return sum;
  }

  /** Walks through the different values in ascending order, zero among them where there is any. */
  static final class Walk {
    private final SortedSide side;
    private final int zeros;
    private int at;
    private boolean zerosDone;
    private double value;
    private int count;

    Walk(SortedSide side) {
      this.side = side;
      this.zeros = side.cells - side.stored;
      this.zerosDone = zeros == 0;
      advance();
    }

    boolean more() {
      return count > 0;
    }

    double value() {
      return value;
    }

    int count() {
      return count;
    }

    void next() {
      advance();
    }

    private void advance() {
      if (!zerosDone && (at == side.stored || side.value[at] > 0)) {
        value = 0;
        count = zeros;
        zerosDone = true;
        return;
      }
      count = 0;
      if (at < side.stored) {
        value = side.value[at];
        while (at < side.stored && side.value[at] == value) {
          at++;
          count++;
        }
      }
    }
  }

  /** U of the first side against the second, doubled to be whole, and the ties of both together. */
  record Ranks(long doubledU, double ties) {}

  /**
   * Compares a side with another.
   *
   * @param first the side whose U is returned
   * @param second the other, usually the larger one
   * @param tiesOfSecond its own ties, computed once
   */
  static Ranks compare(SortedSide first, SortedSide second, double tiesOfSecond) {
    long doubled = 0;
    double ties = tiesOfSecond;
    long below = 0;
    Walk other = new Walk(second);
    for (Walk walk = new Walk(first); walk.more(); walk.next()) {
      while (other.more() && other.value() < walk.value()) {
        below += other.count();
        other.next();
      }
      int equal = other.more() && other.value() == walk.value() ? other.count() : 0;
      doubled += walk.count() * (2 * below + equal);
      ties += RankSum.ties(walk.count() + (double) equal) - RankSum.ties(equal);
    }
    return new Ranks(doubled, ties);
  }
}
