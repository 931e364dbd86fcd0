package org.virtualcell.evaluate.vcc;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ends of the scale of one context, and what they were made from.
 *
 * @param data the digest of the measured cells
 * @param rules the digest of the profile's rules
 * @param baseline what the lower end is
 * @param splits what drew the halves of the upper end
 * @param baselines the aggregate of the baseline by metric
 * @param replicates the replicate by metric; a subset of the metrics
 */
public record ContextAnchors(
    String data,
    String rules,
    String baseline,
    String splits,
    Map<ChallengeMetric, Double> baselines,
    Map<ChallengeMetric, Replicate> replicates) {
  /**
   * What halves of the measured cells reach as predictions of each other.
   *
   * @param mean over the splits
   * @param deviation over the splits, population
   * @param least over the splits
   * @param most over the splits
   * @param fewest the smallest number of perturbations of a split; 0 for a ratio of sums
   * @param largest the largest number
   */
  public record Replicate(
      double mean, double deviation, double least, double most, int fewest, int largest) {}

  /** Copies the maps. */
  public ContextAnchors {
    baselines = copy(baselines);
    replicates = copy(replicates);
  }

  private static <V> Map<ChallengeMetric, V> copy(Map<ChallengeMetric, V> map) {
    Map<ChallengeMetric, V> sorted = new EnumMap<>(ChallengeMetric.class);
    sorted.putAll(map);
    return Collections.unmodifiableMap(sorted);
  }

  Optional<Double> baseline(ChallengeMetric metric) {
    return Optional.ofNullable(baselines.get(metric));
  }

  Optional<Replicate> replicate(ChallengeMetric metric) {
    return Optional.ofNullable(replicates.get(metric));
  }
}
