package org.virtualcell.bench.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;

/**
 * A screen of any size, to time models with: few cells per condition, made up when asked for and
 * not kept. One condition in twenty is missing, so that there is something to ask. Effects have a
 * template, a part per perturbation and a part per pair, in a tenth of the genes.
 */
final class LargeSimulatedScreen implements TrainingSet {
  private static final int CELLS = 5;
  private static final int CONTROLS = 200;
  private static final int RANK = 8;

  private final GeneVocabulary genes;
  private final double[][] loading; // genes x rank; null: the gene never responds
  private final double[][] level; // contexts x genes
  private final Map<CellContext, CellState> controls = new LinkedHashMap<>();
  private final List<Condition> conditions = new ArrayList<>();
  private final Map<CellContext, List<Perturbation>> missing = new LinkedHashMap<>();
  private final int perturbations;
  private long nanosMaking;

  LargeSimulatedScreen(int perturbations, int contexts, int genes) {
    this.perturbations = perturbations;
    List<String> names = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    this.loading = new double[genes][];
    this.level = new double[contexts][genes];
    for (int g = 0; g < genes; g++) {
      names.add("G" + g);
      loading[g] = random.nextInt(10) == 0 ? centred(random, RANK) : null;
      double common = random.nextDouble();
      for (int c = 0; c < contexts; c++) {
        level[c][g] = 0.02 + 0.5 * common * common + 0.05 * random.nextDouble();
      }
    }
    this.genes = GeneVocabulary.of(names);
    for (int c = 0; c < contexts; c++) {
      CellContext context = CellContext.of("line" + c);
      controls.put(context, cells(context, CONTROLS, level[c], random.split()));
      missing.put(context, new ArrayList<>());
      for (int p = 0; p < perturbations; p++) {
        if ((p + 10 * c) % 20 == 0) {
          missing.get(context).add(Perturbation.interference("T" + p));
        } else {
          conditions.add(new Condition(Perturbation.interference("T" + p), context));
        }
      }
    }
  }

  private static double[] centred(SplittableRandom random, int n) {
    return random.doubles(n, -1.7, 1.7).toArray();
  }

  /** Cells in which a gene is detected with a probability, at about one level. */
  private CellState cells(CellContext context, int n, double[] rate, SplittableRandom random) {
    int[] start = new int[n + 1];
    int[] gene = new int[n * rate.length];
    float[] value = new float[n * rate.length];
    int k = 0;
    for (int i = 0; i < n; i++) {
      for (int g = 0; g < rate.length; g++) {
        double u = random.nextDouble();
        if (u < rate[g]) {
          gene[k] = g;
          value[k++] = (float) (0.6 + 0.8 * u / rate[g]);
        }
      }
      start[i + 1] = k;
    }
    return CellState.of(
        genes,
        CsrMatrix.wrap(
            n,
            rate.length,
            start,
            java.util.Arrays.copyOf(gene, k),
            java.util.Arrays.copyOf(value, k)),
        ExpressionUnits.logNormalized(10_000),
        context);
  }

  @Override
  public List<MatchedCells> cells(Condition condition) {
    long start = System.nanoTime();
    int c = contexts().indexOf(condition.context());
    int p = Integer.parseInt(condition.perturbation().label().replaceAll("\\D", ""));
    double[] conserved = vector(p);
    double[] own = centred(new SplittableRandom(1_000_003L * p + c + 7), RANK);
    double[] rate = level[c].clone();
    for (int g = 0; g < rate.length; g++) {
      if (loading[g] != null) {
        double sum = 0;
        for (int k = 0; k < RANK; k++) {
          sum += loading[g][k] * (0.5 + conserved[k] + 0.7 * own[k]);
        }
        rate[g] = Math.max(0.005, Math.min(0.95, rate[g] + 0.08 * sum));
      }
    }
    CellState cells = cells(condition.context(), CELLS, rate, new SplittableRandom(31L * p + c));
    nanosMaking += System.nanoTime() - start;
    return List.of(
        new MatchedCells(cells, controls.get(condition.context()), MatchedCells.Level.CONTEXT));
  }

  private static double[] vector(int p) {
    return centred(new SplittableRandom(p), RANK);
  }

  double secondsMaking() {
    return nanosMaking / 1e9;
  }

  /** Perturbations not measured in a context, all of them measured elsewhere. */
  List<Perturbation> missingIn(CellContext context) {
    return List.copyOf(missing.get(context));
  }

  /** Vectors that tell of the part per perturbation. */
  FeatureSet features() {
    Map<String, double[]> table = new TreeMap<>();
    for (int p = 0; p < perturbations; p++) {
      table.put("T" + p, vector(p));
    }
    return FeatureSet.of(
        new FeatureBlock("vectors", FeatureTable.of("simulated", table), Similarity.COSINE));
  }

  @Override
  public GeneVocabulary genes() {
    return genes;
  }

  @Override
  public ExpressionUnits units() {
    return ExpressionUnits.logNormalized(10_000);
  }

  @Override
  public String controlLabel() {
    return "control";
  }

  @Override
  public List<Condition> conditions() {
    return conditions;
  }

  @Override
  public List<CellContext> contexts() {
    return List.copyOf(controls.keySet());
  }

  @Override
  public CellState controls(CellContext context) {
    return controls.get(context);
  }

  @Override
  public ContentDigest dataDigest() {
    return ContentDigest.of("large simulated screen")
        .add(perturbations + " " + contexts().size() + " " + genes.size())
        .build();
  }

  @Override
  public ContentDigest splitDigest() {
    return ContentDigest.of("everything").build();
  }
}
