package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Arrays;
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
    LabelReader perturbations = new LabelReader(observations, keys);
    List<String> contexts = column(observations, keys.context(), cells);
    List<String> batches = column(observations, keys.batch(), cells);
    List<String> guides = column(observations, keys.guideColumn(observations), cells);
    Map<List<Object>, CellLabel> shared = new HashMap<>();
    List<CellLabel> result = new ArrayList<>(cells);
    for (int cell = 0; cell < cells; cell++) {
      Optional<Perturbation> perturbation = perturbations.at(cell);
      String context = contexts.get(cell);
      String batch = batches.get(cell);
      String guide = guides.get(cell);
      result.add(
          shared.computeIfAbsent(
              Arrays.asList(perturbation, context, batch, guide),
              any -> label(perturbation, context, batch, guide, keys)));
    }
    return result;
  }

  private static List<String> column(Table table, Optional<String> name, int cells) {
    return name.map(n -> table.column(n).strings()).orElse(Collections.nCopies(cells, null));
  }

  private static CellLabel label(
      Optional<Perturbation> perturbation,
      String context,
      String batch,
      String guide,
      PerturbationKeys keys) {
    // a cell without a context is as useless as one without a label: it has no controls
    boolean placed = keys.context().isEmpty() || context != null;
    return new CellLabel(
        placed ? perturbation : Optional.empty(),
        CellContext.of(context == null ? PerturbationKeys.ONLY_CONTEXT : context),
        Optional.ofNullable(batch),
        Optional.ofNullable(guide));
  }
}
