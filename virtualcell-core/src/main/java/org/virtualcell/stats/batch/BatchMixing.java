package org.virtualcell.stats.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.InvalidDataException;

/**
 * How a space of cells treats labels (perturbations, cell types) and batches (donors, plates). On
 * predicted cells it tells whether a model carries the batch into its effects. Immutable.
 */
public final class BatchMixing {
  private static final double LEVEL = 0.05;
  private static final int LEAST_CELLS = 10;

  private final double[][] points;
  private final Membership labels;
  private final Membership batches;
  private final Space space;

  private BatchMixing(double[][] points, Membership labels, Membership batches, Space space) {
    this.points = points;
    this.labels = labels;
    this.batches = batches;
    this.space = space;
  }

  /** What depends on the points alone, made once when it is first asked for. */
  private static final class Space {
    private final Map<Integer, Neighbours> neighbours = new ConcurrentHashMap<>();
    private final Map<Integer, PointComponents> components = new ConcurrentHashMap<>();
  }

  /**
   * The same cells and labels in other batches, such as permuted ones. What depends on the points
   * alone is shared.
   *
   * @param others a batch per cell
   * @return the measures
   * @throws InvalidDataException if there are not as many as cells, or one is missing
   */
  public BatchMixing withBatches(List<String> others) {
    if (others.size() != points.length || new ArrayList<>(others).contains(null)) {
      throw new InvalidDataException(
          others.size() + " batches for " + points.length + " cells, or one is missing",
          "batch measures",
          "State the batch of every cell.");
    }
    return new BatchMixing(points, labels, new Membership(others), space);
  }

  /**
   * Cells in a space.
   *
   * @param points a vector per cell, all of one length; not to be changed any more
   * @param labels a label per cell
   * @param batches a batch per cell
   * @return the measures
   * @throws InvalidDataException if sizes differ, a number is not finite, a name is missing or
   *     there are fewer than two cells
   */
  public static BatchMixing of(List<double[]> points, List<String> labels, List<String> batches) {
    if (points.size() < 2 || points.size() != labels.size() || points.size() != batches.size()) {
      throw new InvalidDataException(
          points.size() + " points, " + labels.size() + " labels, " + batches.size() + " batches",
          "batch measures",
          "Pass at least two cells, with a label and a batch each.");
    }
    for (int i = 0; i < points.size(); i++) {
      requireUsable(points, labels, batches, i);
    }
    return new BatchMixing(
        points.toArray(double[][]::new),
        new Membership(labels),
        new Membership(batches),
        new Space());
  }

  private static void requireUsable(
      List<double[]> points, List<String> labels, List<String> batches, int cell) {
    double[] point = points.get(cell);
    if (point.length == 0
        || point.length != points.get(0).length
        || !Arrays.stream(point).allMatch(Double::isFinite)) {
      throw new InvalidDataException(
          "A point is not a finite vector of " + points.get(0).length + " numbers",
          "cell " + cell,
          "Pass equally long vectors of finite numbers.");
    }
    if (labels.get(cell) == null || batches.get(cell) == null) {
      throw new InvalidDataException(
          "A cell has no label or no batch", "cell " + cell, "State both for every cell.");
    }
  }

  /**
   * How well labels hang together: the mean silhouette width of labels, scaled as (s + 1) / 2.
   *
   * @return 0 to 1, 1 for labels far apart; NaN with one label
   */
  public double labelSilhouette() {
    if (labels.count() < 2) {
      return Double.NaN;
    }
    int[] cluster = new int[points.length];
    Arrays.setAll(cluster, labels::of);
    double mean =
        Arrays.stream(Silhouette.widths(points, cluster, labels.count())).sum() / points.length;
    return (mean + 1) / 2;
  }

  /**
   * How well batches mix within each label: the mean of 1 - |silhouette width of batches|.
   *
   * @return by label; 1 for mixed batches. Labels with one batch, or with every cell in its own,
   *     are not in it
   */
  public Map<String, Double> batchSilhouettePerLabel() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int label = 0; label < labels.count(); label++) {
      int[] cells = labels.members(label);
      int[] batch = Arrays.stream(cells).map(batches::of).toArray();
      long different = Arrays.stream(batch).distinct().count();
      if (different > 1 && different < cells.length) {
        double[][] own = Arrays.stream(cells).mapToObj(c -> points[c]).toArray(double[][]::new);
        double sum = 0;
        for (double width : Silhouette.widths(own, batch, batches.count())) {
          sum += 1 - Math.abs(width);
        }
        means.put(labels.name(label), sum / cells.length);
      }
    }
    return means;
  }

  /**
   * The mean of {@link #batchSilhouettePerLabel()} over labels.
   *
   * @return 1 for mixed batches; NaN where no label has two batches
   */
  public double batchSilhouette() {
    return batchSilhouettePerLabel().values().stream()
        .mapToDouble(v -> v)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Principal component regression: the share of the variance of the first components that the
   * batch explains, {@code sum R2_k Var_k / sum Var_k}.
   *
   * @param components how many components, 50 as a rule; all where there are fewer
   * @return 0 to 1, 0 for no trace of the batch; NaN where nothing varies
   */
  public double principalComponentRegression(int components) {
    PointComponents pca =
        space.components.computeIfAbsent(components, k -> PointComponents.of(points, k));
    double explained = 0;
    double all = 0;
    for (int k = 0; k < pca.count(); k++) {
      explained += pca.explained(k, batches) * pca.variance(k);
      all += pca.variance(k);
    }
    return all == 0 ? Double.NaN : explained / all;
  }

  /**
   * How much of the batch a method removed: (before - after) / before, at least 0.
   *
   * @param before principal component regression of the cells as they were
   * @param after the same afterwards
   * @return 0 to 1; NaN where there was nothing to remove
   */
  public static double regressionRemoved(double before, double after) {
    return before > 0 ? Math.max(0, (before - after) / before) : Double.NaN;
  }

  /**
   * Graph connectivity: the mean over labels of the share of cells in the largest connected part of
   * the label's own graph. Two cells are joined when either is among the k nearest of the other.
   *
   * @param k how many neighbours, 15 as a rule
   * @return 0 to 1, 1 where no label falls apart
   * @throws InvalidDataException if there are not more than k cells
   */
  public double graphConnectivity(int k) {
    Neighbours neighbours = neighbours(k);
    List<List<Integer>> joined = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      joined.add(new ArrayList<>());
    }
    for (int i = 0; i < points.length; i++) {
      for (int rank = 0; rank < k; rank++) {
        int j = neighbours.neighbour(i, rank);
        if (labels.of(i) == labels.of(j)) {
          joined.get(i).add(j);
          joined.get(j).add(i);
        }
      }
    }
    int[] largest = new int[labels.count()];
    boolean[] seen = new boolean[points.length];
    for (int start = 0; start < points.length; start++) {
      if (!seen[start]) {
        int size = visit(start, joined, seen);
        largest[labels.of(start)] = Math.max(largest[labels.of(start)], size);
      }
    }
    double sum = 0;
    int[] sizes = labels.sizes();
    for (int label = 0; label < sizes.length; label++) {
      sum += (double) largest[label] / sizes[label];
    }
    return sum / sizes.length;
  }

  private static int visit(int start, List<List<Integer>> joined, boolean[] seen) {
    List<Integer> reached = new ArrayList<>(List.of(start));
    seen[start] = true;
    for (int head = 0; head < reached.size(); head++) {
      for (int next : joined.get(reached.get(head))) {
        if (!seen[next]) {
          seen[next] = true;
          reached.add(next);
        }
      }
    }
    return reached.size();
  }

  private Neighbours neighbours(int k) {
    if (k < 1 || k >= points.length) {
      throw new InvalidDataException(
          points.length + " cells have no " + k + " neighbours each",
          "batch measures",
          "Use from 1 to " + (points.length - 1) + " neighbours.");
    }
    return space.neighbours.computeIfAbsent(k, n -> Neighbours.of(points, n));
  }

  /**
   * A local inverse Simpson index.
   *
   * @param median over cells: the effective number of groups around a cell
   * @param scaled 0 to 1, 1 being the better end
   */
  public record Lisi(double median, double scaled) {}

  /**
   * iLISI: the effective number of batches around a cell, on plain Euclidean distances.
   *
   * @param k how many neighbours, 90 as a rule
   * @param perplexity the effective number of neighbours, k / 3 as a rule
   * @return scaled as (median - 1) / (batches - 1), 1 for mixed batches
   * @throws InvalidDataException if there are not more than k cells, or the perplexity is not
   *     between 1 and k
   */
  public Lisi ilisi(int k, double perplexity) {
    double median = diversity(k, perplexity, batches);
    return new Lisi(median, (median - 1) / (batches.count() - 1));
  }

  /**
   * cLISI: the effective number of labels around a cell, on plain Euclidean distances.
   *
   * @param k how many neighbours, 90 as a rule
   * @param perplexity the effective number of neighbours, k / 3 as a rule
   * @return scaled as (labels - median) / (labels - 1), 1 for labels kept apart
   * @throws InvalidDataException if there are not more than k cells, or the perplexity is not
   *     between 1 and k
   */
  public Lisi clisi(int k, double perplexity) {
    double median = diversity(k, perplexity, labels);
    return new Lisi(median, (labels.count() - median) / (labels.count() - 1));
  }

  private double diversity(int k, double perplexity, Membership groups) {
    if (!(perplexity >= 1) || perplexity > k) {
      throw new InvalidDataException(
          "A perplexity of " + perplexity + " does not fit " + k + " neighbours",
          "batch measures",
          "Use a third of the neighbours.");
    }
    return LocalDiversity.median(LocalDiversity.of(neighbours(k), groups, perplexity));
  }

  /**
   * The k-nearest-neighbour batch effect test.
   *
   * @param acceptance share of cells whose neighbourhood has the batches' overall frequencies, by a
   *     chi-square test at 0.05
   * @param meanP the mean p value
   */
  public record Kbet(double acceptance, double meanP) {}

  /**
   * kBET over all cells, whatever their label.
   *
   * @param k the size of a neighbourhood, the cell itself in it
   * @return the acceptance, near 0.95 for mixed batches
   * @throws InvalidDataException if there are fewer than k cells or fewer than two batches
   */
  public Kbet kbet(int k) {
    int[] all = new int[points.length];
    Arrays.setAll(all, i -> i);
    return kbet(all, k);
  }

  /**
   * kBET within each label of at least ten cells and two batches, with neighbourhoods of a quarter
   * of the mean batch, at least 10 and at most 70 cells.
   *
   * @return the mean acceptance over labels; NaN where no label qualifies
   */
  public double kbetPerLabel() {
    double sum = 0;
    int count = 0;
    for (int label = 0; label < labels.count(); label++) {
      int[] cells = labels.members(label);
      long different = Arrays.stream(cells).map(batches::of).distinct().count();
      if (cells.length >= LEAST_CELLS && different >= 2) {
        int k = (int) Math.min(70, Math.max(10, cells.length / different / 4));
        sum += kbet(cells, Math.min(k, cells.length)).acceptance();
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private Kbet kbet(int[] cells, int k) {
    double[][] own = Arrays.stream(cells).mapToObj(c -> points[c]).toArray(double[][]::new);
    TreeSet<Integer> present = new TreeSet<>();
    double[] expected = new double[batches.count()];
    for (int cell : cells) {
      present.add(batches.of(cell));
      expected[batches.of(cell)] += (double) k / cells.length;
    }
    if (k < 2 || k > cells.length || present.size() < 2) {
      throw new InvalidDataException(
          cells.length + " cells of " + present.size() + " batches, neighbourhoods of " + k,
          "kBET",
          "Use at least two batches, and neighbourhoods of 2 cells up to all.");
    }
    Neighbours neighbours = Neighbours.of(own, k - 1);
    int accepted = 0;
    double sum = 0;
    for (int i = 0; i < cells.length; i++) {
      double[] counted = new double[batches.count()];
      counted[batches.of(cells[i])]++;
      for (int rank = 0; rank < k - 1; rank++) {
        counted[batches.of(cells[neighbours.neighbour(i, rank)])]++;
      }
      double statistic = 0;
      for (int batch : present) {
        double difference = counted[batch] - expected[batch];
        statistic += difference * difference / expected[batch];
      }
      double p = ChiSquare.upper(statistic, present.size() - 1);
      accepted += p >= LEVEL ? 1 : 0;
      sum += p;
    }
    return new Kbet((double) accepted / cells.length, sum / cells.length);
  }
}
