package org.virtualcell.evaluate.compare;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.evaluate.Metric;

/**
 * How a metric is read. Metrics of other profiles are known by their names: those of errors,
 * distances and widths are better when small.
 *
 * @param higherIsBetter whether more is better
 * @param ratio whether single values are pooled by their denominators
 */
record FigureRule(boolean higherIsBetter, boolean ratio) {
  /** What the name of a metric ends with whose values are the denominators of another. */
  static final String WEIGHT = "_weight";

  private static final List<String> SMALL_IS_GOOD =
      List.of("error", "mse", "mae", "nmae", "distance", "width");

  static FigureRule of(String metric) {
    return Arrays.stream(Metric.values())
        .filter(m -> m.label().equals(metric))
        .findFirst()
        .map(
            m ->
                new FigureRule(
                    m.direction() != Metric.Direction.LOWER && m != Metric.INTERVAL_WIDTH,
                    m.kind() == Metric.Kind.RATIO))
        .orElseGet(
            () ->
                new FigureRule(
                    Arrays.stream(metric.split("_", -1)).noneMatch(SMALL_IS_GOOD::contains),
                    false));
  }
}
