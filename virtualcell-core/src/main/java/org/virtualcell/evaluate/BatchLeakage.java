package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Whether a model carries the batch (plate, lane, replicate, donor) of the cells it is shown into
 * the effect it predicts. It is asked the same question once with the controls of each batch. What
 * differs between the answers, after each question's own mean is taken away, is batch; and if it
 * differs in the same way for other questions, the batch can be told from it: each answer goes to
 * the batch whose mean answer to the other questions is nearest. Beside it stands the same with
 * batch labels permuted within questions.
 *
 * @param model the model
 * @param share the squared difference between batches as a share of the squared predicted effect; 0
 *     for a model that does not look at the batch
 * @param accuracy how often the batch is told; empty where the answers do not differ, or there are
 *     fewer than two questions
 * @param permuted the mean accuracy with permuted labels
 * @param permutedHigh the accuracy that 95 % of the permutations do not exceed
 * @param questions how many conditions were asked in two batches or more
 * @param batches how many batches there are
 */
public record BatchLeakage(
    String model,
    double share,
    Optional<Double> accuracy,
    double permuted,
    double permutedHigh,
    int questions,
    int batches) {
  private static final int PERMUTATIONS = 200;
  private static final double NEGLIGIBLE = 1e-9;

  /**
   * Whether the batch can be told better than from permuted labels.
   *
   * @return true if it leaks
   */
  public boolean leaks() {
    return accuracy.filter(a -> a > permutedHigh).isPresent();
  }

  /** The leakage of one model; empty where no condition was asked in two batches. */
  static Optional<BatchLeakage> of(String model, List<List<BatchSketch>> answers, long seed) {
    List<List<BatchSketch>> asked = answers.stream().filter(a -> a.size() > 1).toList();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    double within = 0;
    double whole = 0;
    List<double[][]> residuals = new ArrayList<>();
    for (List<BatchSketch> question : asked) {
      double[][] centred = centred(question);
      residuals.add(centred);
      for (int b = 0; b < centred.length; b++) {
        within += Vectors.square(centred[b]);
        whole += question.get(b).square();
      }
    }
    List<String> names =
        asked.stream().flatMap(List::stream).map(BatchSketch::batch).distinct().sorted().toList();
    int[][] labels =
        asked.stream()
            .map(q -> q.stream().mapToInt(s -> names.indexOf(s.batch())).toArray())
            .toArray(int[][]::new);
    double found = whole > 0 ? within / whole : 0;
    double share = found < NEGLIGIBLE ? 0 : found; // what is below is rounding
    if (share == 0 || asked.size() < 2) {
      return Optional.of(
          new BatchLeakage(model, share, Optional.empty(), 0, 0, asked.size(), names.size()));
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] permuted = new double[PERMUTATIONS];
    for (int i = 0; i < PERMUTATIONS; i++) {
      permuted[i] = accuracy(residuals, shuffled(labels, random), names.size());
    }
    double mean = Arrays.stream(permuted).average().orElseThrow();
    return Optional.of(
        new BatchLeakage(
            model,
            share,
            Optional.of(accuracy(residuals, labels, names.size())),
            mean,
            Quantiles.of(permuted, 0.95),
            asked.size(),
            names.size()));
  }

  private static double[][] centred(List<BatchSketch> question) {
    int n = question.get(0).projections().length;
    double[] mean = new double[n];
    for (BatchSketch sketch : question) {
      for (int k = 0; k < n; k++) {
        mean[k] += sketch.projections()[k] / question.size();
      }
    }
    double[][] result = new double[question.size()][n];
    for (int b = 0; b < result.length; b++) {
      for (int k = 0; k < n; k++) {
        result[b][k] = question.get(b).projections()[k] - mean[k];
      }
    }
    return result;
  }

  private static int[][] shuffled(int[][] labels, SplittableRandom random) {
    int[][] result = new int[labels.length][];
    for (int q = 0; q < labels.length; q++) {
      result[q] = labels[q].clone();
      for (int i = result[q].length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = result[q][i];
        result[q][i] = result[q][j];
        result[q][j] = swapped;
      }
    }
    return result;
  }

  private static double accuracy(List<double[][]> residuals, int[][] labels, int batches) {
    int n = residuals.get(0)[0].length;
    double[][] sum = new double[batches][n];
    int[] count = new int[batches];
    for (int q = 0; q < labels.length; q++) {
      for (int b = 0; b < labels[q].length; b++) {
        count[labels[q][b]]++;
        for (int k = 0; k < n; k++) {
          sum[labels[q][b]][k] += residuals.get(q)[b][k];
        }
      }
    }
    Map<Boolean, Integer> told = new LinkedHashMap<>();
    for (int q = 0; q < labels.length; q++) {
      for (int b = 0; b < labels[q].length; b++) {
        int nearest = nearest(residuals.get(q), labels[q], b, sum, count);
        if (nearest >= 0) {
          told.merge(nearest == labels[q][b], 1, Integer::sum);
        }
      }
    }
    int right = told.getOrDefault(true, 0);
    int all = right + told.getOrDefault(false, 0);
    return all == 0 ? 0 : (double) right / all;
  }

  /** The batch of this question whose mean over the other questions is nearest; -1 for none. */
  private static int nearest(
      double[][] question, int[] labels, int own, double[][] sum, int[] count) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int b = 0; b < labels.length; b++) {
      int others = count[labels[b]] - 1; // the question's own answer in this batch left out
      if (others > 0) {
        double distance = 0;
        for (int k = 0; k < question[own].length; k++) {
          double centroid = (sum[labels[b]][k] - question[b][k]) / others;
          distance += (question[own][k] - centroid) * (question[own][k] - centroid);
        }
        if (distance < least) {
          least = distance;
          best = labels[b];
        }
      }
    }
    return best;
  }
}
