package org.virtualcell.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import org.virtualcell.evaluate.CsvTable;
import org.virtualcell.evaluate.celleval.AggregateTable;
import org.virtualcell.evaluate.celleval.CellEvalScore;
import org.virtualcell.io.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scores aggregates that are there already, by the rule of 2025. */
@Command(
    name = "score",
    header = "Score aggregates against those of a baseline, by the rule of 2025.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc score --predicted FILE --baseline FILE [options]"},
    descriptionHeading = "%n",
    description =
        "The files are agg_results.csv of cell-eval or wide_agg_results.csv of vc evaluate, with the same columns in the same order. Errors score 1 - u / b, other metrics (u - b) / (1 - b), nothing below 0; what is undefined scores 0.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  vc score --predicted model/agg_results.csv --baseline mean/agg_results.csv"
    })
final class ScoreVerb extends Verb {
  @Option(
      names = "--predicted",
      required = true,
      paramLabel = "FILE",
      description = "Aggregates of the prediction.")
  private Path predicted;

  @Option(
      names = "--baseline",
      required = true,
      paramLabel = "FILE",
      description = "Aggregates of the baseline on the same cells.")
  private Path baseline;

  @Option(
      names = "--statistic",
      paramLabel = "NAME",
      defaultValue = "mean",
      description = "The row to compare. Default: mean.")
  private String statistic;

  @Option(names = "--out", paramLabel = "FILE", description = "Table to write: metric, score.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  ScoreVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    AggregateTable user = AggregateTable.read(predicted);
    AggregateTable base = AggregateTable.read(baseline);
    CellEvalScore score = CellEvalScore.of(user, base, statistic);
    if (out != null) {
      CsvTable csv = new CsvTable("metric", "score");
      score.scores().forEach((metric, value) -> csv.add(metric, CsvTable.number(value)));
      csv.add("avg_score", CsvTable.number(score.average()));
      byte[] text = csv.text().getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(out, force, target -> target.write(text));
    }
    TextTable table = new TextTable("metric", ">" + statistic, ">baseline", ">score");
    score
        .scores()
        .forEach(
            (metric, value) ->
                table.row(
                    metric,
                    number(user.value(statistic, metric)),
                    number(base.value(statistic, metric)),
                    number(OptionalDouble.of(value))));
    table.row("average", "", "", number(OptionalDouble.of(score.average())));
    table.lines("  ").forEach(terminal().results()::println);
    return ExitStatus.DONE;
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "" : String.format(Locale.ROOT, "%.6f", value.getAsDouble());
  }
}
