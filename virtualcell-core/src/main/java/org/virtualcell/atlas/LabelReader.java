package org.virtualcell.atlas;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.Perturbation;
import org.virtualcell.io.Table;

/** What was done to each row of a table of cells. Not thread-safe. */
public final class LabelReader {
  private final Table table;
  private final PerturbationKeys keys;
  private final List<String> labels;
  private final List<String> modes;
  private final boolean exposed;
  private final Map<List<String>, Perturbation> parsed = new HashMap<>();

  /**
   * Reads nothing yet.
   *
   * @param table a row per cell
   * @param keys which columns say what
   */
  public LabelReader(Table table, PerturbationKeys keys) {
    this.table = Objects.requireNonNull(table, "table");
    this.keys = keys;
    this.labels = table.column(keys.perturbation()).strings();
    this.modes =
        keys.mode()
            .map(m -> table.column(m).strings())
            .orElse(Collections.nCopies(table.rows(), null));
    this.exposed = keys.exposure().dose().isPresent() || keys.exposure().time().isPresent();
  }

  /**
   * The label of a row.
   *
   * @param row its number
   * @return as the data spell it; empty where there is none
   */
  public Optional<String> label(int row) {
    return Optional.ofNullable(labels.get(row));
  }

  /**
   * What was done to a row.
   *
   * @param row its number
   * @return the perturbation; empty where there is no label
   * @throws org.virtualcell.api.InvalidDataException if a combination holds a part twice, or a dose
   *     or time is none; the message names the row
   */
  public Optional<Perturbation> at(int row) {
    String label = labels.get(row);
    if (label == null) {
      return Optional.empty();
    }
    String[] exposure = exposed ? keys.exposure().texts(table, row) : new String[] {"", ""};
    String mode = modes.get(row);
    return Optional.of(
        parsed.computeIfAbsent(
            List.of(label, String.valueOf(mode), exposure[0], exposure[1]),
            any ->
                keys.parse(
                    label,
                    Optional.ofNullable(mode),
                    exposure[0],
                    exposure[1],
                    table.source() + ", row " + row)));
  }
}
