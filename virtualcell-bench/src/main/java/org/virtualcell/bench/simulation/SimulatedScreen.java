package org.virtualcell.bench.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
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
 * A screen with planted effects: a response of rank 10 with sparse loadings, gene amplitudes and
 * perturbation strengths log-normal, made of a template, a part conserved over contexts (some of it
 * explained by features) and an interaction; counts around it, and one finite sample of controls
 * per context. Effects are planted on the scale of mean log1p expression, so that the truth is
 * exact.
 */
final class SimulatedScreen implements TrainingSet {
  private static final int RANK = 10;
  private static final int FEATURES = 10;
  private static final double DENSE = 0.2;
  private static final double STRENGTH_SPREAD = 1;
  private static final double MOST_STRENGTH = 6; // effects beyond leave the scale of log1p

  /**
   * Signal over sampling variance of a typical group: shares 0.805 and 0.19 of what is measured.
   */
  private static final double SIGNAL_TO_NOISE = 0.805 / 0.19;

  private static final double TYPICAL_VARIANCE = 0.35; // of log1p values
  private static final double TYPICAL_CELLS = 100;

  private final Plan plan;
  private final CountLaw law = new CountLaw();
  private final GeneVocabulary genes;
  private final double[][] baseline; // context x gene: rates
  private final double[][][] truth; // perturbation x context x gene
  private final Map<CellContext, CellState> controls = new LinkedHashMap<>();
  private final Map<Condition, List<MatchedCells>> measured = new LinkedHashMap<>();
  private final List<Condition> conditions;
  private final boolean[][] trained;
  private final double[][] vectors;

  SimulatedScreen(Plan plan) {
    this.plan = plan;
    this.genes =
        GeneVocabulary.of(IntStream.range(0, plan.genes()).mapToObj(g -> "G" + g).toList());
    this.baseline = new double[plan.contexts() + 1][plan.genes()];
    int all = plan.perturbations() + plan.newPerturbations();
    this.truth = new double[all][plan.contexts() + 1][plan.genes()];
    this.vectors = new double[all][FEATURES];
    this.trained = new boolean[all][plan.contexts() + 1];
    plantBaseline();
    if (plan.signal()) {
      plantEffects();
    }
    for (int c = 0; c <= plan.contexts(); c++) {
      SplittableRandom random = random(5, 0, c);
      int cells = logUniform(random, 100, plan.mostControls());
      controls.put(context(c), cells(context(c), baseline[c], cells, random));
    }
    SplittableRandom random = random(4, 0, 0);
    for (int p = 0; p < plan.perturbations(); p++) {
      for (int c = 0; c < plan.contexts(); c++) {
        trained[p][c] = random.nextDouble() >= plan.missing();
        if (trained[p][c]) {
          measured.put(new Condition(perturbation(p), context(c)), measure(p, c));
        }
      }
    }
    this.conditions = List.copyOf(measured.keySet());
  }

  private SplittableRandom random(int purpose, int a, int b) {
    long place = (((plan.seed() * 31 + purpose) * 1_000_003L) + a) * 1009 + b;
    return new SplittableRandom(new SplittableRandom(place).nextLong());
  }

  private static int logUniform(SplittableRandom random, int least, int most) {
    return (int) Math.round(least * StrictMath.pow((double) most / least, random.nextDouble()));
  }

  private static double[] gaussians(SplittableRandom random, int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private void plantBaseline() {
    double[] common = gaussians(random(1, 0, 0), plan.genes());
    for (int c = 0; c < baseline.length; c++) {
      double[] own = gaussians(random(1, 1, c), plan.genes());
      for (int g = 0; g < plan.genes(); g++) {
        baseline[c][g] = 0.7 * StrictMath.exp(common[g] + 0.3 * own[g]);
      }
    }
  }

  private void plantEffects() {
    SplittableRandom random = random(2, 0, 0);
    double[][] loading = new double[RANK][plan.genes()];
    double[] amplitude = new double[plan.genes()];
    double power = 0;
    for (int g = 0; g < plan.genes(); g++) {
      amplitude[g] = StrictMath.exp(random.nextGaussian());
      for (int k = 0; k < RANK; k++) {
        loading[k][g] = random.nextDouble() < DENSE ? random.nextGaussian() * amplitude[g] : 0;
        power += loading[k][g] * loading[k][g] / plan.genes();
      }
    }
    // strengths s are log-normal: E s^2 = exp(2 sd^2)
    double scale =
        Math.sqrt(
            SIGNAL_TO_NOISE
                * TYPICAL_VARIANCE
                / TYPICAL_CELLS
                / power
                / StrictMath.exp(STRENGTH_SPREAD * STRENGTH_SPREAD));
    double[] template = gaussians(random, RANK);
    double length = 0;
    for (double t : template) {
      length += t * t / RANK;
    }
    double[][] explained = new double[FEATURES][];
    for (int f = 0; f < FEATURES; f++) {
      explained[f] = gaussians(random, RANK);
    }
    for (int p = 0; p < truth.length; p++) {
      SplittableRandom own = random(3, p, 0);
      double strength =
          Math.min(MOST_STRENGTH, StrictMath.exp(STRENGTH_SPREAD * own.nextGaussian()));
      vectors[p] = gaussians(own, FEATURES);
      double[] beta = gaussians(own, RANK);
      for (int k = 0; k < RANK; k++) {
        double known = 0;
        for (int f = 0; f < FEATURES; f++) {
          known += vectors[p][f] * explained[f][k] / Math.sqrt(FEATURES);
        }
        beta[k] =
            Math.sqrt(plan.featureShare()) * known + Math.sqrt(1 - plan.featureShare()) * beta[k];
      }
      for (int c = 0; c < truth[p].length; c++) {
        double[] gamma = gaussians(random(3, p, 1 + c), RANK);
        for (int g = 0; g < plan.genes(); g++) {
          double sum = 0;
          for (int k = 0; k < RANK; k++) {
            sum +=
                loading[k][g]
                    * (Math.sqrt(Plan.SHARES[0] / length) * template[k]
                        + Math.sqrt(Plan.SHARES[1]) * beta[k]
                        + Math.sqrt(Plan.SHARES[2]) * gamma[k]);
          }
          double before = law.meanAt(baseline[c][g]);
          double after = law.meanAt(law.rateWith(before + scale * strength * sum));
          truth[p][c][g] = after - before;
        }
      }
    }
  }

  private CellState cells(CellContext context, double[] rate, int cells, SplittableRandom random) {
    int[] start = new int[cells + 1];
    int[] gene = new int[cells * rate.length];
    float[] value = new float[cells * rate.length];
    int n = 0;
    for (int i = 0; i < cells; i++) {
      double depth = CountLaw.depth(random);
      for (int g = 0; g < rate.length; g++) {
        int count = CountLaw.draw(random, depth * rate[g]);
        if (count > 0) {
          gene[n] = g;
          value[n++] = (float) StrictMath.log1p(count / depth);
        }
      }
      start[i + 1] = n;
    }
    return CellState.of(
        genes,
        CsrMatrix.wrap(
            cells,
            rate.length,
            start,
            java.util.Arrays.copyOf(gene, n),
            java.util.Arrays.copyOf(value, n)),
        ExpressionUnits.logNormalized(10_000),
        context);
  }

  /** Cells of a pair, measured for training or not. */
  List<MatchedCells> measure(int p, int c) {
    SplittableRandom random = random(6, p, c);
    int cells = logUniform(random, 30, plan.mostCells());
    double[] rate = new double[plan.genes()];
    for (int g = 0; g < rate.length; g++) {
      rate[g] =
          truth[p][c][g] == 0
              ? baseline[c][g]
              : law.rateWith(law.meanAt(baseline[c][g]) + truth[p][c][g]);
    }
    return List.of(
        new MatchedCells(
            cells(context(c), rate, cells, random),
            controls.get(context(c)),
            MatchedCells.Level.CONTEXT));
  }

  static CellContext context(int c) {
    return CellContext.of("line" + c);
  }

  static Perturbation perturbation(int p) {
    return Perturbation.activation("T" + p);
  }

  boolean isTrained(int p, int c) {
    return trained[p][c];
  }

  /** Noise-free change of mean log1p expression per gene; not to be changed. */
  double[] truth(int p, int c) {
    return truth[p][c];
  }

  Plan plan() {
    return plan;
  }

  /** The vectors of all perturbations, in part the cause of their effects. */
  FeatureSet features() {
    Map<String, double[]> table = new TreeMap<>();
    for (int p = 0; p < vectors.length; p++) {
      table.put("T" + p, vectors[p]);
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
    return new ArrayList<>(controls.keySet());
  }

  @Override
  public CellState controls(CellContext context) {
    return controls.get(context);
  }

  @Override
  public List<MatchedCells> cells(Condition condition) {
    return measured.get(condition);
  }

  @Override
  public ContentDigest dataDigest() {
    return ContentDigest.of("simulated screen").add(plan.toString()).build();
  }

  @Override
  public ContentDigest splitDigest() {
    return ContentDigest.of("split of a simulated screen").add(plan.toString()).build();
  }
}
