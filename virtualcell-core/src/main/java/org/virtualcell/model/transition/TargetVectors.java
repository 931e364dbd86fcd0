package org.virtualcell.model.transition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.Perturbation;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.model.Targets;

/**
 * What the network is told of a question: the vectors of the targets (their sum for combinations),
 * one flag per block that says whether it knows them, what the effect model answers, and the mean
 * of the controls. The last two enter as random projections of fixed size. Wide blocks are
 * projected, too. All columns are standardised over the training conditions.
 */
final class TargetVectors {
  private static final int EFFECT = 32;
  private static final int CONTEXT = 16;
  private static final int WIDEST_BLOCK = 128;
  private static final double LARGEST = 5; // of a standardised number: unseen targets may be far

  private final int[] width; // per block, after projection
  private final Map<String, float[]> known; // sorted: target -> numbers of all blocks, then flags
  private final float[] projection; // genes x (EFFECT + CONTEXT)
  private float[] centre = new float[0];
  private float[] scale = new float[0];

  private TargetVectors(int[] width, Map<String, float[]> known, float[] projection) {
    this.width = width;
    this.known = known;
    this.projection = projection;
  }

  static TargetVectors of(FeatureSet features, int genes, long seed) {
    int[] width =
        features.blocks().stream()
            .mapToInt(b -> Math.min(WIDEST_BLOCK, b.table().dimensions()))
            .toArray();
    Map<String, float[]> known = new TreeMap<>();
    int all = java.util.Arrays.stream(width).sum() + width.length;
    int at = 0;
    for (int b = 0; b < width.length; b++) {
      FeatureBlock block = features.blocks().get(b);
      float[] squeeze = gaussians(block.table().dimensions(), width[b], seed, 31, b);
      for (String name : block.table().names()) {
        float[] vector = block.table().find(name).orElseThrow();
        float[] row = known.computeIfAbsent(name, n -> new float[all]);
        project(vector, squeeze, width[b], block.table().dimensions() > WIDEST_BLOCK, row, at);
        row[all - width.length + b] = 1;
      }
      at += width[b];
    }
    return new TargetVectors(width, known, gaussians(genes, EFFECT + CONTEXT, seed, 32, 0));
  }

  static TargetVectors restored(
      int[] width, Map<String, float[]> known, float[] projection, float[] centre, float[] scale) {
    TargetVectors vectors = new TargetVectors(width, known, projection);
    vectors.centre = centre;
    vectors.scale = scale;
    return vectors;
  }

  private static float[] gaussians(int rows, int columns, long seed, long purpose, long which) {
    CounterRandom random = new CounterRandom(seed, purpose, which);
    float[] values = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.gaussian() / Math.sqrt(rows));
    }
    return values;
  }

  private static void project(
      float[] vector, float[] squeeze, int width, boolean wide, float[] out, int at) {
    if (!wide) {
      System.arraycopy(vector, 0, out, at, width);
      return;
    }
    for (int i = 0; i < vector.length; i++) {
      for (int k = 0; vector[i] != 0 && k < width; k++) {
        out[at + k] += vector[i] * squeeze[i * width + k];
      }
    }
  }

  /** How many numbers describe a question. */
  int size() {
    return featureSize() + EFFECT + CONTEXT;
  }

  private int featureSize() {
    return java.util.Arrays.stream(width).sum() + width.length;
  }

  /** The names of the numbers, by which models are matched. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int b = 0; b < width.length; b++) {
      for (int k = 0; k < width[b]; k++) {
        names.add("block" + b + ":" + k);
      }
    }
    for (int b = 0; b < width.length; b++) {
      names.add("block" + b + ":known");
    }
    for (int k = 0; k < EFFECT; k++) {
      names.add("effect:" + k);
    }
    for (int k = 0; k < CONTEXT; k++) {
      names.add("context:" + k);
    }
    return names;
  }

  /** Whether something is known of every target; always, where there are no features at all. */
  boolean knows(Perturbation perturbation) {
    return width.length == 0 || Targets.all(perturbation).stream().allMatch(known::containsKey);
  }

  /** The targets that nothing is known of. */
  List<String> unknown(Perturbation perturbation) {
    return Targets.all(perturbation).stream().filter(t -> !known.containsKey(t)).toList();
  }

  /** Raw numbers of a question; call {@link #standardise} on them. */
  float[] raw(Perturbation perturbation, double[] effect, double[] controlMean) {
    float[] numbers = new float[size()];
    for (String target : Targets.all(perturbation)) {
      Optional<float[]> row = Optional.ofNullable(known.get(target));
      for (int i = 0; i < featureSize() && row.isPresent(); i++) {
        numbers[i] += row.orElseThrow()[i];
      }
    }
    int columns = EFFECT + CONTEXT;
    for (int k = 0; k < columns; k++) {
      double sum = 0;
      for (int g = 0; g < effect.length; g++) {
        sum += (k < EFFECT ? effect[g] : controlMean[g]) * projection[g * columns + k];
      }
      numbers[featureSize() + k] = (float) sum;
    }
    return numbers;
  }

  /** Takes centre and scale of every column from the training conditions. */
  void fit(Collection<float[]> rows) {
    int n = size();
    centre = new float[n];
    scale = new float[n];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      double square = 0;
      for (float[] row : rows) {
        sum += row[i];
        square += (double) row[i] * row[i];
      }
      double mean = sum / rows.size();
      double variance = square / rows.size() - mean * mean;
      centre[i] = (float) mean;
      // a column that does not vary says nothing
      scale[i] = variance > 1e-12 * (1 + square) ? (float) (1 / Math.sqrt(variance)) : 0;
    }
  }

  float[] standardise(float[] raw) {
    float[] numbers = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      double z = (raw[i] - centre[i]) * (double) scale[i];
      numbers[i] = (float) Math.max(-LARGEST, Math.min(LARGEST, z));
    }
    return numbers;
  }

  int[] width() {
    return width.clone();
  }

  Map<String, float[]> known() {
    return known;
  }

  float[] projection() {
    return projection;
  }

  float[] centre() {
    return centre;
  }

  float[] scale() {
    return scale;
  }

  static int projected() {
    return EFFECT + CONTEXT;
  }
}
