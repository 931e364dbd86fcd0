package org.virtualcell.evaluate.vcc;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.GroupedCells;

/** Halves as a table gives them, by the names of cells. */
final class GivenHalves implements ReplicateSplits {
  private final String source;
  private final List<Map<String, String>> assignment;

  GivenHalves(String source, List<Map<String, String>> assignment) {
    this.source = source;
    this.assignment = assignment.stream().map(Map::copyOf).toList();
  }

  @Override
  public String description() {
    return "halves of " + source;
  }

  @Override
  public Map<String, byte[]> halves(int split, GroupedCells cells) {
    if (split >= assignment.size()) {
      throw new InvalidDataException(
          "The table has " + assignment.size() + " splits, " + (split + 1) + " are needed",
          source,
          "Pass one column per split.");
    }
    Map<String, byte[]> halves = new TreeMap<>();
    for (String label : cells.labels()) {
      int[] rows = cells.rows(label);
      byte[] half = new byte[rows.length];
      int[] count = new int[2];
      for (int i = 0; i < rows.length; i++) {
        half[i] = half(split, cells.side().names().get(rows[i]));
        if (half[i] != NEITHER) {
          count[half[i]]++;
        }
      }
      if (count[0] > 0 && count[1] > 0) {
        halves.put(label, half);
      }
    }
    return halves;
  }

  private byte half(int split, String cell) {
    String letter = assignment.get(split).get(cell);
    if (letter == null) {
      throw new InvalidDataException(
          "A measured cell is not in the table of halves",
          source + ", cell " + cell,
          "Pass a table made for these cells; - stands for a cell of neither half.");
    }
    return switch (letter) {
      case "A", "a" -> REFERENCE;
      case "B", "b" -> PREDICTION;
      default -> NEITHER;
    };
  }
}
