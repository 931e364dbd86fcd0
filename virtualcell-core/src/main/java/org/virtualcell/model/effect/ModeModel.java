package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/**
 * The model of all conditions of one mode (activation, interference, knock-out, ...): a mixed model
 * of scaled effects, which sizes changes, and a kernel ridge of plain effects, which looks for
 * their direction only. Immutable.
 */
final class ModeModel {
  /** The ridge's weight of what a context, and any context, has in common: near its mean. */
  private static final double RIDGE_CONTEXT = 10;

  private final Screen screen;
  private final Screen.Mode mode;
  private final Questions questions;
  private final TargetSimilarity known;
  private final List<Question> items;
  private final int[] contextOf;
  private final int[] active; // genes that change anywhere
  private final double[] activeScale;
  private final Map<Part, Double> weights;
  private final Fit all;
  private final Sources sources;
  private Map<CellContext, double[]> sums; // made when first needed

  /** Both models fitted. */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared
  record Fit(Expectation mixed, Expectation ridge, Covariance covariance) {}

  /** Holds the covariance as suits the size of the screen. */
  ModeModel(Screen screen, Screen.Mode mode, TargetSimilarity known, Map<Part, Double> weights) {
    this(screen, mode, known, weights, Optional.empty());
  }

  /**
   * A model of given weights.
   *
   * @param held how the covariance is held; empty for what suits the size of the screen
   */
  ModeModel(
      Screen screen,
      Screen.Mode mode,
      TargetSimilarity known,
      Map<Part, Double> weights,
      Optional<Covariance> held) {
    this.screen = screen;
    this.mode = mode;
    this.known = known;
    this.questions = new Questions(screen, mode);
    this.items = mode.items().stream().map(i -> questions.of(i, Set.of())).toList();
    this.contextOf = mode.items().stream().mapToInt(i -> questions.context(i.context())).toArray();
    this.active = active(mode);
    this.activeScale = IntStream.of(active).mapToDouble(g -> mode.scale()[g]).toArray();
    this.weights = weights;
    this.sources = new Sources(items);
    boolean dense =
        weights.containsKey(Part.DOSE) // joins what the structure keeps apart
            || held.map(h -> h == Covariance.DENSE).orElse(items.size() <= Covariance.MOST_DENSE);
    this.all = (dense ? Optional.<Fit>empty() : structured(held.isPresent())).orElseGet(this::fit);
  }

  /**
   * The weights that explain the measured effects best.
   *
   * @param doses whether doses of a target may differ in more than strength
   */
  static Map<Part, Double> estimate(
      Screen screen, Screen.Mode mode, TargetSimilarity known, int steps, boolean doses) {
    Questions questions = new Questions(screen, mode);
    List<Question> items = mode.items().stream().map(i -> questions.of(i, Set.of())).toList();
    List<Part> parts = Part.of(items, known.isInformative(), doses);
    int n = items.size();
    List<double[][]> kernels = new ArrayList<>();
    for (Part part : parts) {
      double[][] matrix = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          int context = questions.context(items.get(j).context());
          matrix[i][j] = part.between(items.get(i), items.get(j), context, known);
        }
      }
      kernels.add(matrix);
    }
    int[] active = active(mode);
    double[] found =
        KernelWeights.estimate(
            scaled(effects(mode, active), mode, active), noise(mode), kernels, steps);
    Map<Part, Double> weights = new EnumMap<>(Part.class);
    for (int k = 0; k < found.length; k++) {
      weights.put(parts.get(k), found[k]);
    }
    return weights;
  }

  private static int[] active(Screen.Mode mode) {
    return IntStream.range(0, mode.scale().length)
        .filter(g -> mode.items().stream().anyMatch(i -> i.effect()[g] != 0))
        .toArray();
  }

  private static double[][] effects(Screen.Mode mode, int[] active) {
    double[][] y = new double[mode.items().size()][active.length];
    for (int i = 0; i < y.length; i++) {
      for (int a = 0; a < active.length; a++) {
        y[i][a] = mode.items().get(i).effect()[active[a]];
      }
    }
    return y;
  }

  private static double[][] scaled(double[][] effects, Screen.Mode mode, int[] active) {
    double[][] y = new double[effects.length][active.length];
    for (int i = 0; i < y.length; i++) {
      for (int a = 0; a < active.length; a++) {
        y[i][a] = effects[i][a] / mode.scale()[active[a]];
      }
    }
    return y;
  }

  /** Each condition's own error, and the error of controls that conditions share. */
  private static double[][] noise(Screen.Mode mode) {
    int n = mode.items().size();
    double[][] noise = new double[n][n];
    for (int i = 0; i < n; i++) {
      noise[i][i] = mode.items().get(i).noise();
      for (int j = 0; j < n; j++) {
        noise[i][j] += sharedNoise(mode, i, j);
      }
    }
    return noise;
  }

  private static double sharedNoise(Screen.Mode mode, int i, int j) {
    float[] a = mode.items().get(i).share();
    float[] b = mode.items().get(j).share();
    double sum = 0;
    for (int p = 0; p < a.length; p++) {
      sum += (double) a[p] * b[p] * mode.populations().get(p).noise();
    }
    return sum;
  }

  /** Effects and loadings, and per amplitude an inverse covariance where it is written out. */
  private void requireMemory(boolean dense) {
    long n = items.size();
    long genes = mode.scale().length;
    long covariances = Posterior.GRID.length + 7L; // those kept, kernels and what factoring takes
    long tables = 6; // effects and loadings of both models, and what trials take
    long bytes =
        dense
            ? 8 * n * (covariances * n + tables * genes)
            : 4 * n * genes + 2 * GeneRows.bytes(n, genes);
    long available = Runtime.getRuntime().maxMemory();
    if (bytes > available) {
      throw new MemoryBudgetException(
          "The effect model of "
              + n
              + " conditions and "
              + genes
              + " genes needs about "
              + bytes / (1 << 20)
              + " MiB, the Java heap is "
              + available / (1 << 20)
              + " MiB",
          "mode " + mode.modes(),
          "Give Java more memory (-Xmx), or train on fewer genes (vc prep) or conditions.");
    }
  }

  private Fit fit() {
    requireMemory(true);
    double[][] effects = effects(mode, active);
    double[][] unit = new double[items.size()][items.size()];
    for (int i = 0; i < unit.length; i++) {
      unit[i][i] = 1;
    }
    double[][] kernel = items.stream().map(this::covariance).toArray(double[][]::new);
    double[][] ridgeKernel = items.stream().map(this::ridgeCovariance).toArray(double[][]::new);
    return new Fit(
        new DenseExpectation(
            new Posterior(Posterior.GRID, kernel, noise(mode), scaled(effects, mode, active)),
            items.size(),
            this::covariance,
            this::prior,
            controlShares()),
        new DenseExpectation(
            new Posterior(Posterior.RIDGE, ridgeKernel, unit, effects),
            items.size(),
            this::ridgeCovariance,
            q -> 1,
            new double[0][]),
        Covariance.DENSE);
  }

  /** Both models by the structure of their covariances, where these have one worth using. */
  private Optional<Fit> structured(boolean always) {
    int n = items.size();
    double[] noise = new double[n];
    double[] one = new double[n];
    float[][] share = new float[n][];
    for (int i = 0; i < n; i++) {
      noise[i] = mode.items().get(i).noise();
      one[i] = 1;
      share[i] = mode.items().get(i).share();
    }
    double[] shared = mode.populations().stream().mapToDouble(Screen.Population::noise).toArray();
    List<CellContext> contexts = screen.contextNames();
    Optional<Structure> mixed =
        Structure.of(
            new Structure.Measured(items, contextOf, contexts, noise, share, shared),
            new Structure.Weights(
                weight(Part.TEMPLATE),
                weight(Part.CONTEXT),
                weight(Part.PERTURBATION),
                weight(Part.FEATURES),
                weight(Part.SIMILAR_CONTEXTS),
                weight(Part.INTERACTION),
                weight(Part.COMBINATION),
                false),
            known);
    boolean features = known.isInformative();
    Optional<Structure> ridge =
        Structure.of(
            new Structure.Measured(items, contextOf, contexts, one, new float[n][0], new double[0]),
            new Structure.Weights(
                RIDGE_CONTEXT, RIDGE_CONTEXT, features ? 0 : 1, features ? 1 : 0, 0, 0, 0, true),
            known);
    if (mixed.isEmpty() || ridge.isEmpty()) {
      return Optional.empty();
    }
    double most = always ? Double.POSITIVE_INFINITY : Covariance.MOST_COLUMNS * n;
    if (Math.max(mixed.get().columns(), ridge.get().columns()) > most) {
      return Optional.empty();
    }
    requireMemory(false);
    return Optional.of(
        new Fit(
            new StructuredPosterior(
                mixed.get(), Posterior.GRID, this::scaledEffect, active.length, this::prior),
            new StructuredPosterior(
                ridge.get(), Posterior.RIDGE, this::plainEffect, active.length, q -> 1),
            Covariance.STRUCTURED));
  }

  private double weight(Part part) {
    return weights.getOrDefault(part, 0.0);
  }

  private void plainEffect(int item, int first, double[] to, int at, int width) {
    float[] effect = mode.items().get(item).effect();
    for (int b = 0; b < width; b++) {
      to[at + b] = effect[active[first + b]];
    }
  }

  private void scaledEffect(int item, int first, double[] to, int at, int width) {
    float[] effect = mode.items().get(item).effect();
    for (int b = 0; b < width; b++) {
      to[at + b] = (double) effect[active[first + b]] / mode.scale()[active[first + b]];
    }
  }

  /** The measured effect of an item on active genes. */
  double[] effect(int item) {
    double[] effect = new double[active.length];
    plainEffect(item, 0, effect, 0, active.length);
    return effect;
  }

  Fit all() {
    return all;
  }

  private double[] covariance(Question q) {
    double[] covariance = new double[items.size()];
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] = covariance(q, i);
    }
    return covariance;
  }

  private double covariance(Question q, int item) {
    double sum = 0;
    for (Map.Entry<Part, Double> part : weights.entrySet()) {
      sum += part.getValue() * part.getKey().between(q, items.get(item), contextOf[item], known);
    }
    return sum;
  }

  /** The items that hold at least a share of the covariances of a question. */
  List<Sources.Source> sources(Question q, double least) {
    return all.covariance() == Covariance.DENSE || weight(Part.FEATURES) > 0
        ? Sources.all(items.size(), i -> covariance(q, i), least)
        : sources.of(q, weight(Part.TEMPLATE), weight(Part.CONTEXT), i -> covariance(q, i), least);
  }

  /**
   * The sum of all effects but some: of one context, where any of it are left, else of all. For the
   * direction of the mean only.
   */
  double[] sumWithout(Set<Integer> left, CellContext context) {
    Map<CellContext, double[]> whole = sums();
    double[] here = whole.getOrDefault(context, new double[active.length]).clone();
    double[] anywhere = new double[active.length];
    whole.values().forEach(sum -> StructuredFactor.add(1, sum, anywhere, active.length));
    long others = items.stream().filter(q -> q.context().equals(context)).count();
    for (int i : new TreeSet<>(left)) {
      boolean same = items.get(i).context().equals(context);
      others -= same ? 1 : 0;
      double[] effect = effect(i);
      StructuredFactor.add(-1, effect, anywhere, active.length);
      if (same) {
        StructuredFactor.add(-1, effect, here, active.length);
      }
    }
    return others > 0 ? here : anywhere;
  }

  /** Per context the sum of effects, in the order of contexts. */
  private synchronized Map<CellContext, double[]> sums() {
    if (sums == null) {
      sums = new LinkedHashMap<>();
      screen.contextNames().forEach(c -> sums.put(c, new double[active.length]));
      for (int i = 0; i < items.size(); i++) {
        StructuredFactor.add(1, effect(i), sums.get(items.get(i).context()), active.length);
      }
    }
    return sums;
  }

  private double[] ridgeCovariance(Question q) {
    double[] covariance = new double[items.size()];
    for (int i = 0; i < covariance.length; i++) {
      Question item = items.get(i);
      covariance[i] = RIDGE_CONTEXT * (q.context().equals(item.context()) ? 2 : 1);
      for (String a : q.targets()) {
        for (String b : item.targets()) {
          covariance[i] += known.between(a, b);
        }
      }
    }
    return covariance;
  }

  /** The variance of what is asked itself. */
  private double prior(Question q) {
    Question same =
        new Question(q.targets(), q.strength(), q.context(), new double[] {1}, q.exposures());
    double prior = 0;
    for (Map.Entry<Part, Double> part : weights.entrySet()) {
      prior += part.getValue() * part.getKey().between(same, same, 0, known);
    }
    return prior;
  }

  /** The noise of half of the items is larger. */
  double typicalNoise() {
    double[] noise =
        IntStream.range(0, items.size()).mapToDouble(this::itemNoise).sorted().toArray();
    return noise[noise.length / 2];
  }

  /** The noise of an item, the error of the controls included. */
  double itemNoise(int i) {
    return mode.items().get(i).noise() + sharedNoise(i);
  }

  /** The part of an item's noise that the error of the controls is. */
  double sharedNoise(int i) {
    return sharedNoise(mode, i, i);
  }

  /** Per control population, its weight in each item. */
  private double[][] controlShares() {
    double[][] shares = new double[mode.populations().size()][items.size()];
    for (int p = 0; p < shares.length; p++) {
      for (int i = 0; i < items.size(); i++) {
        shares[p][i] = mode.items().get(i).share()[p];
      }
    }
    return shares;
  }

  /**
   * What the error of the controls is expected to add to the product of an item's measured effect
   * and an answer that responds to each population's error.
   */
  double sharedError(int item, int activeGene, double[][] response) {
    double sum = 0;
    for (int p = 0; p < response.length; p++) {
      sum +=
          (double) mode.items().get(item).share()[p]
              * mode.populations().get(p).variance()[active[activeGene]]
              * response[p][activeGene];
    }
    return sum;
  }

  Question question(Perturbation perturbation, CellContext context, double[] controlMean) {
    return questions.of(Targets.all(perturbation), Exposure.of(perturbation), context, controlMean);
  }

  /** An item as a question, when some items are left out. */
  Question question(int item, Set<Integer> left) {
    return questions.of(mode.items().get(item), left);
  }

  int[] itemsWhere(Predicate<Condition> wanted) {
    return IntStream.range(0, items.size())
        .filter(i -> wanted.test(mode.items().get(i).condition()))
        .toArray();
  }

  /** The same model with another weight of one part. */
  ModeModel with(Part part, double weight) {
    Map<Part, Double> changed = new EnumMap<>(weights);
    changed.put(part, weight);
    return new ModeModel(screen, mode, known, changed);
  }

  /** Whether the model uses features and none of the targets has any. */
  boolean lacksFeatures(List<String> targets) {
    return known.isInformative() && targets.stream().noneMatch(known::knows);
  }

  Map<Part, Double> weights() {
    return weights;
  }

  Screen.Mode mode() {
    return mode;
  }

  int[] active() {
    return active;
  }

  double scale(int activeGene) {
    return activeScale[activeGene];
  }

  /** Values in units of the scale times a factor, as of log1p values, in place. */
  void unscale(double[] perActive, double factor) {
    for (int a = 0; a < perActive.length; a++) {
      perActive[a] = factor * (perActive[a] * activeScale[a]);
    }
  }

  int genes() {
    return mode.scale().length;
  }

  /** Values of active genes among zeros. */
  double[] spread(double[] perActive) {
    double[] all = new double[genes()];
    for (int a = 0; a < active.length; a++) {
      all[active[a]] = perActive[a];
    }
    return all;
  }
}
