package org.virtualcell.evaluate.vcc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.virtualcell.evaluate.CsvTable;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.provenance.Environment;
import org.virtualcell.provenance.Json;

/**
 * Writes a result into a folder: values per perturbation, aggregates with their cohorts, scores,
 * the ends of the scale for later runs, and what the run was. Each file is written atomically,
 * {@code run.json} last.
 */
public final class ChallengeFiles {
  /** The files that may be written; the anchors only where there is a scale. */
  public static final List<String> NAMES =
      List.of(
          "results.csv",
          "agg_results.csv",
          "metric_aggregation.csv",
          "scores.csv",
          "anchors.json",
          "run.json");

  private static final String MODEL = "predicted";
  private static final String BASELINE = "baseline";

  private ChallengeFiles() {}

  /**
   * Writes the files.
   *
   * @param result the result
   * @param folder an existing folder
   * @param command the command that made it, word by word
   * @param inputs more facts of the run, such as digests of files by name
   * @param force whether files that are there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if a file is there and {@code force} is false
   * @throws org.virtualcell.api.StorageException if the folder cannot be written
   */
  public static void write(
      ChallengeResult result,
      Path folder,
      List<String> command,
      Map<String, String> inputs,
      boolean force) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("results.csv", results(result));
    files.put("agg_results.csv", aggregates(result));
    files.put("metric_aggregation.csv", cohorts(result));
    files.put("scores.csv", scores(result));
    if (result.contexts().stream().allMatch(c -> c.anchors().isPresent())) {
      files.put("anchors.json", AnchorFile.text(result));
    }
    files.put("run.json", run(result, command, inputs));
    files.keySet().forEach(name -> AtomicFile.requireWritable(folder.resolve(name), force));
    files.forEach(
        (name, text) ->
            AtomicFile.write(
                folder.resolve(name),
                force,
                out -> out.write(text.getBytes(StandardCharsets.UTF_8))));
  }

  static String results(ChallengeResult result) {
    CsvTable csv = new CsvTable("model", "regime", "perturbation", "context", "metric", "value");
    for (ContextResult context : result.contexts()) {
      addValues(csv, MODEL, context.context(), context.table());
      context.baseline().ifPresent(table -> addValues(csv, BASELINE, context.context(), table));
    }
    return csv.text();
  }

  private static void addValues(CsvTable csv, String model, String context, MetricTable table) {
    for (ChallengeMetric metric : table.metrics()) {
      for (int p = 0; p < table.perturbations().size(); p++) {
        OptionalDouble value = table.value(p, metric);
        if (value.isPresent()) {
          csv.add(
              model,
              "",
              table.perturbations().get(p),
              context,
              metric.label(),
              CsvTable.number(value.getAsDouble()));
        }
      }
    }
  }

  static String aggregates(ChallengeResult result) {
    CsvTable csv = new CsvTable("model", "regime", "context", "metric", "value", "cohort");
    for (ContextResult context : result.contexts()) {
      addAggregates(csv, MODEL, context.context(), context.table());
      context.baseline().ifPresent(t -> addAggregates(csv, BASELINE, context.context(), t));
    }
    return csv.text();
  }

  private static void addAggregates(CsvTable csv, String model, String context, MetricTable table) {
    for (MetricTable.Aggregate a : table.aggregates()) {
      csv.add(
          model,
          "",
          context,
          a.metric().label(),
          CsvTable.number(a.value()),
          a.derived() ? "" : Integer.toString(a.used()));
    }
  }

  static String cohorts(ChallengeResult result) {
    CsvTable csv =
        new CsvTable(
            "context", "metric", "agg", "n_used", "n_rows", "n_nan", "n_omitted", "omitted");
    for (ContextResult context : result.contexts()) {
      for (MetricTable.Aggregate a : context.table().aggregates()) {
        csv.add(
            context.context(),
            a.metric().label(),
            a.derived() ? "ratio_of_sums" : "mean",
            Integer.toString(a.used()),
            Integer.toString(a.rows()),
            Integer.toString(a.undefined()),
            Integer.toString(a.omitted().size()),
            String.join(" ", a.omitted()));
      }
    }
    return csv.text();
  }

  static String scores(ChallengeResult result) {
    CsvTable csv =
        new CsvTable(
            "model",
            "context",
            "metric",
            "value",
            "baseline",
            "replicate",
            "score",
            "from_baseline",
            "constant_scale");
    for (ContextResult context : result.contexts()) {
      for (MemberScore s : context.scores()) {
        csv.add(
            MODEL,
            context.context(),
            s.metric().label(),
            CsvTable.number(s.value()),
            number(s.baseline()),
            number(s.replicate()),
            number(s.fromReplicate()),
            number(s.fromBaseline()),
            number(s.constant()));
      }
      csv.add(
          MODEL,
          context.context(),
          "overall",
          "",
          "",
          "",
          number(context.score()),
          "",
          CsvTable.number(context.constantScore()));
    }
    csv.add(
        MODEL,
        "",
        "overall",
        "",
        "",
        "",
        number(result.score()),
        "",
        CsvTable.number(result.constantScore()));
    return csv.text();
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? CsvTable.number(value.getAsDouble()) : "";
  }

  private static String run(
      ChallengeResult result, List<String> command, Map<String, String> inputs) {
    ObjectNode root = Json.object();
    root.put("format", "virtualcell-challenge-run/1");
    root.set("command", Json.tree(command));
    root.set("library", Json.tree(Environment.facts()));
    root.put("engine", "Java, double precision");
    root.put("differentialExpression", "exact-ties");
    root.set("inputs", Json.tree(inputs));
    ObjectNode rules = root.putObject("rules");
    rules.put("name", result.profile().name());
    rules.put("version", result.profile().version());
    rules.put("digest", result.profile().digest().hex());
    rules.set(
        "metrics",
        Json.tree(result.profile().metrics().stream().map(ChallengeMetric::label).toList()));
    rules.set("numbers", Json.tree(result.profile().rules()));
    result.score().ifPresent(score -> root.put("score", score));
    root.put("constantScaleScore", result.constantScore());
    ArrayNode contexts = root.putArray("contexts");
    for (ContextResult context : result.contexts()) {
      ObjectNode node = contexts.addObject();
      node.put("context", context.context());
      node.put("data", context.data());
      node.put("cells", context.cells());
      node.put("perturbations", context.table().perturbations().size());
      context.score().ifPresent(score -> node.put("score", score));
      node.put("constantScaleScore", context.constantScore());
      node.put("rho", context.rho());
      context.anchors().ifPresent(a -> node.put("baseline", a.baseline()));
      context.anchors().ifPresent(a -> node.put("replicateSplits", a.splits()));
      node.set("warnings", Json.tree(context.warnings()));
    }
    return Json.pretty(root);
  }
}
