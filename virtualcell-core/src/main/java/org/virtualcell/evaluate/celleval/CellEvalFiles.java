package org.virtualcell.evaluate.celleval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.virtualcell.evaluate.CsvTable;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.provenance.Environment;
import org.virtualcell.provenance.Json;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * Writes results of the 2025 suite: long tables as everywhere in this library ({@code results.csv},
 * {@code agg_results.csv}, {@code scores.csv}, {@code run.json}), and the original's own tables
 * ({@code wide_results.csv}, {@code wide_agg_results.csv}, {@code real_de.csv}, {@code
 * pred_de.csv}), with the cell type before the name where there is one.
 */
public final class CellEvalFiles {
  /** The model whose results are judged. */
  public static final String PREDICTED = "predicted";

  /** The mean baseline of the same run. */
  public static final String BASELINE = "mean-baseline";

  /** The data ceiling of the same run. */
  public static final String CEILING = "ceiling";

  private CellEvalFiles() {}

  /**
   * The names of the files.
   *
   * @param contexts cell types; one empty text where cells are not split
   * @return all names that can be written
   */
  public static List<String> names(Iterable<String> contexts) {
    List<String> names =
        new ArrayList<>(List.of("results.csv", "agg_results.csv", "scores.csv", "run.json"));
    for (String context : contexts) {
      for (String name :
          List.of("wide_results.csv", "wide_agg_results.csv", "real_de.csv", "pred_de.csv")) {
        names.add(prefixed(context, name));
      }
    }
    return names;
  }

  static String prefixed(String context, String name) {
    return context.isEmpty() ? name : context.replace('/', '-').replace('\\', '-') + "_" + name;
  }

  /**
   * Writes all files.
   *
   * @param results cell type to model to result; {@link #PREDICTED} is needed
   * @param folder an existing folder
   * @param command the command that made them, word by word
   * @param inputs more facts, such as digests of files by name
   * @throws org.virtualcell.api.OutputExistsException if a file is there
   * @throws org.virtualcell.api.StorageException if the folder cannot be written
   */
  public static void write(
      Map<String, Map<String, CellEvalResult>> results,
      Path folder,
      List<String> command,
      Map<String, String> inputs) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("results.csv", longResults(results));
    texts.put("agg_results.csv", longAggregate(results));
    texts.put("scores.csv", scores(results));
    results.forEach(
        (context, models) -> {
          CellEvalResult own = models.get(PREDICTED);
          texts.put(prefixed(context, "wide_results.csv"), wideResults(own));
          texts.put(prefixed(context, "wide_agg_results.csv"), wideAggregate(own.aggregate()));
          own.realTable().ifPresent(t -> texts.put(prefixed(context, "real_de.csv"), csv(t)));
          own.predictedTable().ifPresent(t -> texts.put(prefixed(context, "pred_de.csv"), csv(t)));
        });
    texts.put("run.json", run(results, command, inputs));
    texts.forEach(
        (name, text) ->
            AtomicFile.write(
                folder.resolve(name),
                false,
                out -> out.write(text.getBytes(StandardCharsets.UTF_8))));
  }

  private static String longResults(Map<String, Map<String, CellEvalResult>> results) {
    CsvTable table = new CsvTable("model", "regime", "perturbation", "context", "metric", "value");
    results.forEach(
        (context, models) ->
            models.forEach(
                (model, result) -> {
                  for (MetricColumn column : result.columns()) {
                    for (int p = 0; p < column.size(); p++) {
                      if (!column.isMissing(p)) {
                        table.add(
                            model,
                            "",
                            result.perturbations().get(p),
                            context,
                            column.metric().label(),
                            CsvTable.number(column.value(p)));
                      }
                    }
                  }
                }));
    return table.text();
  }

  private static String longAggregate(Map<String, Map<String, CellEvalResult>> results) {
    CsvTable table = new CsvTable("model", "regime", "context", "metric", "value", "cohort");
    results.forEach(
        (context, models) ->
            models.forEach(
                (model, result) -> {
                  AggregateTable aggregate = result.aggregate();
                  for (String metric : aggregate.columns()) {
                    table.add(
                        model,
                        "",
                        context,
                        metric,
                        text(aggregate.value("mean", metric)),
                        Long.toString((long) aggregate.value("count", metric).orElse(0)));
                  }
                }));
    return table.text();
  }

  /** Scored against the mean baseline; the ceiling stands in the column of replicates. */
  private static String scores(Map<String, Map<String, CellEvalResult>> results) {
    CsvTable table =
        new CsvTable("model", "context", "metric", "value", "baseline", "replicate", "score");
    List<Double> overall = new ArrayList<>();
    results.forEach(
        (context, models) -> {
          if (models.containsKey(BASELINE)) {
            overall.add(addScores(table, context, models));
          }
        });
    if (!overall.isEmpty()) {
      double mean = overall.stream().mapToDouble(s -> s).sum() / overall.size();
      table.add(PREDICTED, "", "overall", "", "", "", CsvTable.number(mean));
    }
    return table.text();
  }

  private static double addScores(
      CsvTable table, String context, Map<String, CellEvalResult> models) {
    AggregateTable own = models.get(PREDICTED).aggregate();
    AggregateTable base = models.get(BASELINE).aggregate();
    CellEvalScore score = CellEvalScore.of(own, base);
    score
        .scores()
        .forEach(
            (metric, value) ->
                table.add(
                    PREDICTED,
                    context,
                    metric,
                    text(own.value("mean", metric)),
                    text(base.value("mean", metric)),
                    models.containsKey(CEILING)
                        ? text(models.get(CEILING).aggregate().value("mean", metric))
                        : "",
                    CsvTable.number(value)));
    if (!context.isEmpty()) {
      table.add(PREDICTED, context, "overall", "", "", "", CsvTable.number(score.average()));
    }
    return score.average();
  }

  /**
   * The original's layout: a row per perturbation, a column per metric, missing values empty.
   *
   * @param result the scores of every perturbation
   * @return CSV with a header
   */
  public static String wideResults(CellEvalResult result) {
    List<String> header = new ArrayList<>(List.of("perturbation"));
    result.columns().forEach(column -> header.add(column.metric().label()));
    CsvTable table = new CsvTable(header.toArray(String[]::new));
    for (int p = 0; p < result.perturbations().size(); p++) {
      List<String> row = new ArrayList<>(List.of(result.perturbations().get(p)));
      for (MetricColumn column : result.columns()) {
        row.add(column.isMissing(p) ? "" : CsvTable.number(column.value(p)));
      }
      table.add(row.toArray(String[]::new));
    }
    return table.text();
  }

  /**
   * The original's layout: a row per statistic, a column per metric.
   *
   * @param aggregate the statistics
   * @return CSV with a header
   */
  public static String wideAggregate(AggregateTable aggregate) {
    List<String> header = new ArrayList<>(List.of("statistic"));
    header.addAll(aggregate.columns());
    CsvTable table = new CsvTable(header.toArray(String[]::new));
    for (String statistic : aggregate.statistics()) {
      List<String> row = new ArrayList<>(List.of(statistic));
      aggregate.columns().forEach(metric -> row.add(text(aggregate.value(statistic, metric))));
      table.add(row.toArray(String[]::new));
    }
    return table.text();
  }

  private static String text(OptionalDouble value) {
    return value.isEmpty() ? "" : CsvTable.number(value.getAsDouble());
  }

  private static String csv(DifferentialTable table) {
    StringWriter text = new StringWriter();
    try {
      table.writeCsv(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String run(
      Map<String, Map<String, CellEvalResult>> results,
      List<String> command,
      Map<String, String> inputs) {
    CellEvalOptions options = results.values().iterator().next().get(PREDICTED).options();
    ObjectNode run = Json.object();
    run.put("format", "virtualcell-cell-eval-run/1");
    run.set("command", Json.tree(command));
    run.set("library", Json.tree(Environment.facts()));
    run.put("engine", "Java, double precision");
    ObjectNode rules = run.putObject("rules");
    rules.put("name", options.profile().label());
    rules.put("digest", options.profile().digest().hex());
    rules.put("reading", options.reading().name().toLowerCase(java.util.Locale.ROOT));
    rules.put("control", options.control());
    rules.put("embedding", options.embedding());
    run.set("inputs", Json.tree(new java.util.TreeMap<>(inputs)));
    ObjectNode contexts = run.putObject("contexts");
    results.forEach(
        (context, models) -> {
          CellEvalResult own = models.get(PREDICTED);
          ObjectNode node = contexts.putObject(context.isEmpty() ? "all" : context);
          node.put("perturbations", own.perturbations().size());
          own.omitted().forEach(node.putArray("omitted")::add);
          own.notes().forEach(node.putArray("notes")::add);
          if (!own.differential().isEmpty()) {
            ObjectNode facts = node.putObject("differentialExpression");
            own.differential().forEach(facts::put);
          }
        });
    return Json.pretty(run);
  }
}
