package org.virtualcell.model.transition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.Pseudobulk;

/**
 * The training conditions as the network sees them: numbers of the question, what the effect model
 * says without having seen the condition, what it leaves, and the sets of cells. Columns are the
 * genes the network works on.
 */
final class TrainingQuestions {
  /** A condition. */
  @SuppressWarnings("ArrayRecordComponent") // large, compared by nobody
  record Question(
      Condition condition, float[] numbers, float[] effect, float[] left, float[] weight) {}

  private final int[] geneOf; // per column
  private final TargetVectors vectors;
  private final List<Question> questions = new ArrayList<>();
  private final SetSampler training;
  private final SetSampler validation;
  private final ResidentCells cells;
  private final List<String> notes = new ArrayList<>();
  private final double distance;
  private final Map<CellContext, double[]> controlMeans = new LinkedHashMap<>();

  TrainingQuestions(
      TrainingSet data,
      FeatureSet features,
      LinearCore core,
      ExpressionUnits units,
      TransitionConfig config) {
    Map<Condition, Effect> measured = new HashMap<>();
    data.conditions().forEach(c -> measured.put(c, Effect.of(data.cells(c))));
    data.contexts().forEach(c -> controlMeans.put(c, mean(data, c)));
    double[] variance = variances(data);
    this.geneOf = chosen(variance, config.mostGenes());
    this.distance = Math.sqrt(2 * Arrays.stream(geneOf).mapToDouble(g -> variance[g]).sum());
    int[] columnOf = new int[data.genes().size()];
    Arrays.fill(columnOf, -1);
    for (int k = 0; k < geneOf.length; k++) {
      columnOf[geneOf[k]] = k;
    }
    this.cells = new ResidentCells(units, columnOf, geneOf.length);
    this.training = new SetSampler(cells, config.setCells(), config.seed());
    this.validation = new SetSampler(cells, config.setCells(), config.seed());
    this.vectors = TargetVectors.of(features, data.genes().size(), config.seed());
    fill(data, core, measured);
  }

  private static double[] mean(TrainingSet data, CellContext context) {
    Pseudobulk moments = Pseudobulk.logNormalized(data.controls(context));
    double[] mean = new double[data.genes().size()];
    Arrays.setAll(mean, moments::mean);
    return mean;
  }

  /** The variance of every gene among the controls, a mean over contexts. */
  private static double[] variances(TrainingSet data) {
    double[] variance = new double[data.genes().size()];
    for (CellContext context : data.contexts()) {
      Pseudobulk moments = Pseudobulk.logNormalized(data.controls(context));
      for (int g = 0; g < variance.length; g++) {
        double v = moments.variance(g);
        variance[g] += Double.isFinite(v) ? v / data.contexts().size() : 0;
      }
    }
    return variance;
  }

  /** The genes of largest variance, in the order of the vocabulary. */
  private static int[] chosen(double[] variance, int most) {
    return IntStream.range(0, variance.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer g) -> -variance[g]).thenComparing(g -> g))
        .limit(most)
        .sorted()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private void fill(TrainingSet data, LinearCore core, Map<Condition, Effect> measured) {
    Map<Condition, float[]> raw = new HashMap<>();
    List<String> bare = new ArrayList<>();
    Set<Condition> heldOut = new HashSet<>(core.validation());
    for (Condition c : data.conditions()) {
      if (vectors.knows(c.perturbation())) {
        raw.put(
            c, vectors.raw(c.perturbation(), core.crossFitted(c), controlMeans.get(c.context())));
      } else {
        bare.addAll(vectors.unknown(c.perturbation()));
      }
    }
    if (!bare.isEmpty()) {
      notes.add(
          "No feature vector for "
              + String.join(", ", bare.stream().distinct().sorted().toList())
              + ": conditions with them follow the effect model alone.");
    }
    List<float[]> learned =
        data.conditions().stream()
            .filter(c -> raw.containsKey(c) && !heldOut.contains(c))
            .map(raw::get)
            .toList();
    if (learned.isEmpty()) {
      throw new InvalidDataException(
          "No training condition has a feature vector",
          "targets without one: " + bare.stream().distinct().limit(10).toList(),
          "Pass features of these targets, or none at all.");
    }
    vectors.fit(learned);
    List<String> small = new ArrayList<>();
    for (Condition c : data.conditions()) {
      if (!raw.containsKey(c)) {
        continue;
      }
      List<MatchedCells> matched = data.cells(c);
      SetSampler sampler = heldOut.contains(c) ? validation : training;
      if (sampler.add(questions.size(), c, matched) == 0) {
        small.add(c.toString());
      }
      questions.add(question(c, raw.get(c), core.crossFitted(c), measured.get(c)));
    }
    if (!small.isEmpty()) {
      notes.add("Left out, one cell or control only: " + String.join(", ", small) + ".");
    }
    if (training.groups().isEmpty()) {
      throw new InvalidDataException(
          "No training condition has two cells and two controls",
          data.conditions().size() + " conditions",
          "A set needs two cells or more; train on conditions with more cells.");
    }
  }

  private Question question(Condition c, float[] raw, double[] effect, Effect measured) {
    int n = geneOf.length;
    float[] own = new float[n];
    float[] left = new float[n];
    float[] weight = new float[n];
    double noise = 0;
    for (int g : geneOf) {
      noise += measured.samplingVariance(g) / n;
    }
    for (int k = 0; k < n; k++) {
      int g = geneOf[k];
      own[k] = (float) effect[g];
      left[k] = (float) (measured.delta(g) - effect[g]);
      double v = measured.samplingVariance(g);
      weight[k] = noise > 0 && Double.isFinite(v) ? (float) (noise / (noise + v)) : 1;
    }
    return new Question(c, vectors.standardise(raw), own, left, weight);
  }

  int[] geneOf() {
    return geneOf.clone();
  }

  TargetVectors vectors() {
    return vectors;
  }

  Question question(int index) {
    return questions.get(index);
  }

  SetSampler training() {
    return training;
  }

  SetSampler validation() {
    return validation;
  }

  ResidentCells cells() {
    return cells;
  }

  List<String> notes() {
    return notes;
  }

  /** About how far two cells of one context are apart. */
  double distance() {
    return distance;
  }

  double[] controlMean() {
    double[] mean = new double[controlMeans.values().iterator().next().length];
    for (double[] one : controlMeans.values()) {
      for (int g = 0; g < mean.length; g++) {
        mean[g] += one[g] / controlMeans.size();
      }
    }
    Arrays.setAll(mean, g -> (float) mean[g]); // as it is kept
    return mean;
  }
}
