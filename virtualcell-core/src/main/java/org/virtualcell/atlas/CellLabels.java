package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;
import org.virtualcell.io.Table;

/** Reads a label per cell from the columns that were chosen. */
final class CellLabels {
  private CellLabels() {}

  static List<CellLabel> read(Table observations, PerturbationKeys keys) {
    int cells = observations.rows();
    List<String> labels = observations.column(keys.perturbation()).strings();
    List<String> contexts = column(observations, keys.context(), cells);
    List<String> batches = column(observations, keys.batch(), cells);
    List<String> modes = column(observations, keys.mode(), cells);
    List<String> guides = column(observations, keys.guideColumn(observations), cells);
    Map<List<String>, CellLabel> shared = new HashMap<>();
    List<CellLabel> result = new ArrayList<>(cells);
    for (int cell = 0; cell < cells; cell++) {
      List<String> texts = new ArrayList<>();
      Collections.addAll(
          texts,
          labels.get(cell),
          contexts.get(cell),
          batches.get(cell),
          modes.get(cell),
          guides.get(cell));
      result.add(shared.computeIfAbsent(texts, t -> label(t, keys)));
    }
    return result;
  }

  private static List<String> column(Table table, Optional<String> name, int cells) {
    return name.map(n -> table.column(n).strings()).orElse(Collections.nCopies(cells, null));
  }

  private static CellLabel label(List<String> texts, PerturbationKeys keys) {
    // a cell without a context is as useless as one without a label: it has no controls
    boolean placed = keys.context().isEmpty() || texts.get(1) != null;
    Optional<Perturbation> perturbation =
        texts.get(0) == null || !placed
            ? Optional.empty()
            : Optional.of(keys.parse(texts.get(0), Optional.ofNullable(texts.get(3))));
    CellContext context =
        CellContext.of(texts.get(1) == null ? PerturbationKeys.ONLY_CONTEXT : texts.get(1));
    return new CellLabel(
        perturbation,
        context,
        Optional.ofNullable(texts.get(2)),
        Optional.ofNullable(texts.get(4)));
  }
}
