package org.virtualcell.bench.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.model.EvenlySpaced;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectPredictor;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.stats.Effect;

/**
 * Trains the effect model and the baselines on simulated screens and prints how they compare with
 * the planted truth.
 */
public final class EffectSimulation {
  private static final int MOST_ITEMS = 120; // per regime
  private static final int RESAMPLES = 2000;

  /** What a question lacks in the training data. */
  enum Asked {
    PAIR,
    CONTEXT,
    PERTURBATION,
    BOTH
  }

  private final SimulatedScreen screen;
  private final Map<Asked, Map<String, List<Item>>> items = new EnumMap<>(Asked.class);
  private final double seconds;
  private final Map<String, Double> shares = new LinkedHashMap<>();

  EffectSimulation(Plan plan) {
    this.screen = new SimulatedScreen(plan);
    long start = System.nanoTime();
    try (EffectPredictor model =
        new EffectTrainer(screen.features()).train(screen, Progress.SILENT)) {
      this.seconds = (System.nanoTime() - start) / 1e9;
      recover(model.card().environment());
      ask("effect", model);
    }
    Baselines.trainers()
        .forEach(
            (name, trainer) -> {
              try (Predictor model = trainer.train(screen, Progress.SILENT)) {
                ask(name, model);
              }
            });
  }

  /** The shares of the parts the model found, from the weights on its card. */
  private void recover(Map<String, String> card) {
    double[] found = new double[3];
    card.forEach(
        (key, value) -> {
          if (key.startsWith("weight ")) {
            double weight = Double.parseDouble(value);
            if (key.endsWith("template")) {
              found[0] += weight;
            } else if (key.endsWith("perturbation") || key.endsWith("features")) {
              found[1] += weight;
            } else {
              found[2] += weight; // contexts are nearly unlike each other: see similarity
            }
          }
        });
    double all = Arrays.stream(found).sum();
    shares.put("template", found[0] / all);
    shares.put("conserved", found[1] / all);
    shares.put("interaction", found[2] / all);
  }

  private void ask(String name, Predictor model) {
    for (Asked asked : Asked.values()) {
      List<Item> answers = new ArrayList<>();
      List<int[]> pairs = pairs(asked);
      for (int[] pair : pairs) {
        int p = pair[0];
        int c = pair[1];
        CellState controls = screen.controls(SimulatedScreen.context(c));
        Prediction prediction = model.predict(controls, SimulatedScreen.perturbation(p));
        double[] measured =
            name.equals("effect")
                ? Effect.of(screen.measure(p, c)).toArray()
                : new double[screen.plan().genes()];
        answers.add(Item.of(p, prediction, screen.truth(p, c), mean(c), measured));
      }
      items.computeIfAbsent(asked, a -> new LinkedHashMap<>()).put(name, answers);
    }
  }

  private double[] mean(int c) {
    double[] mean = new double[screen.plan().genes()];
    for (int p = 0; p < screen.plan().perturbations(); p++) {
      for (int g = 0; g < mean.length; g++) {
        mean[g] += screen.truth(p, c)[g] / screen.plan().perturbations();
      }
    }
    return mean;
  }

  private List<int[]> pairs(Asked asked) {
    Plan plan = screen.plan();
    boolean fresh = asked == Asked.PERTURBATION || asked == Asked.BOTH;
    boolean away = asked == Asked.CONTEXT || asked == Asked.BOTH;
    List<int[]> pairs = new ArrayList<>();
    int first = fresh ? plan.perturbations() : 0;
    int last = fresh ? plan.perturbations() + plan.newPerturbations() : plan.perturbations();
    for (int p = first; p < last; p++) {
      int seen = 0;
      for (int c = 0; c < plan.contexts(); c++) {
        seen += screen.isTrained(p, c) ? 1 : 0;
      }
      for (int c = away ? plan.contexts() : 0;
          c < (away ? plan.contexts() + 1 : plan.contexts());
          c++) {
        if (!screen.isTrained(p, c) && (fresh || seen > 0)) {
          pairs.add(new int[] {p, c});
        }
      }
    }
    return EvenlySpaced.of(pairs, MOST_ITEMS);
  }

  Map<String, List<Item>> items(Asked asked) {
    return items.get(asked);
  }

  /**
   * Shares of template, conserved response and interaction in the signal, as the model has them.
   */
  Map<String, Double> shares() {
    return shares;
  }

  double seconds() {
    return seconds;
  }

  /** Error over power, pooled over items. */
  static double error(List<Item> items) {
    return sum(items, Item::error) / sum(items, Item::power);
  }

  static double mean(List<Item> items, ToDoubleFunction<Item> what) {
    return items.isEmpty() ? Double.NaN : sum(items, what) / items.size();
  }

  private static double sum(List<Item> items, ToDoubleFunction<Item> what) {
    return items.stream().mapToDouble(what).sum();
  }

  /** The item lists of several screens, one after the other; perturbations stay apart. */
  static Map<String, List<Item>> pooled(List<EffectSimulation> runs, Asked asked) {
    Map<String, List<Item>> all = new LinkedHashMap<>();
    for (int r = 0; r < runs.size(); r++) {
      int offset = r * 1_000_000;
      runs.get(r)
          .items(asked)
          .forEach(
              (name, list) ->
                  list.forEach(
                      i ->
                          all.computeIfAbsent(name, n -> new ArrayList<>())
                              .add(
                                  new Item(
                                      i.perturbation() + offset,
                                      i.error(),
                                      i.power(),
                                      i.energy(),
                                      i.cosine(),
                                      i.errorCosine(),
                                      i.covered(),
                                      i.width(),
                                      i.trusted()))));
    }
    return all;
  }

  /** A difference with its 95 % interval, perturbations drawn anew. */
  record Gain(double value, double low, double high) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
  }

  static Gain gain(List<Item> ours, List<Item> theirs, boolean ofError) {
    Map<Integer, double[]> units = new LinkedHashMap<>();
    for (int i = 0; i < ours.size(); i++) {
      double[] sums = units.computeIfAbsent(ours.get(i).perturbation(), p -> new double[3]);
      sums[0] +=
          ofError
              ? theirs.get(i).error() - ours.get(i).error()
              : ours.get(i).cosine() - theirs.get(i).cosine();
      sums[1] += ofError ? ours.get(i).power() : 1;
    }
    double[][] all = units.values().toArray(double[][]::new);
    SplittableRandom random = new SplittableRandom(1);
    double[] drawn = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double top = 0;
      double bottom = 0;
      for (int i = 0; i < all.length; i++) {
        double[] unit = all[random.nextInt(all.length)];
        top += unit[0];
        bottom += unit[1];
      }
      drawn[r] = top / bottom;
    }
    Arrays.sort(drawn);
    double top = Arrays.stream(all).mapToDouble(u -> u[0]).sum();
    double bottom = Arrays.stream(all).mapToDouble(u -> u[1]).sum();
    return new Gain(
        top / bottom, drawn[(int) (0.025 * RESAMPLES)], drawn[(int) (0.975 * RESAMPLES)]);
  }

  /** The baseline with the least error, or the largest cosine. */
  static String best(Map<String, List<Item>> byModel, boolean ofError) {
    Comparator<Map.Entry<String, List<Item>>> order =
        ofError
            ? Comparator.comparingDouble(e -> error(e.getValue()))
            : Comparator.comparingDouble(e -> -mean(e.getValue(), Item::cosine));
    return byModel.entrySet().stream()
        .filter(e -> !e.getKey().equals("effect"))
        .min(order)
        .orElseThrow()
        .getKey();
  }

  private static void print(List<EffectSimulation> runs) {
    for (Asked asked : Asked.values()) {
      Map<String, List<Item>> all = pooled(runs, asked);
      List<Item> ours = all.get("effect");
      System.out.printf(Locale.ROOT, "%nunseen: %s, n = %d%n", asked, ours.size());
      all.forEach(
          (name, list) ->
              System.out.printf(
                  Locale.ROOT,
                  "  %-18s error %.3f  cosine beyond the mean %.3f%n",
                  name,
                  error(list),
                  mean(list, Item::cosine)));
      String least = best(all, true);
      String nearest = best(all, false);
      System.out.printf("  error gain over %s: %s%n", least, gain(ours, all.get(least), true));
      System.out.printf(
          "  cosine gain over %s: %s%n", nearest, gain(ours, all.get(nearest), false));
      System.out.printf(Locale.ROOT, "  coverage %.3f%n", mean(ours, Item::covered));
      List<Item> trusted = ours.stream().filter(Item::trusted).toList();
      long wrong =
          trusted.stream().filter(i -> i.errorCosine() < 0 || i.error() > i.power()).count();
      List<Item> sure =
          ours.stream()
              .sorted(Comparator.comparingDouble(Item::width))
              .limit(Math.max(1, ours.size() / 2))
              .toList();
      System.out.printf(
          Locale.ROOT,
          "  trusted %d of %d, confidently wrong %d (%.1f %%); absolute error of the surer half"
              + " %+.0f %%%n",
          trusted.size(),
          ours.size(),
          wrong,
          trusted.isEmpty() ? 0 : 100.0 * wrong / trusted.size(),
          100
              * (mean(sure, i -> Math.sqrt(i.error())) / mean(ours, i -> Math.sqrt(i.error()))
                  - 1));
    }
    runs.get(0)
        .shares()
        .keySet()
        .forEach(
            part ->
                System.out.printf(
                    Locale.ROOT,
                    "share %s, per seed: %s%n",
                    part,
                    runs.stream()
                        .map(r -> String.format(Locale.ROOT, "%.3f", r.shares().get(part)))
                        .toList()));
    System.out.println("planted: " + Arrays.toString(Plan.SHARES));
    System.out.println(
        "training of the effect model, s: "
            + runs.stream().map(r -> String.format(Locale.ROOT, "%.1f", r.seconds())).toList());
  }

  /** The energy of answers per gene, over the sampling variance of what a group measures. */
  static double energyOverNoise(EffectSimulation run, Asked asked) {
    double noise = 0;
    Plan plan = run.screen.plan();
    int some = 5;
    for (int p = 0; p < some; p++) {
      Effect effect = Effect.of(run.screen.measure(p, 0));
      for (int g = 0; g < plan.genes(); g++) {
        noise += effect.perturbedVariance(g) / some;
      }
    }
    return mean(run.items(asked).get("effect"), Item::energy) / noise;
  }

  private static Plan plan(String[] args, long seed) {
    return switch (args.length == 0 ? "full" : args[0]) {
      case "small" -> Plan.small(seed);
      case "middle" -> Plan.middle(seed);
      default -> Plan.full(seed);
    };
  }

  /**
   * Runs it.
   *
   * @param args {@code small}, {@code middle} or {@code full} (the default), then the number of
   *     seeds; a screen of the same size in which nothing is planted follows
   */
  public static void main(String[] args) {
    int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    List<EffectSimulation> runs = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      runs.add(new EffectSimulation(plan(args, seed)));
    }
    print(runs);
    EffectSimulation nothing = new EffectSimulation(plan(args, 1).withoutSignal());
    System.out.println("\nnothing planted: energy of the answers over the noise of a group");
    for (Asked asked : Asked.values()) {
      System.out.printf(
          Locale.ROOT,
          "  %s %.4f, context-mean's error against the noise-free truth is all energy: %.4f%n",
          asked,
          energyOverNoise(nothing, asked),
          mean(nothing.items(asked).get("context-mean"), Item::error)
              / Math.max(1e-300, mean(nothing.items(asked).get("effect"), Item::error)));
    }
  }
}
