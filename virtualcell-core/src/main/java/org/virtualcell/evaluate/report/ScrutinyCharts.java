package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Tally;
import org.virtualcell.evaluate.confidence.Confidence;
import org.virtualcell.evaluate.confidence.ProbabilityBins;
import org.virtualcell.evaluate.confidence.RiskCoverage;

/** ECharts options of the plots a sceptic wants, as plain maps; see {@link ChartOptions}. */
final class ScrutinyCharts {
  /** Points of a risk-coverage curve that are drawn. */
  private static final int MOST_POINTS = 60;

  private static final int COLOURS = 8;

  private ScrutinyCharts() {}

  /** Per model, on how many conditions it is better than, as good as and worse than the mean. */
  static Map<String, Object> winsAndLosses(ScopeResult scope, List<String> models) {
    Map<String, Object> option =
        ChartOptions.frame("Conditions won and lost against the mean effect, " + scope.scope());
    List<String> shown =
        models.stream().filter(m -> scope.scrutiny().tally(m).isPresent()).toList();
    List<Object> better = new ArrayList<>();
    List<Object> same = new ArrayList<>();
    List<Object> worse = new ArrayList<>();
    for (String model : shown) {
      Tally tally = scope.scrutiny().tally(model).orElseThrow();
      String against = " than " + (tally.baseline().equals("no-change") ? "no change" : "the mean");
      better.add(bar(model, tally.better(), "better" + against, tally.judged()));
      same.add(bar(model, tally.same(), "not distinguishable from the baseline", tally.judged()));
      worse.add(bar(model, tally.worse(), "worse" + against, tally.judged()));
    }
    option.put("grid", ChartOptions.grid(8, 20, 34, 6));
    option.put("legend", ChartOptions.legend());
    Map<String, Object> x =
        ChartOptions.valueAxis("held-out conditions (perturbation and context)", null);
    x.put("minInterval", 1);
    option.put("xAxis", x);
    option.put("yAxis", names(shown));
    option.put(
        "series",
        List.of(
            bars("better", "@good", better, "@surface"),
            bars("not distinguishable", "@none", same, "@text"),
            bars("worse", "@bad", worse, "@surface")));
    return option;
  }

  private static Map<String, Object> bar(String model, int count, String what, int all) {
    return Map.of("name", model + ": " + what + " on " + count + " of " + all, "value", count);
  }

  private static Map<String, Object> bars(
      String name, String colour, List<Object> data, String text) {
    Map<String, Object> series = new TreeMap<>();
    series.put("name", name);
    series.put("type", "bar");
    series.put("stack", "conditions");
    series.put("barWidth", 18);
    series.put("itemStyle", Map.of("color", colour));
    series.put("data", withLabels(data, text));
    return series;
  }

  /** The count inside its bar, where there is one. */
  private static List<Object> withLabels(List<Object> data, String colour) {
    List<Object> labelled = new ArrayList<>();
    for (Object item : data) {
      Map<String, Object> bar = new TreeMap<>();
      ((Map<?, ?>) item).forEach((k, v) -> bar.put((String) k, v));
      boolean some = !Integer.valueOf(0).equals(bar.get("value"));
      bar.put("label", Map.of("show", some, "color", colour, "fontSize", 12));
      labelled.add(bar);
    }
    return labelled;
  }

  private static Map<String, Object> names(List<String> models) {
    Map<String, Object> y = new TreeMap<>();
    y.put("type", "category");
    y.put("inverse", true);
    y.put("data", models);
    y.put("axisTick", Map.of("show", false));
    y.put("axisLine", Map.of("show", false));
    y.put("axisLabel", Map.of("color", "@text", "width", 130, "overflow", "truncate"));
    return y;
  }

  /** The mean error of the surest answers, one line per model. */
  static Map<String, Object> riskCoverage(ScopeResult scope, List<String> models) {
    Map<String, Object> option =
        ChartOptions.frame("Mean absolute error of the surest answers, " + scope.scope());
    List<Object> series = new ArrayList<>();
    double highest = 0;
    for (int m = 0; m < models.size(); m++) {
      String model = models.get(m);
      Confidence confidence = scope.scrutiny().confidence().get(model);
      if (confidence == null || confidence.riskCoverage().isEmpty()) {
        continue;
      }
      List<Object> points = new ArrayList<>();
      List<RiskCoverage.Point> curve = confidence.riskCoverage().get().points();
      int step = Math.max(1, curve.size() / MOST_POINTS);
      for (int i = 0; i < curve.size(); i++) {
        if (i % step == 0 || i == curve.size() - 1) {
          RiskCoverage.Point point = curve.get(i);
          highest = Math.max(highest, point.risk());
          points.add(
              Map.of(
                  "name",
                  model
                      + ": the surest "
                      + Math.round(100 * point.coverage())
                      + " % have a mean absolute error of "
                      + three(point.risk()),
                  "value",
                  List.of(rounded(100 * point.coverage()), rounded(point.risk()))));
        }
      }
      Map<String, Object> line = new TreeMap<>();
      line.put("name", model);
      line.put("type", "line");
      line.put("symbolSize", 4);
      line.put("data", points);
      String colour = "@m" + (m % COLOURS + 1);
      line.put("itemStyle", Map.of("color", colour));
      line.put("lineStyle", Map.of("color", colour, "width", 2));
      series.add(line);
    }
    option.put("grid", ChartOptions.grid(8, 22, 98, 6)); // room for a legend of four lines
    option.put("legend", ChartOptions.legend());
    Map<String, Object> x =
        ChartOptions.valueAxis("share of answers taken, surest first (%)", null);
    x.put("min", 0);
    x.put("max", 100);
    option.put("xAxis", x);
    option.put(
        "yAxis",
        ChartOptions.valueAxis("mean absolute error", ChartOptions.range(List.of(highest))));
    option.put("series", series);
    return option;
  }

  /** Stated probabilities against frequencies, for one model. */
  static Map<String, Object> calibration(String model, Confidence confidence) {
    Map<String, Object> option =
        ChartOptions.frame("Stated probabilities of " + model + " against frequencies");
    List<Object> series = new ArrayList<>();
    confidence.up().ifPresent(p -> series.add(points("goes up", "@accent", "circle", p.bins())));
    confidence
        .changed()
        .ifPresent(p -> series.add(points("is changed", "@ceiling", "diamond", p.bins())));
    Map<String, Object> diagonal = new TreeMap<>();
    diagonal.put("name", "honest");
    diagonal.put("type", "line");
    diagonal.put("silent", true);
    diagonal.put("symbol", "none");
    diagonal.put("lineStyle", Map.of("color", "@muted", "type", "dashed", "width", 1));
    diagonal.put("itemStyle", Map.of("color", "@muted"));
    diagonal.put("data", List.of(List.of(0, 0), List.of(1, 1)));
    series.add(diagonal);
    option.put("grid", ChartOptions.grid(8, 22, 34, 6));
    option.put("legend", ChartOptions.legend());
    option.put("xAxis", unit("stated probability"));
    option.put("yAxis", unit("how often it happened"));
    option.put("series", series);
    return option;
  }

  private static Map<String, Object> unit(String name) {
    Map<String, Object> axis = ChartOptions.valueAxis(name, null);
    axis.put("min", 0);
    axis.put("max", 1);
    return axis;
  }

  private static Map<String, Object> points(
      String name, String colour, String symbol, ProbabilityBins bins) {
    List<Object> data = new ArrayList<>();
    for (int b = 0; b < ProbabilityBins.BINS; b++) {
      if (bins.events(b) > 0) {
        Map<String, Object> point = new HashMap<>();
        point.put(
            "name",
            name
                + ": stated "
                + ChartOptions.two(bins.stated(b))
                + ", happened "
                + ChartOptions.two(bins.happened(b))
                + ", "
                + bins.events(b)
                + " genes");
        point.put("value", List.of(rounded(bins.stated(b)), rounded(bins.happened(b))));
        // the area grows slowly with the number of genes
        point.put("symbolSize", 6 + 3 * Math.log10((double) bins.events(b)));
        data.add(point);
      }
    }
    Map<String, Object> series = new TreeMap<>();
    series.put("name", name);
    series.put("type", "line");
    series.put("symbol", symbol);
    series.put("itemStyle", Map.of("color", colour));
    series.put("lineStyle", Map.of("color", colour, "width", 1.5, "opacity", 0.6));
    series.put("data", data);
    return series;
  }

  /** Coverage by size of the predicted change, for one model. */
  static Map<String, Object> coverage(String model, Confidence confidence) {
    Map<String, Object> option = ChartOptions.frame("Coverage of the intervals of " + model);
    List<String> names = new ArrayList<>();
    List<Object> points = new ArrayList<>();
    List<Object> intervals = new ArrayList<>();
    for (Confidence.Stratum stratum : confidence.strata()) {
      String name = words(stratum.name());
      names.add(name);
      points.add(
          Map.of(
              "name",
              name
                  + ": "
                  + percent(stratum.coverage())
                  + " % inside, mean width "
                  + three(stratum.width())
                  + ", "
                  + stratum.perturbations()
                  + " perturbations",
              "value",
              List.of(rounded(100 * stratum.coverage()), name)));
      stratum
          .interval()
          .ifPresent(
              i ->
                  intervals.add(
                      List.of(
                          Map.of("coord", List.of(100 * i.lower(), name)),
                          Map.of("coord", List.of(100 * i.upper(), name)))));
    }
    Map<String, Object> dots = new TreeMap<>();
    dots.put("type", "scatter");
    dots.put("symbolSize", 11);
    dots.put("data", points);
    dots.put("itemStyle", Map.of("color", "@accent"));
    dots.put(
        "markLine",
        ChartOptions.lines(
            intervals, Map.of("color", "@accent", "type", "solid", "width", 3, "opacity", 0.55)));
    Map<String, Object> promised = new TreeMap<>();
    promised.put("type", "scatter");
    promised.put("data", List.of());
    promised.put("silent", true);
    promised.put(
        "markLine",
        ChartOptions.lines(
            List.of(Map.of("xAxis", 100 * confidence.level().orElse(0.9))),
            Map.of("color", "@ceiling", "type", "dashed", "width", 2)));
    option.put("grid", ChartOptions.grid(8, 22, 20, 6));
    Map<String, Object> x =
        ChartOptions.valueAxis("measured changes inside the interval (%)", null);
    x.put("min", 50);
    x.put("max", 100);
    option.put("xAxis", x);
    option.put("yAxis", names(names));
    option.put("series", List.of(dots, promised));
    return option;
  }

  static String words(String stratum) {
    return switch (stratum) {
      case "all" -> "all genes";
      case "small" -> "smaller half";
      case "middle" -> "upper half";
      case "large" -> "largest tenth";
      default -> stratum;
    };
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f", 100 * share);
  }

  private static String three(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e4) / 1e4;
  }
}
