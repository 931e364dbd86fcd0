package org.virtualcell.evaluate.confidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the mean error becomes when only the surest answers are taken (El-Yaniv and Wiener 2010).
 * Answers that are equally sure are taken in any order: between the ends of such a block the curve
 * is what random order gives on average, so that a model which states the same confidence for
 * everything has a flat curve.
 *
 * @param points the curve, from the surest answers to all of them
 * @param aurc the area under it: the mean over n = 1, 2, ... of the mean error of the n surest
 * @param oracle the same area when answers are ordered by their true error, the least there can be
 * @param random the same area in random order: the mean error
 * @param answers how many there are
 */
public record RiskCoverage(
    List<Point> points, double aurc, double oracle, double random, int answers) {
  /** Copies the list. */
  public RiskCoverage {
    points = List.copyOf(points);
  }

  /**
   * A point of the curve.
   *
   * @param coverage the share of answers taken, above 0
   * @param risk their mean error
   */
  public record Point(double coverage, double risk) {}

  /**
   * How much of the area above that of a perfect order is left: 0 for a model that knows exactly
   * where it errs.
   *
   * @return 0 or more
   */
  public double excess() {
    return aurc - oracle;
  }

  /**
   * How much of what a perfect order would gain over a random one the stated confidence gains.
   *
   * @return 1 for a perfect order, 0 for a random one, below 0 where sure answers are worse; 0
   *     where all errors are equal
   */
  public double gain() {
    return random - oracle > 0 ? (random - aurc) / (random - oracle) : 0;
  }

  /**
   * The curve of some answers.
   *
   * @param risk the error of each, 0 or more; at least one
   * @param confidence how sure each is; only the order counts
   * @return the curve
   */
  public static RiskCoverage of(double[] risk, double[] confidence) {
    double[] ordered = inOrder(risk, confidence);
    double[] perfect =
        inOrder(risk, IntStream.range(0, risk.length).mapToDouble(i -> -risk[i]).toArray());
    List<Point> points = new ArrayList<>();
    double sum = 0;
    for (int n = 0; n < ordered.length; n++) {
      sum += ordered[n];
      points.add(new Point((n + 1.0) / ordered.length, sum / (n + 1)));
    }
    return new RiskCoverage(
        points, area(ordered), area(perfect), sum / ordered.length, ordered.length);
  }

  /** The errors from the surest answer on; within a block of ties each is the block's mean. */
  private static double[] inOrder(double[] risk, double[] confidence) {
    int[] order =
        IntStream.range(0, risk.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -confidence[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] result = new double[risk.length];
    int from = 0;
    while (from < order.length) {
      int to = from;
      double sum = 0;
      while (to < order.length && confidence[order[to]] == confidence[order[from]]) {
        sum += risk[order[to++]];
      }
      java.util.Arrays.fill(result, from, to, sum / (to - from));
      from = to;
    }
    return result;
  }

  private static double area(double[] ordered) {
    double sum = 0;
    double area = 0;
    for (int n = 0; n < ordered.length; n++) {
      sum += ordered[n];
      area += sum / (n + 1);
    }
    return area / ordered.length;
  }
}
