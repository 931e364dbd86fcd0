package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.virtualcell.api.Perturbation;

/**
 * Weighs members on the trials of one kind of question. The unit is the perturbation, never the
 * gene: squared errors of a perturbation are divided by its squared effect plus the mean of all, so
 * that neither the largest effects nor the absent ones decide alone. Every loss is of weights that
 * were fitted without its perturbation.
 */
final class Stacking {
  private static final int RESAMPLES = 2000;
  private static final double LEVEL = 0.95; // of the interval of what a member adds
  private static final double LEAST_GAIN = 0.01; // less is not worth a claim of evidence

  private final int members;
  private final List<Unit> units;
  private final int[][] resamples;
  private final double noChange;

  /** One perturbation: its trials, and their products with each other, scaled. */
  @SuppressWarnings("ArrayRecordComponent") // small, never compared
  private record Unit(List<Trial> trials, double[][] gram, double[] product, double square) {}

  private Stacking(List<Trial> trials, int members, long seed) {
    this.members = members;
    this.units = units(trials, members);
    double sum = 0;
    for (Unit unit : units) {
      sum += unit.square();
    }
    this.noChange = sum;
    SplittableRandom random = new SplittableRandom(seed);
    int n = units.size();
    this.resamples = new int[RESAMPLES][n];
    for (int[] resample : resamples) {
      for (int i = 0; i < n; i++) {
        resample[i] = random.nextInt(n);
      }
    }
  }

  static Stack of(Stratum stratum, List<Trial> trials, int members, long seed) {
    long perturbations = trials.stream().map(Trial::perturbation).distinct().count();
    if (perturbations < Stack.FEWEST) {
      return Stack.undecided(stratum, (int) perturbations, members);
    }
    return new Stacking(trials, members, seed).stack(stratum);
  }

  private static List<Unit> units(List<Trial> trials, int members) {
    Map<Perturbation, List<Trial>> byPerturbation = new LinkedHashMap<>();
    trials.forEach(
        t -> byPerturbation.computeIfAbsent(t.perturbation(), k -> new ArrayList<>()).add(t));
    List<Unit> plain = new ArrayList<>();
    double mean = 0;
    for (List<Trial> own : byPerturbation.values()) {
      double[][] gram = new double[members][members];
      double[] product = new double[members];
      double square = 0;
      for (Trial trial : own) {
        square += dot(trial.truth(), trial.truth());
        for (int i = 0; i < members; i++) {
          product[i] += dot(trial.answers()[i], trial.truth());
          for (int j = 0; j <= i; j++) {
            gram[i][j] += dot(trial.answers()[i], trial.answers()[j]);
            gram[j][i] = gram[i][j];
          }
        }
      }
      mean += square / byPerturbation.size();
      plain.add(new Unit(own, gram, product, square));
    }
    List<Unit> scaled = new ArrayList<>();
    for (Unit unit : plain) {
      double factor = 1 / (unit.square() + mean + Double.MIN_NORMAL);
      double[][] gram = new double[members][members];
      double[] product = new double[members];
      add(gram, product, unit, factor);
      scaled.add(new Unit(unit.trials(), gram, product, unit.square() * factor));
    }
    return scaled;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += (double) a[g] * b[g];
    }
    return sum;
  }

  private static void add(double[][] gram, double[] product, Unit unit, double factor) {
    for (int i = 0; i < product.length; i++) {
      product[i] += factor * unit.product()[i];
      for (int j = 0; j < product.length; j++) {
        gram[i][j] += factor * unit.gram()[i][j];
      }
    }
  }

  private Stack stack(Stratum stratum) {
    List<Integer> chosen = forward();
    backward(chosen);
    double[] error = losses(chosen);
    List<Stack.Gain> gains = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      gains.add(gain(chosen, m));
    }
    double[] weights = weights(chosen, -1);
    List<float[]> misses = new ArrayList<>();
    for (int u = 0; u < units.size(); u++) {
      misses.add(miss(units.get(u), weights(chosen, u)));
    }
    return new Stack(
        stratum,
        units.size(),
        true,
        weights,
        noChange > 0 ? NonNegativeWeights.sum(error) / noChange : 1,
        List.copyOf(gains),
        misses);
  }

  /** Takes, as long as there is one, the member that surely adds and adds most. */
  private List<Integer> forward() {
    List<Integer> chosen = new ArrayList<>();
    while (true) {
      int best = -1;
      double most = 0;
      for (int m = 0; m < members; m++) {
        if (!chosen.contains(m)) {
          Stack.Gain gain = gain(chosen, m);
          if (gain.lower() > 0 && gain.mean() > Math.max(most, LEAST_GAIN)) {
            most = gain.mean();
            best = m;
          }
        }
      }
      if (best < 0) {
        return chosen;
      }
      chosen.add(best);
    }
  }

  /** Gives back members that add nothing sure to those taken after them, the least one first. */
  private void backward(List<Integer> chosen) {
    while (true) {
      Integer worst = null;
      double least = 0;
      for (Integer m : chosen) {
        Stack.Gain gain = gain(chosen, m);
        double lower = gain.mean() > LEAST_GAIN ? gain.lower() : Math.min(0, gain.lower());
        if (lower <= least) {
          least = lower;
          worst = m;
        }
      }
      if (worst == null) {
        return;
      }
      chosen.remove(worst);
    }
  }

  /** What a member adds to the chosen ones without it. */
  private Stack.Gain gain(List<Integer> chosen, int member) {
    List<Integer> without = new ArrayList<>(chosen);
    without.remove(Integer.valueOf(member));
    List<Integer> with = new ArrayList<>(without);
    with.add(member);
    double[] before = losses(without);
    double[] after = losses(with);
    int n = units.size();
    double[] gain = new double[n];
    double total = 0;
    for (int u = 0; u < n; u++) {
      gain[u] = before[u] - after[u];
      total += gain[u];
    }
    double[] drawn = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double own = 0;
      double reference = 0;
      for (int u : resamples[r]) {
        own += gain[u];
        reference += units.get(u).square();
      }
      drawn[r] = own / (reference + Double.MIN_NORMAL);
    }
    Arrays.sort(drawn);
    int tail = (int) ((1 - LEVEL) / 2 * RESAMPLES);
    return new Stack.Gain(
        total / (noChange + Double.MIN_NORMAL),
        drawn[tail],
        drawn[RESAMPLES - 1 - tail],
        chosen.contains(member));
  }

  private double[] losses(List<Integer> chosen) {
    double[] losses = new double[units.size()];
    for (int u = 0; u < losses.length; u++) {
      Unit unit = units.get(u);
      double[] w = weights(chosen, u);
      losses[u] = unit.square();
      for (int i : chosen) {
        losses[u] -= 2 * w[i] * unit.product()[i];
        for (int j : chosen) {
          losses[u] += w[i] * w[j] * unit.gram()[i][j];
        }
      }
    }
    return losses;
  }

  /** Weights per member, zero for those not chosen, fitted without one perturbation. */
  private double[] weights(List<Integer> chosen, int excluded) {
    int n = chosen.size();
    double[][] gram = new double[n][n];
    double[] product = new double[n];
    for (int u = 0; u < units.size(); u++) {
      if (u != excluded) {
        Unit unit = units.get(u);
        for (int i = 0; i < n; i++) {
          product[i] += unit.product()[chosen.get(i)];
          for (int j = 0; j < n; j++) {
            gram[i][j] += unit.gram()[chosen.get(i)][chosen.get(j)];
          }
        }
      }
    }
    double[] fitted = NonNegativeWeights.of(gram, product);
    double[] weights = new double[members];
    for (int i = 0; i < n; i++) {
      weights[chosen.get(i)] = fitted[i];
    }
    return weights;
  }

  /** The largest miss over the contexts of a perturbation, per gene. */
  private static float[] miss(Unit unit, double[] weights) {
    float[] largest = new float[unit.trials().get(0).truth().length];
    for (Trial trial : unit.trials()) {
      for (int g = 0; g < largest.length; g++) {
        double expected = 0;
        for (int m = 0; m < weights.length; m++) {
          expected += weights[m] * trial.answers()[m][g];
        }
        largest[g] = Math.max(largest[g], (float) Math.abs(trial.truth()[g] - expected));
      }
    }
    return largest;
  }
}
