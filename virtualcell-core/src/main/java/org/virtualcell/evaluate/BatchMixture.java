package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.virtualcell.stats.batch.BatchMixing;

/**
 * How batches mix among cells, measured or predicted, by the measures of scIB. Labels are the
 * held-out conditions; each context is centred first, so that contexts do not stand for batches.
 * Beside each measure of batches stands the same with batches permuted within conditions: the
 * measure of cells without a batch effect.
 *
 * @param cellsOf a model, or {@link #MEASURED}
 * @param measures the measures, in a fixed order
 * @param cells how many cells were looked at
 * @param conditions how many conditions they are of
 * @param batches how many batches
 */
public record BatchMixture(
    String cellsOf, List<Measure> measures, int cells, int conditions, int batches) {
  /** The name of the measured cells. */
  public static final String MEASURED = "measured";

  /** The most cells that are looked at. */
  private static final int MOST_CELLS = 300;

  /** Permutations; one of the four measures beyond all of them is beyond chance at 5 %. */
  private static final int PERMUTATIONS = 79;

  private static final int NEIGHBOURS = 15;
  private static final int LISI_NEIGHBOURS = 90;
  private static final int COMPONENTS = 50;

  /** Copies the list. */
  public BatchMixture {
    measures = List.copyOf(measures);
  }

  /**
   * One measure.
   *
   * @param name such as {@code batch_ilisi}
   * @param value from 0 to 1 (principal component regression: 0 is best, else 1)
   * @param permuted its mean with permuted batches; empty for measures of labels
   * @param batchFound whether the batch shows beyond every permutation; false for measures of
   *     labels
   */
  public record Measure(String name, double value, Optional<Double> permuted, boolean batchFound) {}

  /**
   * Whether a measure finds the batch.
   *
   * @return true if one is beyond every permutation
   */
  public boolean found() {
    return measures.stream().anyMatch(Measure::batchFound);
  }

  /**
   * The mixture of one model's cells.
   *
   * @param cellsOf whose cells
   * @param facts the noted conditions
   * @return empty where there are not two batches in two conditions
   */
  static Optional<BatchMixture> of(String cellsOf, List<CaseFacts> facts, long seed) {
    List<double[]> points = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> batches = new ArrayList<>();
    Map<String, List<double[]>> byContext = new TreeMap<>();
    for (CaseFacts fact : facts) {
      for (BatchSketch cell : fact.cells().getOrDefault(cellsOf, List.of())) {
        double[] point = new double[cell.projections().length];
        Arrays.setAll(point, k -> cell.projections()[k]);
        points.add(point);
        labels.add(fact.condition().toString());
        batches.add(cell.batch());
        byContext
            .computeIfAbsent(fact.condition().context().name(), c -> new ArrayList<>())
            .add(point);
      }
    }
    byContext.values().forEach(BatchMixture::centre);
    int n = Math.min(MOST_CELLS, points.size());
    int[] chosen = new int[n];
    Arrays.setAll(chosen, i -> (int) ((long) i * points.size() / n));
    List<double[]> some = Arrays.stream(chosen).mapToObj(points::get).toList();
    List<String> label = Arrays.stream(chosen).mapToObj(labels::get).toList();
    List<String> batch = Arrays.stream(chosen).mapToObj(batches::get).toList();
    int conditions = (int) label.stream().distinct().count();
    int different = (int) batch.stream().distinct().count();
    if (different < 2 || conditions < 2 || n <= NEIGHBOURS) {
      return Optional.empty();
    }
    return Optional.of(
        new BatchMixture(cellsOf, measures(some, label, batch, seed), n, conditions, different));
  }

  private static void centre(List<double[]> points) {
    double[] mean = new double[points.get(0).length];
    for (double[] point : points) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += point[k] / points.size();
      }
    }
    for (double[] point : points) {
      for (int k = 0; k < mean.length; k++) {
        point[k] -= mean[k];
      }
    }
  }

  private static List<Measure> measures(
      List<double[]> points, List<String> labels, List<String> batches, long seed) {
    int lisi = Math.min(LISI_NEIGHBOURS, points.size() - 1);
    Map<String, ToDoubleFunction<BatchMixing>> ofLabels = new LinkedHashMap<>();
    ofLabels.put("label_asw", BatchMixing::labelSilhouette);
    ofLabels.put("graph_connectivity", m -> m.graphConnectivity(NEIGHBOURS));
    ofLabels.put("label_clisi", m -> m.clisi(lisi, lisi / 3.0).scaled());
    Map<String, ToDoubleFunction<BatchMixing>> ofBatches = new LinkedHashMap<>();
    ofBatches.put("batch_asw", BatchMixing::batchSilhouette);
    ofBatches.put("batch_pcr", m -> m.principalComponentRegression(COMPONENTS));
    ofBatches.put("batch_ilisi", m -> m.ilisi(lisi, lisi / 3.0).scaled());
    ofBatches.put("batch_kbet", BatchMixing::kbetPerLabel);
    BatchMixing mixing = BatchMixing.of(points, labels, batches);
    List<Measure> measures = new ArrayList<>();
    ofLabels.forEach(
        (name, measure) ->
            add(
                measures,
                new Measure(name, measure.applyAsDouble(mixing), Optional.empty(), false)));
    SplittableRandom random = new SplittableRandom(seed);
    List<BatchMixing> permuted = new ArrayList<>();
    for (int i = 0; i < PERMUTATIONS; i++) {
      permuted.add(mixing.withBatches(permuted(labels, batches, random)));
    }
    ofBatches.forEach((name, measure) -> add(measures, measure(name, measure, mixing, permuted)));
    return measures;
  }

  /** A measure that does not exist on these cells (kBET of small groups) has no line. */
  private static void add(List<Measure> measures, Measure measure) {
    if (Double.isFinite(measure.value())) {
      measures.add(measure);
    }
  }

  private static Measure measure(
      String name,
      ToDoubleFunction<BatchMixing> measure,
      BatchMixing mixing,
      List<BatchMixing> permuted) {
    double value = measure.applyAsDouble(mixing);
    double[] others = permuted.stream().mapToDouble(measure).toArray();
    boolean regression = name.equals("batch_pcr");
    boolean found =
        Double.isFinite(value)
            && Arrays.stream(others).allMatch(other -> regression ? value > other : value < other);
    return new Measure(
        name, value, Optional.of(Arrays.stream(others).average().orElse(Double.NaN)), found);
  }

  /** Batches shuffled within each condition, so that conditions keep their sizes. */
  private static List<String> permuted(
      List<String> labels, List<String> batches, SplittableRandom random) {
    Map<String, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < labels.size(); i++) {
      members.computeIfAbsent(labels.get(i), l -> new ArrayList<>()).add(i);
    }
    String[] result = batches.toArray(String[]::new);
    for (List<Integer> cells : members.values()) {
      for (int i = cells.size() - 1; i > 0; i--) {
        int a = cells.get(i);
        int b = cells.get(random.nextInt(i + 1));
        String kept = result[a];
        result[a] = result[b];
        result[b] = kept;
      }
    }
    return List.of(result);
  }
}
