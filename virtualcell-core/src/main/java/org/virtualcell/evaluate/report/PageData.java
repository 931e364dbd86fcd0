package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.evaluate.report.ReportModel.Abstention;
import org.virtualcell.evaluate.report.ReportModel.Card;
import org.virtualcell.evaluate.report.ReportModel.Case;
import org.virtualcell.evaluate.report.ReportModel.Comparison;
import org.virtualcell.evaluate.report.ReportModel.Measured;
import org.virtualcell.evaluate.report.ReportModel.Metric;
import org.virtualcell.evaluate.report.ReportModel.Model;
import org.virtualcell.evaluate.report.ReportModel.RegimeCard;
import org.virtualcell.evaluate.report.ReportModel.Row;
import org.virtualcell.evaluate.report.ReportModel.Score;

/**
 * The report as the tree of maps, lists, strings and numbers that report.js reads. Effects are
 * whole multiples of {@link #EFFECT_UNIT}; an all-zero prediction is the number 0.
 */
final class PageData {
  /** The step in which effects are stored. */
  static final double EFFECT_UNIT = 0.001;

  /** The step in which minus log10 p values are stored. */
  static final double P_UNIT = 0.01;

  private final ReportModel report;
  private final List<Significance> significance = new ArrayList<>();
  private final GeneCut cut;

  PageData(ReportModel report) {
    this.report = report;
    for (Measured measured : report.measured()) {
      significance.add(Significance.of(measured.effect(), measured.variance()));
    }
    this.cut = GeneCut.of(report, significance);
  }

  /** The most genes a perturbation can show. */
  int mostGenes() {
    return cut.most();
  }

  /**
   * The tree.
   *
   * @param genesShown genes per perturbation and context
   * @param casesWithGenes how many measurements, those with most changed genes first, carry genes
   */
  Map<String, Object> tree(int genesShown, int casesWithGenes) {
    boolean[] detailed = detailed(casesWithGenes);
    Map<String, Object> tree = new TreeMap<>();
    tree.put("asked", asked());
    tree.put("data", card(report.data()));
    tree.put("split", card(report.split()));
    tree.put("models", report.models().stream().map(PageData::model).toList());
    tree.put("metrics", report.metrics().stream().map(PageData::metric).toList());
    tree.put("regimes", report.regimes().stream().map(this::regime).toList());
    tree.put("genes", report.genes());
    tree.put("effectUnit", EFFECT_UNIT);
    tree.put("pUnit", P_UNIT);
    tree.put("rate", Significance.RATE);
    tree.put("cut", cutSentence(genesShown, casesWithGenes));
    List<Object> measured = new ArrayList<>();
    for (int m = 0; m < report.measured().size(); m++) {
      measured.add(measured(m, genesShown, detailed[m]));
    }
    tree.put("measured", measured);
    List<Object> cases = new ArrayList<>();
    for (Case scored : report.cases()) {
      cases.add(scoredCase(scored, genesShown, detailed[scored.measured()]));
    }
    tree.put("cases", cases);
    tree.put("losses", losses());
    tree.put("abstentions", report.abstentions().stream().map(PageData::abstention).toList());
    tree.put(
        "charts",
        Map.of(
            "agreement",
            ChartOptions.measuredAgainstPredicted(),
            "volcano",
            ChartOptions.volcano()));
    return tree;
  }

  private boolean[] detailed(int most) {
    boolean[] detailed = new boolean[report.measured().size()];
    java.util.stream.IntStream.range(0, detailed.length)
        .boxed()
        .sorted(
            java.util.Comparator.comparingInt(
                (Integer m) -> -significance.get(m).changedGenes()))
        .limit(most)
        .forEach(m -> detailed[m] = true);
    return detailed;
  }

  private String cutSentence(int genesShown, int casesWithGenes) {
    int all = report.genes().size();
    StringBuilder text = new StringBuilder();
    if (genesShown < all) {
      text.append("This page carries ").append(genesShown).append(" of ").append(all);
      text.append(" genes for each perturbation, the changed ones first");
      text.append(
          genesShown < Math.min(all, GeneCut.MOST)
              ? " (fewer than " + GeneCut.MOST + " to keep the page small)."
              : ".");
      text.append(" All scores were computed over all genes.");
    } else {
      text.append("All ").append(all).append(" genes are in this page.");
    }
    if (casesWithGenes < report.measured().size()) {
      text.append(" To keep the page small only the ").append(casesWithGenes);
      text.append(" perturbations with most changed genes carry their genes.");
    }
    return text.toString();
  }

  private Map<String, Object> asked() {
    return Map.of(
        "title",
        report.asked().title(),
        "command",
        report.asked().command(),
        "rows",
        report.asked().rows().stream().map(PageData::row).toList());
  }

  private static Map<String, Object> card(Card card) {
    return Map.of(
        "rows",
        card.rows().stream().map(PageData::row).toList(),
        "tables",
        card.tables().stream()
            .map(t -> Map.of("caption", t.caption(), "columns", t.columns(), "rows", t.rows()))
            .toList(),
        "findings",
        card.findings());
  }

  private static List<String> row(Row row) {
    return List.of(row.label(), row.value(), row.note());
  }

  private static Map<String, Object> model(Model model) {
    return Map.of(
        "name", model.name(), "baseline", model.baseline(), "description", model.description());
  }

  private static Map<String, Object> metric(Metric metric) {
    return Map.of(
        "name",
        metric.name(),
        "label",
        metric.label(),
        "higherIsBetter",
        metric.higherIsBetter(),
        "explanation",
        metric.explanation());
  }

  private Map<String, Object> regime(RegimeCard regime) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("key", regime.key());
    tree.put("label", regime.label());
    tree.put("question", regime.question());
    tree.put("status", regime.status().name());
    tree.put("reason", regime.reason());
    tree.put("verdict", PlainVerdict.of(regime, report.primaryMetric()));
    tree.put("perturbations", regime.perturbations());
    tree.put("pairs", regime.pairs());
    Map<String, Object> scores = new TreeMap<>();
    Map<String, Object> charts = new TreeMap<>();
    for (Metric metric : report.metrics()) {
      Map<String, Object> byModel = new TreeMap<>();
      regime
          .scores()
          .getOrDefault(metric.name(), Map.of())
          .forEach((model, score) -> byModel.put(model, score(score)));
      scores.put(metric.name(), byModel);
      charts.put(metric.name(), ChartOptions.scores(regime, metric, report.models()));
    }
    tree.put("scores", scores);
    tree.put("charts", charts);
    Map<String, Object> ceilings = new TreeMap<>();
    regime.ceilings().forEach((metric, score) -> ceilings.put(metric, score(score)));
    tree.put("ceilings", ceilings);
    tree.put("comparisons", regime.comparisons().stream().map(PageData::comparison).toList());
    return tree;
  }

  private static Map<String, Object> comparison(Comparison comparison) {
    return Map.of(
        "metric",
        comparison.metric(),
        "model",
        comparison.model(),
        "baseline",
        comparison.baseline(),
        "difference",
        score(comparison.difference()));
  }

  private static Map<String, Object> score(Score score) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("value", rounded(score.value()));
    tree.put("low", rounded(score.low()));
    tree.put("high", rounded(score.high()));
    tree.put("n", score.n());
    return tree;
  }

  private Map<String, Object> measured(int index, int genesShown, boolean detailed) {
    Measured measured = report.measured().get(index);
    Map<String, Object> tree = new TreeMap<>();
    tree.put("perturbation", measured.perturbation());
    tree.put("context", measured.context());
    tree.put("mode", measured.mode());
    tree.put("cells", measured.cells());
    tree.put("controls", measured.controls());
    tree.put("signal", rounded(measured.signal()));
    tree.put("targets", measured.ownTargets().stream().sorted().toList());
    tree.put("changedGenes", significance.get(index).changedGenes());
    if (detailed) {
      int[] genes = cut.genes(index, genesShown);
      if (genes.length < report.genes().size()) {
        tree.put("genes", boxed(genes));
      }
      tree.put("effect", steps(measured.effect(), genes, EFFECT_UNIT));
      tree.put("minusLogP", steps(significance.get(index).minusLogP, genes, P_UNIT));
      List<Integer> changed = new ArrayList<>();
      for (int k = 0; k < genes.length; k++) {
        if (significance.get(index).changed[genes[k]]) {
          changed.add(k);
        }
      }
      tree.put("changed", changed);
    }
    return tree;
  }

  private Map<String, Object> scoredCase(Case scored, int genesShown, boolean detailed) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("regime", scored.regime());
    tree.put("measured", scored.measured());
    Map<String, Object> scores = new TreeMap<>();
    for (Metric metric : report.metrics()) {
      Map<String, Double> byModel = scored.scores().getOrDefault(metric.name(), Map.of());
      List<Object> values = new ArrayList<>();
      for (Model model : report.models()) {
        values.add(rounded(byModel.getOrDefault(model.name(), Double.NaN)));
      }
      scores.put(metric.name(), values);
    }
    tree.put("scores", scores);
    if (detailed) {
      int[] genes = cut.genes(scored.measured(), genesShown);
      Map<String, Object> predicted = new TreeMap<>();
      scored.predicted().forEach((m, e) -> predicted.put(m, steps(e, genes, EFFECT_UNIT)));
      tree.put("predicted", predicted);
    }
    return tree;
  }

  private Map<String, Object> losses() {
    Map<String, Object> byModel = new TreeMap<>();
    for (Model model : report.models()) {
      List<Object> byRegime = new ArrayList<>();
      for (int regime = -1; regime < report.regimes().size(); regime++) {
        byRegime.add(Losses.of(report, model.name(), regime).stream().map(PageData::loss).toList());
      }
      byModel.put(model.name(), byRegime);
    }
    return byModel;
  }

  private static Map<String, Object> loss(Losses.Loss loss) {
    return Map.of(
        "case",
        loss.index(),
        "value",
        rounded(loss.value()),
        "winner",
        loss.winner(),
        "winning",
        rounded(loss.winning()),
        "by",
        rounded(loss.by()));
  }

  private static List<String> abstention(Abstention abstention) {
    return List.of(
        abstention.model(),
        abstention.regime(),
        abstention.perturbation(),
        abstention.context(),
        abstention.reason());
  }

  /** Whole multiples of a step, or the number 0 where all are 0. */
  private static Object steps(double[] values, int[] genes, double step) {
    List<Object> steps = new ArrayList<>(genes.length);
    boolean zero = true;
    for (int gene : genes) {
      long value = Math.round(values[gene] / step);
      zero &= value == 0;
      steps.add(value);
    }
    return zero ? Integer.valueOf(0) : steps;
  }

  private static List<Integer> boxed(int[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  /** Four decimals are more than any figure here can bear; null where there is no number. */
  private static Object rounded(double value) {
    return Double.isFinite(value) ? Math.rint(value * 1e4) / 1e4 : null;
  }
}
