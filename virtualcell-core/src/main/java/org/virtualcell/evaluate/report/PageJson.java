package org.virtualcell.evaluate.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** JSON that may stand inside a script element. */
final class PageJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private PageJson() {}

  /**
   * The text of a tree. {@code <}, {@code >} and {@code &} can stand only inside strings, where
   * their escapes mean the same; so do the two line separators.
   */
  static String text(Object tree) {
    try {
      return MAPPER
          .writeValueAsString(tree)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The report's data cannot be written as JSON", e);
    }
  }
}
