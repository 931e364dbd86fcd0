package org.virtualcell.bench.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.SplitFile;
import org.virtualcell.atlas.Splits;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;
import org.virtualcell.io.Column;
import org.virtualcell.io.H5adWriter;
import org.virtualcell.io.Table;

/**
 * A screen of single cells with a planted law: all pairs of perturbation and context are measured,
 * some are held out, and the noise-free effect of each is known.
 */
final class CellScreen {
  private static final String DATASET = "screen";

  private final CellPlan plan;
  private final CellLaw law;
  private final List<CellLabel> labels = new ArrayList<>();
  private final CsrMatrix cells;
  private final GeneVocabulary genes;
  private final PerturbationData data;
  private final boolean[][] heldOut;
  private final double[][][] truth;

  CellScreen(CellPlan plan) {
    this.plan = plan;
    this.law = new CellLaw(plan);
    this.genes =
        GeneVocabulary.of(IntStream.range(0, plan.genes()).mapToObj(g -> "G" + g).toList());
    this.cells = measure();
    this.data = PerturbationData.of("simulated cells", genes, cells, units(), labels);
    this.heldOut = new boolean[plan.perturbations()][plan.contexts()];
    this.truth = new double[plan.perturbations()][plan.contexts()][];
    SplittableRandom random = law.random(4, 0, 0);
    for (int p = 0; p < plan.perturbations(); p++) {
      for (int c = 0; c < plan.contexts(); c++) {
        heldOut[p][c] = random.nextDouble() < plan.heldOut();
        truth[p][c] = law.truth(p, c);
      }
      heldOut[p][p % plan.contexts()] = false; // measured somewhere
    }
  }

  private CsrMatrix measure() {
    int most = plan.contexts() * (plan.controls() + plan.perturbations() * plan.cells());
    int[] start = new int[most + 1];
    int[] gene = new int[Math.multiplyExact(most, plan.genes())];
    float[] value = new float[gene.length];
    int row = 0;
    int n = 0;
    for (int c = 0; c < plan.contexts(); c++) {
      for (int p = -1; p < plan.perturbations(); p++) {
        SplittableRandom random = law.random(3, p + 1, c);
        int count = p < 0 ? plan.controls() : plan.cells();
        for (double[] z : law.states(c, count, random)) {
          double[] rate = p < 0 ? law.rates(z) : law.rates(z, p, random.nextBoolean());
          double depth = CountLaw.depth(random);
          for (int g = 0; g < rate.length; g++) {
            int counted = CountLaw.draw(random, depth * rate[g]);
            if (counted > 0) {
              gene[n] = g;
              value[n++] = (float) StrictMath.log1p(counted / depth);
            }
          }
          start[++row] = n;
          labels.add(CellLabel.of(p < 0 ? control() : perturbation(p), context(c)));
        }
      }
    }
    return CsrMatrix.wrap(
        most, plan.genes(), start, Arrays.copyOf(gene, n), Arrays.copyOf(value, n));
  }

  private static ExpressionUnits units() {
    return ExpressionUnits.logNormalized(10_000);
  }

  private static Perturbation control() {
    return new Perturbation.Control("control");
  }

  static CellContext context(int c) {
    return CellContext.of("line" + c);
  }

  static Perturbation perturbation(int p) {
    return Perturbation.activation("T" + p);
  }

  CellPlan plan() {
    return plan;
  }

  PerturbationData data() {
    return data;
  }

  boolean isHeldOut(int p, int c) {
    return heldOut[p][c];
  }

  /** Noise-free change of mean log1p expression per gene; not to be changed. */
  double[] truth(int p, int c) {
    return truth[p][c];
  }

  /** The shares of the planted effects. */
  Anova planted() {
    double[][] all = new double[plan.perturbations() * plan.contexts()][];
    for (int i = 0; i < all.length; i++) {
      all[i] = truth[i / plan.contexts()][i % plan.contexts()];
    }
    return Anova.of(all, plan.contexts());
  }

  /** The pairs that are not trained on. */
  SplitFile split() {
    Map<String, SplitFile.FewShot> fewShot = new LinkedHashMap<>();
    for (int c = 0; c < plan.contexts(); c++) {
      int context = c;
      List<String> test =
          IntStream.range(0, plan.perturbations())
              .filter(p -> heldOut[p][context])
              .mapToObj(p -> perturbation(p).label())
              .toList();
      fewShot.put(DATASET + "." + context(c).name(), new SplitFile.FewShot(List.of(), test));
    }
    return new SplitFile(
        Map.of(DATASET, "screen.h5ad"),
        Map.of(DATASET, "train"),
        Map.of(),
        fewShot,
        Optional.empty());
  }

  TrainingSet training() {
    return Splits.training(data, DATASET, split());
  }

  List<Fold> folds(long seed) {
    return Splits.of(data, DATASET, split(), seed);
  }

  /** The vectors of all perturbations, the cause of their effects. */
  FeatureSet features() {
    Map<String, double[]> table = new TreeMap<>();
    for (int p = 0; p < plan.perturbations(); p++) {
      table.put("T" + p, law.features(p));
    }
    return FeatureSet.of(
        new FeatureBlock("vectors", FeatureTable.of("simulated", table), Similarity.COSINE));
  }

  /** Writes the cells as h5ad; the split beside it names the pairs that are held out. */
  void write(Path file, boolean force) {
    List<String> names = IntStream.range(0, labels.size()).mapToObj(i -> "cell" + i).toList();
    List<String> targets =
        labels.stream().map(l -> l.perturbation().orElseThrow().label()).toList();
    List<String> lines = labels.stream().map(l -> l.context().name()).toList();
    Table table =
        Table.of(
            "simulated cells",
            names,
            List.of(
                Column.ofStrings("target_gene", targets), Column.ofStrings("cell_line", lines)));
    new H5adWriter(genes, table)
        .expression(cells, units())
        .provenance("simulation", plan.toString())
        .write(file, force);
  }
}
