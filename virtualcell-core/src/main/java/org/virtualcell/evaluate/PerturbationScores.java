package org.virtualcell.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One metric of one model by perturbation: the sum of numerators and of denominators over the
 * contexts it was scored in. For a mean, the numerator is a value and the denominator 1; for a
 * ratio they are its own. Used by one thread, always with the same draws.
 */
final class PerturbationScores {
  private final double[] numerator;
  private final double[] denominator;
  private final Map<Statistic, double[]> drawn = new EnumMap<>(Statistic.class);

  PerturbationScores(double[] numerator, double[] denominator) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  int size() {
    return numerator.length;
  }

  /** The value of one perturbation over its contexts. */
  double value(int perturbation) {
    return numerator[perturbation] / denominator[perturbation];
  }

  /** The statistic over all perturbations, each once. */
  double statistic(Statistic statistic) {
    int[] once = new int[size()];
    Arrays.fill(once, 1);
    return new Summary(statistic).of(once);
  }

  /** The statistic of every draw; computed once, not to be changed. */
  double[] statistics(Statistic statistic, Resamples resamples) {
    return drawn.computeIfAbsent(
        statistic,
        s -> {
          Summary summary = new Summary(s);
          double[] result = new double[resamples.draws()];
          for (int d = 0; d < result.length; d++) {
            result[d] = summary.of(resamples.draw(d));
          }
          return result;
        });
  }

  private final class Summary {
    private final Statistic statistic;
    private final double[] value = new double[size()];
    private final int[] ascending;

    Summary(Statistic statistic) {
      this.statistic = statistic;
      for (int p = 0; p < size(); p++) {
        value[p] = value(p);
      }
      this.ascending =
          IntStream.range(0, size())
              .boxed()
              .sorted(Comparator.comparingDouble(p -> value[p]))
              .mapToInt(Integer::intValue)
              .toArray();
    }

    double of(int[] times) {
      return switch (statistic) {
        case MEAN -> ratio(times, value, null);
        case POOLED -> ratio(times, numerator, denominator);
        case MEDIAN -> (ranked(times, (size() - 1) / 2) + ranked(times, size() / 2)) / 2;
      };
    }

    private double ratio(int[] times, double[] above, double[] below) {
      double sum = 0;
      double weight = 0;
      for (int p = 0; p < times.length; p++) {
        sum += times[p] * above[p];
        weight += below == null ? times[p] : times[p] * below[p];
      }
      return sum / weight;
    }

    /** The value at a 0-based rank when every perturbation is there the given number of times. */
    private double ranked(int[] times, int rank) {
      int passed = 0;
      for (int p : ascending) {
        passed += times[p];
        if (passed > rank) {
          return value[p];
        }
      }
      throw new IllegalStateException("a draw has as many perturbations as there are");
    }
  }
}
