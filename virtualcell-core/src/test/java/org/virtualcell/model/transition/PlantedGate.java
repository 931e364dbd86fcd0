package org.virtualcell.model.transition;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;
import org.virtualcell.model.ModelFiles;

/**
 * A small screen in which the effect of a perturbation is its features times a sign that the
 * context decides: nothing a linear model of perturbations could transfer.
 */
final class PlantedGate {
  static final int GENES = 16;
  static final int TARGETS = 14;
  private static final int FEATURES = 2;

  private PlantedGate() {}

  /** The data; with fewer genes, those first are left out. */
  static PerturbationData data(int from, int cellsOfFirst) {
    SplittableRandom random = new SplittableRandom(2);
    double[][] loading = new double[FEATURES][GENES];
    for (double[] row : loading) {
      for (int g = 0; g < GENES; g++) {
        row[g] = g > 2 && random.nextInt(2) == 0 ? 0.8 * random.nextGaussian() : 0;
      }
    }
    List<float[]> rows = new ArrayList<>();
    List<CellLabel> labels = new ArrayList<>();
    for (int c = 0; c < 2; c++) {
      for (int p = -1; p < TARGETS; p++) {
        int cells = p < 0 ? 60 : p == 0 && c == 0 ? cellsOfFirst : 16;
        for (int i = 0; i < cells; i++) {
          float[] row = new float[GENES - from];
          for (int g = 0; g < GENES; g++) {
            double value = 3 + 0.3 * random.nextGaussian() + (g < 3 ? (c == 0 ? 1 : -1) : 0);
            for (int k = 0; p >= 0 && k < FEATURES; k++) {
              value += (c == 0 ? 1 : -1) * features(p)[k] * loading[k][g];
            }
            if (g >= from) {
              row[g - from] = (float) Math.max(0, value);
            }
          }
          rows.add(row);
          labels.add(
              CellLabel.of(
                  p < 0 ? Perturbation.control() : Perturbation.knockout("T" + p),
                  CellContext.of("c" + c)));
        }
      }
    }
    return PerturbationData.of(
        "planted gate",
        GeneVocabulary.of(IntStream.range(from, GENES).mapToObj(g -> "g" + g).toList()),
        CsrMatrix.ofDense(rows.toArray(float[][]::new), GENES - from),
        ExpressionUnits.logNormalized(10_000),
        labels);
  }

  static TrainingSet training() {
    return data(0, 16).everything();
  }

  private static double[] features(int p) {
    SplittableRandom random = new SplittableRandom(100 + p);
    return new double[] {random.nextGaussian(), random.nextGaussian()};
  }

  /** The causes; of the first targets nothing may be known. */
  static FeatureSet known(int from) {
    Map<String, double[]> table = new TreeMap<>();
    for (int p = from; p < TARGETS + 4; p++) {
      table.put("T" + p, features(p));
    }
    return FeatureSet.of(
        new FeatureBlock("cause", FeatureTable.of("planted", table), Similarity.COSINE));
  }

  static TransitionConfig config(int steps) {
    return new TransitionConfig(
        32, 1, 1, 32, 1, 1, 0.05, 8, 8, steps, 5, 3e-3, 0.01, 1, 0.9, 1, 10, 1000, 16, 4, 3);
  }

  static TransitionTrainer trainer(int steps) {
    return new TransitionTrainer(config(steps), known(0));
  }

  /** Trains with checkpoints in one folder into a file, in a process of its own. */
  static final class Run {
    private Run() {}

    public static void main(String[] args) {
      try (Predictor model =
          trainer(Integer.parseInt(args[0]))
              .withCheckpoints(Path.of(args[1]), true)
              .train(training(), Progress.SILENT)) {
        ModelFiles.save(model, Path.of(args[2]), false);
        System.out.println("trained");
      } catch (org.virtualcell.api.StorageException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
