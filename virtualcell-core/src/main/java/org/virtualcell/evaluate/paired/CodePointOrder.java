package org.virtualcell.evaluate.paired;

import java.util.Comparator;

/** The order of texts by code points, which is how most other programs sort labels. */
public final class CodePointOrder {
  /** The comparator. */
  public static final Comparator<String> COMPARATOR = CodePointOrder::compare;

  private CodePointOrder() {}

  private static int compare(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        return Character.isSurrogate(x) == Character.isSurrogate(y)
            ? Character.compare(x, y)
            : Character.isSurrogate(x) ? 1 : -1; // a surrogate stands for a code above all others
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
