package org.virtualcell.bench.simulation;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Progress;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.effect.EffectPredictor;
import org.virtualcell.model.effect.EffectTrainer;

/** Times the effect model on a screen as large as asked for, made up while it is read. */
public final class EffectSpeed {
  private static final int BATCHES = 15;
  private static final int MOST_BATCH = 800;

  private EffectSpeed() {}

  /**
   * Trains, asks and stores.
   *
   * @param args perturbations, contexts, genes; then {@code features} for known vectors of targets
   * @throws java.io.IOException if the model cannot be written to a temporary file
   */
  public static void main(String[] args) throws java.io.IOException {
    int perturbations = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
    int contexts = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    int genes = args.length > 2 ? Integer.parseInt(args[2]) : 8000;
    boolean features = args.length > 3 && args[3].equals("features");
    LargeSimulatedScreen screen = new LargeSimulatedScreen(perturbations, contexts, genes);
    print("%d conditions, %d genes", screen.conditions().size(), genes);
    Stages stages = new Stages();
    FeatureSet known = features ? screen.features() : FeatureSet.EMPTY;
    long start = System.nanoTime();
    double processor = processorSeconds();
    EffectPredictor model = new EffectTrainer(known).train(screen, stages);
    double wall = seconds(start);
    stages.end();
    print(
        "training: %.1f s on %d processors, %.1f s of processor time; %.1f s made up the cells",
        wall,
        Runtime.getRuntime().availableProcessors(),
        processorSeconds() - processor,
        screen.secondsMaking());
    stages.spent.forEach(
        (stage, s) -> print("  %-40s %.1f s, processor %.1f s", stage, s[0], s[1]));
    print("  within a heap of %d MiB", Runtime.getRuntime().maxMemory() >> 20);
    ask(model, screen, genes);
    store(model);
    model.close();
  }

  private static void ask(EffectPredictor model, LargeSimulatedScreen screen, int genes) {
    CellState baseline = screen.controls(screen.contexts().get(0));
    List<Perturbation> missing = screen.missingIn(screen.contexts().get(0));
    long start = System.nanoTime();
    model.predict(baseline, missing.get(0), PredictionOptions.DEFAULT);
    print("first question of a kind, with its held-out trials: %.2f s", seconds(start));
    double[] each = new double[Math.min(400, missing.size())];
    double sum = 0;
    for (int round = 0; round < 20; round++) { // the first ones warm up
      for (int i = 0; i < each.length; i++) {
        long one = System.nanoTime();
        Prediction p = model.predict(baseline, missing.get(i), PredictionOptions.DEFAULT);
        each[i] = 1e3 * seconds(one);
        sum += p.effect().get(0);
      }
    }
    Arrays.sort(each);
    print(
        "one prediction: median %.3f ms, 95 of 100 within %.3f ms",
        each[each.length / 2], each[(int) (0.95 * each.length)]);
    List<Perturbation> many = new ArrayList<>();
    for (int k = 0; k < Math.max(1, MOST_BATCH / missing.size()); k++) {
      many.addAll(missing);
    }
    double[] rates = new double[BATCHES];
    double[] perProcessor = new double[BATCHES];
    for (int b = 0; b < BATCHES; b++) {
      long batch = System.nanoTime();
      double processor = processorSeconds();
      double[][] all = model.effects(baseline, many);
      rates[b] = (double) all.length * genes / seconds(batch);
      perProcessor[b] = (double) all.length * genes / (processorSeconds() - processor);
      sum += all[0][0];
    }
    Arrays.sort(rates);
    Arrays.sort(perProcessor);
    print(
        "effects of a batch of %d for one baseline: %.3g gene values a second, %.3g a second of"
            + " one processor (check %.3g)",
        many.size(), rates[BATCHES / 2], perProcessor[BATCHES / 2], sum);
  }

  private static void store(EffectPredictor model) throws java.io.IOException {
    Path folder = Files.createTempDirectory("effect-speed");
    Path file = folder.resolve("model.safetensors");
    try {
      long start = System.nanoTime();
      ModelFiles.save(model, file, false);
      print("writing: %.1f s, %d MiB", seconds(start), Files.size(file) >> 20);
      start = System.nanoTime();
      ModelFiles.load(file).close();
      print("reading: %.1f s", seconds(start));
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static double processorSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : Double.NaN;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  /** How long each stage took. */
  private static final class Stages implements Progress {
    private final Map<String, double[]> spent = new LinkedHashMap<>();
    private final List<String> last = new ArrayList<>();
    private long since = System.nanoTime();
    private double processorSince = processorSeconds();

    @Override
    public void update(String stage, long done, long total) {
      end();
      last.clear();
      last.add(stage);
    }

    void end() {
      last.forEach(
          stage -> {
            double[] sum = spent.computeIfAbsent(stage, any -> new double[2]);
            sum[0] += seconds(since);
            sum[1] += processorSeconds() - processorSince;
          });
      since = System.nanoTime();
      processorSince = processorSeconds();
    }
  }
}
