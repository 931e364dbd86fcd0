package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void wordsStandLeftAndNumbersRightWithoutTrailingBlanks() {
    TextTable table = new TextTable("name", ">n", "note");
    table.row("a", "1", "x");
    table.row("Größe", "100", "");
    assertEquals(
        List.of("  name     n  note", "  a        1  x", "  Größe  100"), table.lines("  "));
  }

  @Test
  void theLastColumnIsBrokenBetweenWordsBelowItself() {
    TextTable table = new TextTable("k", "value");
    table.row("ab", "one two three four five six seven");
    assertEquals(
        List.of("k   value", "ab  one two three four five", "    six seven"), table.lines("", 28));
  }

  @Test
  void wrappedTextKeepsItsIndentAndItsWords() {
    assertEquals(
        List.of("  one", "  two", "  unbreakable"), TextTable.wrap("  one two unbreakable", 6));
    assertEquals(List.of(""), TextTable.wrap("", 10));
  }
}
