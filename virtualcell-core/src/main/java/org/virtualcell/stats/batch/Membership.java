package org.virtualcell.stats.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Names as numbers, in the order of the names. */
final class Membership {
  private final List<String> names;
  private final int[] of;

  Membership(List<String> labels) {
    names = List.copyOf(new TreeSet<>(labels));
    of = labels.stream().mapToInt(names::indexOf).toArray();
  }

  int count() {
    return names.size();
  }

  String name(int number) {
    return names.get(number);
  }

  int of(int cell) {
    return of[cell];
  }

  int[] sizes() {
    int[] sizes = new int[names.size()];
    for (int number : of) {
      sizes[number]++;
    }
    return sizes;
  }

  /** The cells of one name, ascending. */
  int[] members(int number) {
    List<Integer> members = new ArrayList<>();
    for (int cell = 0; cell < of.length; cell++) {
      if (of[cell] == number) {
        members.add(cell);
      }
    }
    return members.stream().mapToInt(i -> i).toArray();
  }
}
