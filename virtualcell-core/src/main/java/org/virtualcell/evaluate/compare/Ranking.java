package org.virtualcell.evaluate.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.compare.ComparedModels.Item;

/**
 * Figures and ranks of several models on the same conditions, with intervals from drawing
 * perturbations with all their contexts.
 */
final class Ranking {
  private static final int DRAWS = 2000;
  private static final int LEAST = 5;
  private static final double LEVEL = 0.95;

  private final List<String> models;
  private final double[][] above; // models x perturbations
  private final double[] below; // perturbations, when pooled: sums of weights
  private final boolean pooled;
  private final boolean higherIsBetter;
  private final double[] figure;
  private final double[] rank;
  private final double[][] drawnFigure; // models x draws
  private final double[][] drawnRank;

  Ranking(
      List<Item> items,
      Map<String, Map<Item, Double>> values,
      Map<Item, Double> weights,
      boolean higherIsBetter,
      long seed) {
    this.models = List.copyOf(values.keySet());
    this.pooled = !weights.isEmpty();
    this.higherIsBetter = higherIsBetter;
    Map<String, List<Item>> byPerturbation = new LinkedHashMap<>();
    items.forEach(
        i -> byPerturbation.computeIfAbsent(i.perturbation(), p -> new ArrayList<>()).add(i));
    List<List<Item>> groups = List.copyOf(byPerturbation.values());
    this.above = new double[models.size()][groups.size()];
    this.below = new double[groups.size()];
    for (int p = 0; p < groups.size(); p++) {
      for (Item item : groups.get(p)) {
        double weight = pooled ? weights.get(item) : 1.0 / groups.get(p).size();
        below[p] += weight;
        for (int m = 0; m < above.length; m++) {
          above[m][p] += weight * values.get(models.get(m)).get(item);
        }
      }
    }
    int[] once = new int[groups.size()];
    Arrays.fill(once, 1);
    this.figure = figures(once);
    this.rank = ranks(figure);
    boolean enough = groups.size() >= LEAST;
    this.drawnFigure = new double[models.size()][enough ? DRAWS : 0];
    this.drawnRank = new double[models.size()][enough ? DRAWS : 0];
    if (enough) {
      draw(groups.size(), new SplittableRandom(seed));
    }
  }

  private void draw(int perturbations, SplittableRandom random) {
    for (int d = 0; d < DRAWS; d++) {
      int[] times = new int[perturbations];
      for (int i = 0; i < perturbations; i++) {
        times[random.nextInt(perturbations)]++;
      }
      double[] figures = figures(times);
      double[] ranks = ranks(figures);
      for (int m = 0; m < figures.length; m++) {
        drawnFigure[m][d] = figures[m];
        drawnRank[m][d] = ranks[m];
      }
    }
  }

  private double[] figures(int[] times) {
    double[] result = new double[above.length];
    double weight = 0;
    for (int p = 0; p < times.length; p++) {
      weight += times[p] * (pooled ? below[p] : 1);
    }
    for (int m = 0; m < result.length; m++) {
      for (int p = 0; p < times.length; p++) {
        result[m] += times[p] * above[m][p] / weight;
      }
    }
    return result;
  }

  /** From 1; equal figures share their mean rank. */
  private double[] ranks(double[] figures) {
    double[] ranks = new double[figures.length];
    for (int a = 0; a < figures.length; a++) {
      double ahead = 1;
      for (int b = 0; b < figures.length; b++) {
        if (a != b) {
          double tie = 1e-12 * Math.max(1, Math.abs(figures[a]));
          double lead = higherIsBetter ? figures[b] - figures[a] : figures[a] - figures[b];
          ahead += lead > tie ? 1 : lead < -tie ? 0 : 0.5;
        }
      }
      ranks[a] = ahead;
    }
    return ranks;
  }

  int perturbations() {
    return below.length;
  }

  double value(String model) {
    return figure[models.indexOf(model)];
  }

  double rank(String model) {
    return rank[models.indexOf(model)];
  }

  Optional<Interval> interval(String model) {
    return middle(drawnFigure[models.indexOf(model)]);
  }

  Optional<Interval> rankInterval(String model) {
    return middle(drawnRank[models.indexOf(model)]);
  }

  /** The interval of one model's figure minus another's, over the same draws. */
  Optional<Interval> gap(String model, String other) {
    double[] gaps = drawnFigure[models.indexOf(model)].clone();
    double[] theirs = drawnFigure[models.indexOf(other)];
    for (int d = 0; d < gaps.length; d++) {
      gaps[d] -= theirs[d];
    }
    return middle(gaps);
  }

  /** Perturbations on which a model is better than another, the same and worse. */
  int[] tally(String model, String other) {
    double[] own = above[models.indexOf(model)];
    double[] theirs = above[models.indexOf(other)];
    int[] tally = new int[3];
    for (int p = 0; p < own.length; p++) {
      double lead = higherIsBetter ? own[p] - theirs[p] : theirs[p] - own[p];
      double tie = 1e-12 * Math.max(1, Math.abs(own[p]));
      tally[lead > tie ? 0 : lead < -tie ? 2 : 1]++;
    }
    return tally;
  }

  private static Optional<Interval> middle(double... drawn) {
    if (drawn.length == 0) {
      return Optional.empty();
    }
    double[] sorted = drawn.clone();
    Arrays.sort(sorted);
    int cut = (int) Math.floor((1 - LEVEL) / 2 * sorted.length);
    return Optional.of(new Interval(LEVEL, sorted[cut], sorted[sorted.length - 1 - cut]));
  }
}
