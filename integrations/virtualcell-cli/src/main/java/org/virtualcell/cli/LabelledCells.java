package org.virtualcell.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.LabelReader;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.Table;

/**
 * A file of cells, with what was done to each of them. Close it when its expression is no longer
 * needed.
 */
final class LabelledCells implements AutoCloseable {
  /** What the column of contexts is called in files made from data that have none. */
  static final String NO_CONTEXT_COLUMN = "context";

  private final AnnotatedData file;
  private final PerturbationData data;
  private final PerturbationKeys keys;
  private final Map<Perturbation, String> labels;

  LabelledCells(AnnotatedData file, PerturbationData data, PerturbationKeys keys) {
    this.file = file;
    this.data = data;
    this.keys = keys;
    this.labels = labels(file.observations(), keys);
  }

  /**
   * A combination may be spelled in another order in the file; the first spelling counts. Where one
   * spelling stands for several doses or times, each has its own behind it.
   */
  private static Map<Perturbation, String> labels(Table table, PerturbationKeys keys) {
    LabelReader reader = new LabelReader(table, keys);
    Map<Perturbation, String> labels = new HashMap<>();
    Map<String, Perturbation> first = new HashMap<>();
    Set<String> several = new HashSet<>();
    for (int cell = 0; cell < table.rows(); cell++) {
      Optional<Perturbation> perturbation = reader.at(cell);
      if (perturbation.isPresent()) {
        String text = reader.label(cell).orElseThrow();
        labels.putIfAbsent(perturbation.get(), text);
        Perturbation other = first.putIfAbsent(text, perturbation.get());
        if (other != null && !other.label().equals(perturbation.get().label())) {
          several.add(text);
        }
      }
    }
    labels.replaceAll((p, text) -> several.contains(text) ? p.label() : text);
    return labels;
  }

  /**
   * The file.
   *
   * @return open until this is closed
   */
  AnnotatedData file() {
    return file;
  }

  /**
   * Its cells by condition.
   *
   * @return in memory
   */
  PerturbationData data() {
    return data;
  }

  /**
   * Which columns were chosen and why.
   *
   * @return a sentence each
   */
  List<String> choices() {
    return keys.explanation();
  }

  /**
   * The label of a perturbation.
   *
   * @param perturbation any perturbation
   * @return as the file spells it; its own label where the file has none
   */
  String label(Perturbation perturbation) {
    return labels.getOrDefault(perturbation, perturbation.label());
  }

  /**
   * An empty set of predicted cells in the genes, units and columns of the file.
   *
   * @return the set
   */
  PredictedCells startPredictions() {
    return new PredictedCells(
        data.genes(), data.units(), keys.perturbation(), keys.context().orElse(NO_CONTEXT_COLUMN));
  }

  @Override
  public void close() {
    file.close();
  }
}
