package org.virtualcell.evaluate;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The value of a metric for one perturbation in one context. There are three kinds: measured (a
 * value, no remark), by convention (a value and the remark that says why it is not measured), and
 * absent (no value and the reason).
 *
 * @param value the value, finite; empty where there is none
 * @param weight its weight in a pooled ratio: the denominator of the value, or 1
 * @param remark empty for a measured value, else the convention used or the reason of absence
 */
public record MetricValue(OptionalDouble value, double weight, String remark) {
  /** Checks that a value is finite and that an absence has its reason. */
  public MetricValue {
    Objects.requireNonNull(remark, "remark");
    if (value.isPresent() && !Double.isFinite(value.getAsDouble())
        || value.isEmpty() && remark.isEmpty()
        || !(weight >= 0)) {
      throw new IllegalArgumentException(
          "a metric value is finite or absent with a reason: " + value + ", " + weight);
    }
  }

  static MetricValue measured(double value) {
    return new MetricValue(OptionalDouble.of(value), 1, "");
  }

  /** A ratio that remembers its denominator, so that it can be pooled. */
  static MetricValue ratio(double numerator, double denominator) {
    return new MetricValue(OptionalDouble.of(numerator / denominator), denominator, "");
  }

  static MetricValue byConvention(double value, String why) {
    return new MetricValue(OptionalDouble.of(value), 1, why);
  }

  static MetricValue absent(String why) {
    return new MetricValue(OptionalDouble.empty(), 0, why);
  }

  /**
   * The mean of several values of one metric, ratios by their weights; absent where one is absent,
   * by convention where one is.
   */
  static MetricValue mean(List<MetricValue> values) {
    double sum = 0;
    double weight = 0;
    String remark = "";
    for (MetricValue v : values) {
      if (v.value.isEmpty()) {
        return v;
      }
      sum += v.value.getAsDouble() * v.weight;
      weight += v.weight;
      remark = remark.isEmpty() ? v.remark : remark;
    }
    return new MetricValue(OptionalDouble.of(sum / weight), weight / values.size(), remark);
  }

  /**
   * Whether the value was computed, not set by a convention.
   *
   * @return true for a measured value
   */
  public boolean isMeasured() {
    return value.isPresent() && remark.isEmpty();
  }

  /**
   * Whether the value was set by a stated convention.
   *
   * @return true for a value with a remark
   */
  public boolean isByConvention() {
    return value.isPresent() && !remark.isEmpty();
  }
}
