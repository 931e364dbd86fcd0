package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;

/**
 * The cells of a rank-sum test in the order of their groups, the reference first, rising within a
 * group. A group's <em>place</em> is its position in that order; with no reference, its number. The
 * offsets of the places stand in the scratch, then the cells.
 */
final class HeapRankGroups {
  private HeapLongs scratch;
  private int reference;
  private int places;
  private int order;

  /** The 64-bit numbers of scratch it needs. */
  static long longs(long rows, long groups) {
    return groups + 1 + rows;
  }

  /** Orders the cells; the scratch begins at 0. */
  void open(HeapLongs room, int[] group, int groups, int referenceGroup) {
    scratch = room;
    reference = referenceGroup;
    places = groups;
    order = groups + 1;
    room.fill(0, groups + 1, 0);
    for (int g : group) {
      if (g >= 0 && g < groups) {
        room.add(placeOf(g) + 1, 1);
      }
    }
    for (int p = 0; p < groups; p++) {
      room.add(p + 1, room.get(p));
    }
    requireFit();
    for (int cell = 0; cell < group.length; cell++) {
      int g = group[cell];
      if (g >= 0 && g < groups) {
        int p = placeOf(g);
        room.set(order + (int) room.get(p), cell);
        room.add(p, 1);
      }
    }
    for (int p = groups; p > 0; p--) { // each offset now stands at the next place's
      room.set(p, room.get(p - 1));
    }
    room.set(0, 0);
  }

  private void requireFit() {
    long most = 0;
    for (int p = 0; p < places; p++) {
      most = Math.max(most, size(p));
    }
    long together = reference == RankOps.REST ? cells() : size(0) + most;
    if (together > RankOps.MAX_CELLS) {
      throw new InvalidDataException(
          "A group and its reference have too many cells for 64-bit tie terms",
          together + " cells together, at most " + RankOps.MAX_CELLS,
          "Rank fewer reference cells.");
    }
  }

  private int placeOf(int group) {
    if (group > reference) {
      return group;
    }
    return group == reference ? 0 : group + 1;
  }

  /** The group at a place. */
  int groupAt(int place) {
    if (place > reference) {
      return place;
    }
    return place == 0 ? reference : place - 1;
  }

  int places() {
    return places;
  }

  boolean hasReference() {
    return reference != RankOps.REST;
  }

  /** All cells that take part. */
  int cells() {
    return (int) scratch.get(places);
  }

  int size(int place) {
    return end(place) - begin(place);
  }

  int begin(int place) {
    return (int) scratch.get(place);
  }

  int end(int place) {
    return (int) scratch.get(place + 1);
  }

  /** The i-th cell of the order. */
  int cell(int i) {
    return (int) scratch.get(order + i);
  }
}
