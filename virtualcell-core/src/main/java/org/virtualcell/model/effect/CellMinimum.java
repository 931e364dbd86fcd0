package org.virtualcell.model.effect;

import java.util.List;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.InvalidDataException;

/**
 * How many cells a mean must rest on.
 *
 * @param perturbed of a condition, one or more
 * @param controls of a context with perturbed cells, two or more: a single cell shows no variance
 */
record CellMinimum(int perturbed, int controls) {
  /** One cell is enough for a mean; the controls must show how uncertain they are. */
  static final CellMinimum DEFAULT =
      new CellMinimum(EffectTrainer.LEAST_CELLS, EffectTrainer.LEAST_CONTROLS);

  private static final int NAMED = 5;

  CellMinimum {
    if (perturbed < 1 || controls < 2) {
      throw new InvalidDataException(
          "A least number of cells is out of range",
          perturbed + " perturbed cells, " + controls + " controls",
          "Ask for one or more perturbed cells and two or more controls.");
    }
  }

  /** Refuses a screen that does not have them. */
  void require(Screen screen, String source) {
    List<Screen.Item> items = screen.modes().stream().flatMap(m -> m.items().stream()).toList();
    for (CellContext context : items.stream().map(Screen.Item::context).distinct().toList()) {
      long cells =
          screen.contexts().stream()
              .filter(c -> c.context().equals(context))
              .mapToLong(Screen.Controls::cells)
              .sum();
      if (cells < controls) {
        throw new InvalidDataException(
            "Context '"
                + context
                + "' has "
                + (cells == 0 ? "no" : cells + "")
                + " control cells, "
                + controls
                + " are needed",
            source,
            "Add control cells, leave the context out, or ask for fewer.");
      }
    }
    List<String> few =
        items.stream()
            .filter(i -> i.cells() < perturbed)
            .map(i -> i.condition() + " (" + i.cells() + ")")
            .toList();
    if (!few.isEmpty()) {
      throw new InvalidDataException(
          few.size()
              + (few.size() == 1 ? " condition has" : " conditions have")
              + " fewer than "
              + perturbed
              + " cells: "
              + String.join(", ", few.subList(0, Math.min(NAMED, few.size())))
              + (few.size() > NAMED ? " and others" : ""),
          source,
          "Leave them out of the data (a split can), or ask for fewer cells.");
    }
  }
}
