package org.virtualcell.evaluate.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.compare.ResultRows.Row;

/**
 * Models of several runs side by side. All are judged on the conditions for which every ranked
 * model has a value, so that nobody wins by leaving out what is hard; what a model left out is
 * counted. Ranks have intervals from a bootstrap that draws perturbations: where they overlap, the
 * order is not settled.
 *
 * <p>A model that several runs call alike and give the same values is one model (the baselines of
 * two runs on the same data); where values differ, the name of the run goes in front.
 */
public final class ComparedModels {
  /** What stands beside models in results and is no model itself. */
  private static final Set<String> NO_MODELS = Set.of("ceiling", "mean-only", "measured");

  private final Map<Column, Map<Item, Double>> values = new LinkedHashMap<>();

  private ComparedModels() {}

  record Item(String perturbation, String context) {}

  private record Column(String regime, String metric, String model) {}

  /**
   * Compares.
   *
   * @param sources folders that an evaluation wrote, or their {@code results.csv}, by the name of
   *     the run
   * @param seed of the bootstrap
   * @return a line per regime, metric and model, in the order of the files, best rank first
   * @throws org.virtualcell.api.StorageException if a source cannot be read
   * @throws org.virtualcell.api.DataFormatException if it is no table of results
   * @throws InvalidDataException if the runs have no condition in common
   */
  public static List<ComparedModel> of(Map<String, Path> sources, long seed) {
    ComparedModels compared = new ComparedModels();
    Map<String, List<Row>> runs = new LinkedHashMap<>();
    sources.forEach((run, path) -> runs.put(run, ResultRows.read(path)));
    Set<String> ambiguous = ambiguous(runs);
    runs.forEach((run, rows) -> compared.add(run, rows, ambiguous));
    List<ComparedModel> lines = compared.lines(seed);
    if (lines.isEmpty()) {
      throw new InvalidDataException(
          "The runs share no condition that all their models answered",
          String.join(", ", sources.keySet()),
          "Compare runs on the same data and split.");
    }
    return lines;
  }

  /** Names that stand for different values in different runs. */
  private static Set<String> ambiguous(Map<String, List<Row>> runs) {
    Map<List<String>, Double> known = new java.util.HashMap<>();
    Set<String> ambiguous = new TreeSet<>();
    for (List<Row> rows : runs.values()) {
      for (Row row : rows) {
        Double other =
            known.putIfAbsent(
                List.of(row.model(), row.regime(), row.perturbation(), row.context(), row.metric()),
                row.value());
        if (other != null && Math.abs(other - row.value()) > 1e-9 * Math.max(1, Math.abs(other))) {
          ambiguous.add(row.model());
        }
      }
    }
    ambiguous.removeAll(NO_MODELS);
    return ambiguous;
  }

  private void add(String run, List<Row> rows, Set<String> ambiguous) {
    for (Row row : rows) {
      String model = ambiguous.contains(row.model()) ? run + ":" + row.model() : row.model();
      add(row.regime(), row, model);
      int slash = row.regime().indexOf('/');
      if (slash > 0) { // a stratum; the whole regime as well
        add(row.regime().substring(0, slash), row, model);
      }
    }
  }

  private void add(String regime, Row row, String model) {
    values
        .computeIfAbsent(new Column(regime, row.metric(), model), c -> new LinkedHashMap<>())
        .put(new Item(row.perturbation(), row.context()), row.value());
  }

  private List<ComparedModel> lines(long seed) {
    Map<List<String>, List<String>> modelsOf = new LinkedHashMap<>(); // regime, metric
    for (Column column : values.keySet()) {
      if (!NO_MODELS.contains(column.model()) && !column.metric().endsWith(FigureRule.WEIGHT)) {
        modelsOf
            .computeIfAbsent(List.of(column.regime(), column.metric()), k -> new ArrayList<>())
            .add(column.model());
      }
    }
    List<ComparedModel> lines = new ArrayList<>();
    modelsOf.forEach((key, models) -> lines.addAll(lines(key.get(0), key.get(1), models, seed)));
    return List.copyOf(lines);
  }

  private List<ComparedModel> lines(String regime, String metric, List<String> models, long seed) {
    Set<Item> all = new LinkedHashSet<>();
    Set<Item> common = null;
    for (String model : models) {
      Set<Item> own = values.get(new Column(regime, metric, model)).keySet();
      all.addAll(own);
      if (common == null) {
        common = new LinkedHashSet<>(own);
      } else {
        common.retainAll(own);
      }
    }
    if (common == null || common.isEmpty()) {
      return List.of();
    }
    FigureRule rule = FigureRule.of(metric);
    Map<Item, Double> weights =
        values.getOrDefault(new Column(regime, metric + FigureRule.WEIGHT, "measured"), Map.of());
    boolean pooled = rule.ratio() && weights.keySet().containsAll(common);
    Map<String, Map<Item, Double>> shared = new TreeMap<>();
    for (String model : models) {
      Map<Item, Double> own = new LinkedHashMap<>(values.get(new Column(regime, metric, model)));
      own.keySet().retainAll(common);
      shared.put(model, own);
    }
    Ranking ranking =
        new Ranking(
            List.copyOf(common), shared, pooled ? weights : Map.of(), rule.higherIsBetter(), seed);
    ComparedVerdict verdict = new ComparedVerdict(ranking, models, rule.higherIsBetter());
    List<ComparedModel> lines = new ArrayList<>();
    for (String model : models) {
      lines.add(
          new ComparedModel(
              regime,
              rule.ratio() ? metric + (pooled ? "_pooled" : "_mean") : metric,
              rule.higherIsBetter(),
              model,
              ranking.value(model),
              ranking.interval(model),
              ranking.perturbations(),
              common.size(),
              all.size() - values.get(new Column(regime, metric, model)).size(),
              ranking.rank(model),
              ranking.rankInterval(model),
              verdict.of(model)));
    }
    lines.sort(java.util.Comparator.comparingDouble(ComparedModel::rank));
    return Collections.unmodifiableList(lines);
  }
}
