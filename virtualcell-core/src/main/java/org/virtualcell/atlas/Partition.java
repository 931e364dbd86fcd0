package org.virtualcell.atlas;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** How one column divides the cells, compared to how another does. */
final class Partition {
  private Partition() {}

  /** Whether cells alike in {@code fine} are alike in {@code coarse} too. */
  static boolean refines(List<String> fine, List<String> coarse) {
    Map<String, String> seen = new HashMap<>();
    for (int cell = 0; cell < fine.size(); cell++) {
      String value = String.valueOf(coarse.get(cell));
      String earlier = seen.putIfAbsent(String.valueOf(fine.get(cell)), value);
      if (earlier != null && !earlier.equals(value)) {
        return false;
      }
    }
    return true;
  }

  static int parts(List<String> values) {
    return new HashSet<>(values).size();
  }
}
