package org.virtualcell.evaluate.report;

import org.virtualcell.provenance.Json;

/** JSON that may stand inside a script element. */
final class PageJson {
  private PageJson() {}

  /**
   * The text of a tree. {@code <}, {@code >} and {@code &} can stand only inside strings, where
   * their escapes mean the same; so do the two line separators.
   */
  static String text(Object tree) {
    return Json.line(tree)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }
}
