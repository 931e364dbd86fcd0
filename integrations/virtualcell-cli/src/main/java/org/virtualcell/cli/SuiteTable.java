package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.virtualcell.evaluate.celleval.AggregateTable;
import org.virtualcell.evaluate.celleval.CellEvalFiles;
import org.virtualcell.evaluate.celleval.CellEvalResult;
import org.virtualcell.evaluate.celleval.CellEvalScore;

/** The results of the 2025 suite as lines for a person. */
final class SuiteTable {
  private final Map<String, Map<String, CellEvalResult>> results;

  SuiteTable(Map<String, Map<String, CellEvalResult>> results) {
    this.results = results;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    results.forEach(
        (type, models) -> {
          CellEvalResult own = models.get(CellEvalFiles.PREDICTED);
          lines.add(
              (type.isEmpty() ? "" : type + ": ")
                  + own.perturbations().size()
                  + " perturbations, control '"
                  + own.options().control()
                  + "'");
          lines.addAll(table(models));
          own.omitted().forEach(reason -> lines.add("  left out: " + reason));
          own.notes().forEach(note -> lines.add("  " + note));
          lines.add("");
        });
    lines.add("Scored by the rule of 2025: worse than the baseline costs nothing, undefined is 0.");
    return lines;
  }

  private static List<String> table(Map<String, CellEvalResult> models) {
    AggregateTable own = models.get(CellEvalFiles.PREDICTED).aggregate();
    AggregateTable base = models.get(CellEvalFiles.BASELINE).aggregate();
    boolean ceiling = models.containsKey(CellEvalFiles.CEILING);
    CellEvalScore score = CellEvalScore.of(own, base);
    TextTable table =
        ceiling
            ? new TextTable("metric", ">mean", ">n", ">mean baseline", ">score", ">ceiling")
            : new TextTable("metric", ">mean", ">n", ">mean baseline", ">score");
    for (String metric : own.columns()) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  metric,
                  number(own.value("mean", metric)),
                  String.format(Locale.ROOT, "%.0f", own.value("count", metric).orElse(0)),
                  number(base.value("mean", metric)),
                  score.scores().containsKey(metric)
                      ? number(OptionalDouble.of(score.scores().get(metric)))
                      : ""));
      if (ceiling) {
        cells.add(number(models.get(CellEvalFiles.CEILING).aggregate().value("mean", metric)));
      }
      table.row(cells.toArray(String[]::new));
    }
    List<String> last =
        new ArrayList<>(List.of("average", "", "", "", number(OptionalDouble.of(score.average()))));
    if (ceiling) {
      last.add("");
    }
    table.row(last.toArray(String[]::new));
    return table.lines("  ");
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "" : String.format(Locale.ROOT, "%.6f", value.getAsDouble());
  }
}
