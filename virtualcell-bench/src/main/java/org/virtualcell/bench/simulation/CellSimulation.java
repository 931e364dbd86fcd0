package org.virtualcell.bench.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.compute.Devices;
import org.virtualcell.evaluate.Evaluation;
import org.virtualcell.evaluate.EvaluationOptions;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.Scope;
import org.virtualcell.evaluate.Statistic;
import org.virtualcell.model.EvenlySpaced;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.model.transition.TransitionConfig;
import org.virtualcell.model.transition.TransitionTrainer;
import org.virtualcell.provenance.Json;

/**
 * Trains models on screens of single cells with a planted law and prints how they answer held-out
 * pairs: beside the noise-free truth, by the distribution of the cells they make, and as the
 * library's own evaluation judges them on the measured cells.
 */
public final class CellSimulation {
  private static final int MOST_ITEMS = 120;
  private static final int SAMPLED = 64; // cells whose distribution is compared

  private final CellScreen screen;
  private final Map<String, List<Item>> items = new LinkedHashMap<>();
  private final Map<String, Double> energy = new LinkedHashMap<>();
  private final Map<String, String> network = new TreeMap<>();

  CellSimulation(CellScreen screen, Map<String, Trainer<? extends Predictor>> trainers) {
    this.screen = screen;
    TrainingSet training = screen.training();
    trainers.forEach(
        (name, trainer) -> {
          try (Predictor model = trainer.train(training, Progress.SILENT)) {
            network.putAll(model.card().environment());
            ask(name, model, training);
          }
        });
  }

  private void ask(String name, Predictor model, TrainingSet training) {
    List<Item> answers = new ArrayList<>();
    double apart = 0;
    double before = 0;
    for (int[] pair : heldOut()) {
      int p = pair[0];
      int c = pair[1];
      CellState controls = training.controls(CellScreen.context(c));
      Prediction prediction =
          model.predict(
              controls,
              CellScreen.perturbation(p),
              PredictionOptions.DEFAULT.withSampledCells(SAMPLED).withSeed(1));
      double[] nothing = new double[screen.plan().genes()];
      answers.add(Item.of(p, prediction, screen.truth(p, c), mean(c), nothing));
      CellState measured = measured(p, c);
      apart += EnergyBetween.of(prediction.state().cells().orElseThrow(), measured);
      before += EnergyBetween.of(controls, measured);
    }
    items.put(name, answers);
    energy.put(name, before > 0 ? apart / before : Double.NaN);
  }

  private CellState measured(int p, int c) {
    return screen
        .data()
        .cells(new Condition(CellScreen.perturbation(p), CellScreen.context(c)))
        .get(0)
        .perturbed();
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

  private List<int[]> heldOut() {
    List<int[]> all = new ArrayList<>();
    for (int p = 0; p < screen.plan().perturbations(); p++) {
      for (int c = 0; c < screen.plan().contexts(); c++) {
        if (screen.isHeldOut(p, c)) {
          all.add(new int[] {p, c});
        }
      }
    }
    return EvenlySpaced.of(all, MOST_ITEMS);
  }

  /** Answers to held-out pairs, by model. */
  Map<String, List<Item>> items() {
    return items;
  }

  /**
   * Energy distance of the cells a model makes to the measured ones, over that of the controls to
   * the measured ones; 1 is no change, 0 the same distribution.
   */
  Map<String, Double> energy() {
    return energy;
  }

  static Map<String, Trainer<? extends Predictor>> trainers(CellScreen screen) {
    Map<String, Trainer<? extends Predictor>> trainers = new LinkedHashMap<>();
    trainers.put("effect", new EffectTrainer(screen.features()));
    trainers.put("transition", transition(screen));
    trainers.putAll(Baselines.trainers());
    return trainers;
  }

  /** Sizes come from the property {@code transition}, as JSON; the named default where absent. */
  private static TransitionTrainer transition(CellScreen screen) {
    String settings = System.getProperty("transition", "{}");
    return new TransitionTrainer(
            TransitionConfig.fromJson(Json.read(settings, "transition"), "transition"),
            screen.features())
        .withDevice(Devices.select(Devices.AUTO))
        .withThreads(2);
  }

  /** The library's own evaluation of the same split, on measured cells. */
  static EvaluationResult judged(
      CellScreen screen, Map<String, Trainer<? extends Predictor>> models, int threads) {
    return Evaluation.of(
            models,
            Baselines.trainers(),
            EvaluationOptions.DEFAULT.withThreads(threads).withEffects(false))
        .run(screen.folds(0), Progress.SILENT);
  }

  private void print() {
    System.out.printf(
        Locale.ROOT,
        "%n%s, seed %d: %.3f of the planted variance is interaction, %d held-out pairs%n",
        screen.plan().planted(),
        screen.plan().seed(),
        screen.planted().share(),
        heldOut().size());
    items.forEach(
        (name, list) ->
            System.out.printf(
                Locale.ROOT,
                "  %-18s error %.3f  cosine beyond the mean %.3f  energy %.3f%n",
                name,
                EffectSimulation.error(list),
                EffectSimulation.mean(list, Item::cosine),
                energy.get(name)));
    network.forEach(
        (fact, value) -> {
          if (fact.startsWith("network")) {
            System.out.println("  " + fact + ": " + value);
          }
        });
  }

  private static void print(EvaluationResult result) {
    for (String protocol : result.protocols()) {
      result
          .scope(Scope.of(protocol))
          .ifPresent(
              scope -> {
                for (String model : result.contestants()) {
                  Map<String, String> figures = new TreeMap<>();
                  for (Metric metric :
                      List.of(Metric.COSINE_PROJECTED_SEPARATE, Metric.RELATIVE_ERROR_SEPARATE)) {
                    scope
                        .score(model, metric, Statistic.MEAN)
                        .ifPresent(
                            s ->
                                figures.put(
                                    metric.label(), String.format(Locale.ROOT, "%.3f", s.value())));
                  }
                  System.out.println(
                      "  judged on cells, " + protocol + ", " + model + " " + figures);
                }
              });
    }
  }

  /**
   * Runs it.
   *
   * @param args {@code small} or {@code full}, then the number of seeds, then {@code judged} to run
   *     the library's evaluation as well, or a folder to write the screens into as h5ad
   */
  public static void main(String[] args) {
    boolean small = args.length > 0 && args[0].equals("small");
    int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    for (CellPlan.Planted planted : CellPlan.Planted.values()) {
      for (int seed = 1; seed <= seeds; seed++) {
        CellScreen screen =
            new CellScreen(small ? CellPlan.small(planted, seed) : CellPlan.full(planted, seed));
        if (args.length > 2 && !args[2].equals("judged")) {
          String name = planted.name().toLowerCase(Locale.ROOT) + "-" + seed;
          screen.write(Path.of(args[2], name + ".h5ad"), true);
          screen.split().write(Path.of(args[2], name + ".toml"), true);
          continue;
        }
        new CellSimulation(screen, trainers(screen)).print();
        if (args.length > 2) {
          print(judged(screen, Map.of("effect", new EffectTrainer(screen.features())), 2));
        }
      }
    }
  }
}
