package org.virtualcell.evaluate.vcc;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.virtualcell.evaluate.cache.NumberArrays;

/**
 * The metrics of one perturbation. A metric is absent where the perturbation is left out of it, NaN
 * where it is not defined and dropped from the mean.
 */
final class MetricRow {
  private final Map<ChallengeMetric, Double> values = new EnumMap<>(ChallengeMetric.class);
  private double smallestPositive = Double.POSITIVE_INFINITY;
  private double[] tiedAreas = {};

  void put(ChallengeMetric metric, double value) {
    values.put(metric, value);
  }

  void remove(ChallengeMetric metric) {
    values.remove(metric);
  }

  boolean has(ChallengeMetric metric) {
    return values.containsKey(metric);
  }

  /** The value, NaN where it is absent or not defined. */
  double get(ChallengeMetric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }

  /**
   * Notes what the areas under curves depend on beyond the perturbation: adjusted p values of zero
   * count as the smallest positive one of all perturbations.
   *
   * @param smallest the smallest positive value of this perturbation
   * @param tied both areas where zeros count as that value; empty where there is no zero
   */
  void noteAreas(double smallest, double... tied) {
    smallestPositive = smallest;
    tiedAreas = tied.clone();
  }

  double smallestPositive() {
    return smallestPositive;
  }

  /** Decides the areas once the smallest positive value of the panel is known. */
  void settleAreas(double smallestOfPanel) {
    if (tiedAreas.length > 0 && smallestPositive == smallestOfPanel) {
      put(ChallengeMetric.PR_AUC, tiedAreas[0]);
      put(ChallengeMetric.ROC_AUC, tiedAreas[1]);
    }
  }

  /** Writes all that is in the row; {@link #read} makes it again. */
  void write(DataOutputStream out) throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<ChallengeMetric, Double> entry : values.entrySet()) {
      out.writeUTF(entry.getKey().label());
      out.writeDouble(entry.getValue());
    }
    out.writeDouble(smallestPositive);
    NumberArrays.write(out, tiedAreas);
  }

  static MetricRow read(DataInputStream in) throws IOException {
    MetricRow row = new MetricRow();
    for (int n = in.readInt(); n > 0; n--) {
      row.values.put(ChallengeMetric.of(in.readUTF()), in.readDouble());
    }
    row.smallestPositive = in.readDouble();
    row.tiedAreas = NumberArrays.read(in);
    return row;
  }

  /** Puts the stated worst value where a metric is absent or not defined. */
  void fill() {
    for (ChallengeMetric metric : ChallengeMetric.values()) {
      if (!Double.isNaN(metric.fill()) && Double.isNaN(get(metric))) {
        put(metric, metric.fill());
      }
    }
  }
}
