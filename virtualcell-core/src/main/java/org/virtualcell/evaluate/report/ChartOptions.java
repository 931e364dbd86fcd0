package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;

/**
 * ECharts options as plain maps. Colours are names of the page's colour variables after an
 * {@code @}, so that one option serves the light and the dark page. Text reaches the chart as drawn
 * text (rich-text tooltips), never as HTML.
 */
final class ChartOptions {
  private static final int TICKS = 5;

  private ChartOptions() {}

  /** Every model of one scope as a point with its interval, beside the noise ceiling. */
  static Map<String, Object> scores(ScopeResult scope, Figure figure, List<String> models) {
    boolean tested = scope.gate().status() == ModelCard.Status.TESTED;
    String colour = tested ? "@accent" : "@other";
    List<Object> points = new ArrayList<>();
    List<Object> intervals = new ArrayList<>();
    List<Double> reach = new ArrayList<>();
    for (String model : models) {
      Score score = scope.score(model, figure.metric(), figure.statistic()).orElse(null);
      if (score == null) {
        continue;
      }
      reach.add(score.value());
      points.add(Map.of("name", sentence(model, score), "value", List.of(score.value(), model)));
      if (score.interval().isPresent()) {
        Interval interval = score.interval().get();
        reach.add(interval.lower());
        reach.add(interval.upper());
        intervals.add(
            List.of(
                Map.of("coord", List.of(interval.lower(), model)),
                Map.of("coord", List.of(interval.upper(), model))));
      }
    }
    Map<String, Object> dots = new TreeMap<>();
    dots.put("type", "scatter");
    dots.put("symbolSize", 11);
    dots.put("data", points);
    dots.put(
        "itemStyle",
        tested
            ? Map.of("color", colour)
            : Map.of("color", "@surface", "borderColor", colour, "borderWidth", 2));
    dots.put("z", 3);
    dots.put(
        "markLine",
        lines(intervals, Map.of("color", colour, "type", "solid", "width", 3, "opacity", 0.55)));
    List<Object> series = new ArrayList<>();
    series.add(dots);
    Map<String, Object> option = frame("Scores in " + scope.scope() + ": " + figure.label());
    scope
        .score(EvaluationResult.CEILING, figure.metric(), figure.statistic())
        .ifPresent(
            ceiling -> {
              series.add(ceiling(ceiling, reach));
              option.put("title", note(sentence(figure.ceilingName(), ceiling)));
            });
    option.put("grid", grid(8, 20, 26, 6));
    option.put("xAxis", valueAxis(figure.label(), range(reach)));
    Map<String, Object> y = new TreeMap<>();
    y.put("type", "category");
    y.put("inverse", true);
    y.put("data", models);
    y.put("axisTick", Map.of("show", false));
    y.put("axisLine", Map.of("show", false));
    y.put("axisLabel", Map.of("color", "@text", "width", 130, "overflow", "truncate"));
    y.put("splitLine", Map.of("show", true, "lineStyle", Map.of("color", "@grid")));
    option.put("yAxis", y);
    option.put("series", series);
    return option;
  }

  private static Map<String, Object> ceiling(Score ceiling, List<Double> reach) {
    Map<String, Object> series = new TreeMap<>();
    series.put("type", "scatter");
    series.put("data", List.of());
    series.put("silent", true);
    reach.add(ceiling.value());
    series.put(
        "markLine",
        lines(
            List.of(Map.of("xAxis", ceiling.value())),
            Map.of("color", "@ceiling", "type", "dashed", "width", 2)));
    if (ceiling.interval().isPresent()) {
      Interval interval = ceiling.interval().get();
      reach.add(interval.lower());
      reach.add(interval.upper());
      Map<String, Object> area = new TreeMap<>();
      area.put("silent", true);
      area.put("itemStyle", Map.of("color", "@ceiling", "opacity", 0.12));
      area.put(
          "data",
          List.of(List.of(Map.of("xAxis", interval.lower()), Map.of("xAxis", interval.upper()))));
      series.put("markArea", area);
    }
    return series;
  }

  /** Measured against predicted, one point per gene; the page fills in the points. */
  static Map<String, Object> measuredAgainstPredicted() {
    Map<String, Object> option = frame("Measured against predicted effect, one point per gene");
    option.put("grid", grid(8, 22, 34, 6));
    option.put("xAxis", valueAxis("measured effect", null));
    option.put("yAxis", valueAxis("predicted effect", null));
    option.put("legend", legend());
    option.put("series", List.of());
    return option;
  }

  /** Measured effect against its significance, one point per gene; the page fills in the points. */
  static Map<String, Object> volcano() {
    Map<String, Object> option = frame("Volcano plot of the measured effect, one point per gene");
    option.put("grid", grid(8, 22, 34, 6));
    option.put("xAxis", valueAxis("measured effect", null));
    option.put("yAxis", valueAxis("-log10 p", null));
    option.put("legend", legend());
    option.put("series", List.of());
    return option;
  }

  static Map<String, Object> frame(String description) {
    Map<String, Object> option = new TreeMap<>();
    option.put("animation", false);
    option.put("aria", Map.of("enabled", true, "label", Map.of("description", description)));
    option.put("textStyle", Map.of("color", "@text", "fontFamily", "inherit"));
    option.put(
        "tooltip",
        Map.of(
            "trigger",
            "item",
            "renderMode",
            "richText",
            "confine",
            true,
            "formatter",
            "{b}",
            "backgroundColor",
            "@surface",
            "borderColor",
            "@line",
            "textStyle",
            Map.of("color", "@text", "fontSize", 12)));
    return option;
  }

  /** A line of small text above a chart, at the right. */
  private static Map<String, Object> note(String text) {
    Map<String, Object> style = Map.of("color", "@ceiling", "fontSize", 12, "fontWeight", "normal");
    return Map.of("text", text, "right", 4, "top", 3, "padding", 0, "textStyle", style);
  }

  static Map<String, Object> legend() {
    return Map.of("top", 0, "left", 0, "textStyle", Map.of("color", "@text"), "itemGap", 14);
  }

  static Map<String, Object> grid(int left, int right, int top, int bottom) {
    return Map.of(
        "left",
        left,
        "right",
        right,
        "top",
        top,
        "bottom",
        bottom,
        "outerBoundsMode",
        "same",
        "outerBoundsContain",
        "all");
  }

  static Map<String, Object> lines(List<Object> data, Map<String, Object> style) {
    Map<String, Object> mark = new TreeMap<>();
    mark.put("silent", true);
    mark.put("animation", false);
    mark.put("symbol", "none");
    mark.put("precision", 6);
    mark.put("label", Map.of("show", false));
    mark.put("lineStyle", style);
    mark.put("data", data);
    return mark;
  }

  static Map<String, Object> valueAxis(String name, double[] range) {
    Map<String, Object> axis = new TreeMap<>();
    axis.put("type", "value");
    axis.put("name", name);
    axis.put("nameLocation", "middle");
    axis.put("nameGap", 26);
    axis.put("nameTextStyle", Map.of("color", "@muted"));
    axis.put(
        "axisLine", Map.of("show", true, "onZero", false, "lineStyle", Map.of("color", "@line")));
    axis.put("axisLabel", Map.of("color", "@muted", "hideOverlap", true));
    axis.put("splitLine", Map.of("lineStyle", Map.of("color", "@grid")));
    if (range != null) {
      axis.put("min", range[0]);
      axis.put("max", range[1]);
      axis.put("interval", range[2]);
    }
    return axis;
  }

  private static String sentence(String name, Score score) {
    return name
        + ": "
        + two(score.value())
        + score.interval().map(i -> " [" + two(i.lower()) + ", " + two(i.upper()) + "]").orElse("")
        + ", n = "
        + score.perturbations();
  }

  static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Lower end, upper end and tick distance that hold all values and zero, on round numbers. */
  static double[] range(List<Double> values) {
    double low = 0;
    double high = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (high - low < 1e-9) {
      high = low + 1;
    }
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * power;
      if (step >= rough) {
        break;
      }
    }
    return new double[] {
      Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step
    };
  }
}
