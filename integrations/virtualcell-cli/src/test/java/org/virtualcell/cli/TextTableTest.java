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
}
