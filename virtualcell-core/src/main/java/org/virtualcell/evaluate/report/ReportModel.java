package org.virtualcell.evaluate.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.virtualcell.api.ModelCard;

/**
 * Everything the page shows, with no thought of how it looks. Effects are differences of mean log1p
 * expression to matched controls, one number per gene of {@link #genes}.
 *
 * @param asked what was asked
 * @param data the data card
 * @param split the split card; its findings are the leakage report
 * @param models the models in the order the page lists them
 * @param metrics the metrics, the one that verdicts rest on first
 * @param regimes one card per regime
 * @param genes gene labels
 * @param measured what was measured, one per perturbation and context
 * @param cases what was predicted, one per regime, perturbation and context
 * @param abstentions what was not answered
 */
record ReportModel(
    Asked asked,
    Card data,
    Card split,
    List<Model> models,
    List<Metric> metrics,
    List<RegimeCard> regimes,
    List<String> genes,
    List<Measured> measured,
    List<Case> cases,
    List<Abstention> abstentions) {

  ReportModel {
    models = List.copyOf(models);
    metrics = List.copyOf(metrics);
    regimes = List.copyOf(regimes);
    genes = List.copyOf(genes);
    measured = List.copyOf(measured);
    cases = List.copyOf(cases);
    abstentions = List.copyOf(abstentions);
  }

  /** The metric that verdicts and the list of losses rest on. */
  Metric primaryMetric() {
    return metrics.get(0);
  }

  /** The question: a title, the command that reproduces the answer, and rows of facts. */
  record Asked(String title, String command, List<Row> rows) {
    Asked {
      Objects.requireNonNull(title, "title");
      Objects.requireNonNull(command, "command");
      rows = List.copyOf(rows);
    }
  }

  /** A fact and, where needed, how it was established. */
  record Row(String label, String value, String note) {}

  /** A table of text; every row has as many cells as there are columns. */
  record Table(String caption, List<String> columns, List<List<String>> rows) {}

  /** Facts, tables and findings (sentences a reader must not miss). */
  record Card(List<Row> rows, List<Table> tables, List<String> findings) {}

  /** A model that was scored. */
  record Model(String name, boolean baseline, String description) {}

  /** A metric: its name in files, its label, which direction is better, and what it says. */
  record Metric(String name, String label, boolean higherIsBetter, String explanation) {
    /** Whether one value is better than another. NaN is never better. */
    boolean better(double one, double other) {
      return higherIsBetter ? one > other : one < other;
    }

    /** How much worse a value is than another: positive when worse, whatever the direction. */
    double loss(double value, double other) {
      return higherIsBetter ? other - value : value - other;
    }
  }

  /** A number with its interval (NaN ends where there is none) and the count it rests on. */
  record Score(double value, double low, double high, int n) {
    boolean hasInterval() {
      return Double.isFinite(low) && Double.isFinite(high);
    }
  }

  /** The paired difference of a model to a baseline, model minus baseline. */
  record Comparison(String metric, String model, String baseline, Score difference) {}

  /**
   * One regime.
   *
   * @param key its name in files
   * @param label its name for a reader
   * @param question what it asks, a sentence
   * @param status what its scores can tell
   * @param reason why it has that status, with the numbers
   * @param perturbations how many perturbations were scored
   * @param pairs how many (perturbation, context) pairs
   * @param scores metric, then model
   * @param ceilings metric to the noise ceiling; absent where none can be measured
   * @param comparisons paired differences
   */
  record RegimeCard(
      String key,
      String label,
      String question,
      ModelCard.Status status,
      String reason,
      int perturbations,
      int pairs,
      Map<String, Map<String, Score>> scores,
      Map<String, Score> ceilings,
      List<Comparison> comparisons) {}

  /**
   * What was measured for one perturbation in one context.
   *
   * @param perturbation its label
   * @param context the context's name
   * @param mode what was done to the gene; empty where unknown
   * @param cells perturbed cells
   * @param controls matched control cells
   * @param signal split-half correlation with separate controls: near 0 is noise; NaN if unknown
   * @param ownTargets indices of the perturbed genes, which scores leave out
   * @param effect the measured effect per gene
   * @param variance its sampling variance per gene
   */
  record Measured(
      String perturbation,
      String context,
      String mode,
      long cells,
      long controls,
      double signal,
      Set<Integer> ownTargets,
      double[] effect,
      double[] variance) {}

  /**
   * What was predicted for one perturbation in one context of one regime.
   *
   * @param regime index of the regime
   * @param measured index of the measurement
   * @param scores metric, then model
   * @param predicted the predicted effect per gene of each model that answered
   */
  record Case(
      int regime,
      int measured,
      Map<String, Map<String, Double>> scores,
      Map<String, double[]> predicted) {}

  /** A question that a model did not answer, and why. */
  record Abstention(
      String model, String regime, String perturbation, String context, String reason) {}
}
