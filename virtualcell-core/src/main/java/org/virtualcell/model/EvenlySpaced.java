package org.virtualcell.model;

import java.util.ArrayList;
import java.util.List;

/** Some of many, evenly spaced in their order: a choice without chance. */
public final class EvenlySpaced {
  private EvenlySpaced() {}

  /**
   * At most so many of a list.
   *
   * @param <T> any
   * @param all the list
   * @param most zero or more
   * @return the list itself where it is no longer; else {@code most} of it, the first among them
   */
  public static <T> List<T> of(List<T> all, int most) {
    if (all.size() <= most) {
      return all;
    }
    List<T> some = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      some.add(all.get((int) ((long) i * all.size() / most)));
    }
    return some;
  }
}
