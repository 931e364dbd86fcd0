package org.virtualcell.model.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Op;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.model.StoredModel;
import org.virtualcell.provenance.Environment;

/**
 * Trains the transition model: the effect model, refitted without each of five folds, and a set
 * transformer that learns what these refits leave. A fifth of the conditions is held out of the
 * network for validation; the weights that validated best are kept, and none where none was better
 * than the effect model. The same data, settings and device give the same bytes, with or without an
 * interruption. To be used as often as wanted.
 */
public final class TransitionTrainer implements Trainer<Predictor> {
  private final TransitionConfig config;
  private final FeatureSet features;
  private final Optional<Path> folder;
  private final boolean resume;
  private final Optional<Path> warmStart;
  private final int threads;
  private final Optional<Device> device;

  /**
   * A trainer without checkpoints, on one thread of this library's own device.
   *
   * @param config sizes and settings
   * @param features of targets, so that unseen ones mean something; may be empty
   */
  public TransitionTrainer(TransitionConfig config, FeatureSet features) {
    this(config, features, Optional.empty(), false, Optional.empty(), 1, Optional.empty());
  }

  private TransitionTrainer(
      TransitionConfig config,
      FeatureSet features,
      Optional<Path> folder,
      boolean resume,
      Optional<Path> warmStart,
      int threads,
      Optional<Device> device) {
    this.config = config;
    this.features = features;
    this.folder = folder;
    this.resume = resume;
    this.warmStart = warmStart;
    this.threads = threads;
    this.device = device;
  }

  /**
   * On another device.
   *
   * @param chosen a device of this process, which stays the caller's; one that lacks an operation
   *     of the network is left aside
   * @return a new trainer
   */
  public TransitionTrainer withDevice(Device chosen) {
    boolean serves =
        Stream.of(Op.ATTENTION_GRADIENT, Op.ADAMW, Op.ENERGY_GRADIENT, Op.ADD_ROWS_GRADIENT)
            .allMatch(chosen::supports);
    return new TransitionTrainer(
        config,
        features,
        folder,
        resume,
        warmStart,
        threads,
        serves ? Optional.of(chosen) : Optional.empty());
  }

  /**
   * With checkpoints.
   *
   * @param where a folder, made if it is not there
   * @param goOn whether to go on from the checkpoint in it, where there is one
   * @return a new trainer
   */
  public TransitionTrainer withCheckpoints(Path where, boolean goOn) {
    return new TransitionTrainer(
        config, features, Optional.of(where), goOn, warmStart, threads, device);
  }

  /**
   * Starting from the weights of another transition model: those of genes and question columns of
   * the same name, and all between where the sizes are the same.
   *
   * @param model a model file
   * @return a new trainer
   */
  public TransitionTrainer withWarmStart(Path model) {
    return new TransitionTrainer(
        config, features, folder, resume, Optional.of(model), threads, device);
  }

  /**
   * On several threads; the result is the same for any number.
   *
   * @param count one or more
   * @return a new trainer
   */
  public TransitionTrainer withThreads(int count) {
    return new TransitionTrainer(config, features, folder, resume, warmStart, count, device);
  }

  /**
   * A model from what was kept of it.
   *
   * @param stored what {@link org.virtualcell.model.StorableModel#store()} gave
   * @param source where it comes from, for messages
   * @return the predictor; it answers as the one that was kept
   * @throws org.virtualcell.api.DataFormatException if a part is missing or does not fit the card
   */
  public static Predictor restore(StoredModel stored, String source) {
    return TransitionStore.read(stored, source);
  }

  @Override
  public Predictor train(TrainingSet data, Progress progress) {
    folder.ifPresent(TransitionTrainer::make);
    LinearCore core = LinearCore.fit(data, features, config.seed(), progress);
    try {
      TrainingQuestions questions =
          new TrainingQuestions(data, features, core, core.whole().card().units(), config);
      try (Device own = JavaDevice.create();
          Lane lane = device.orElse(own).open(LaneOptions.defaults().withThreads(threads));
          TransitionTraining training =
              new TransitionTraining(lane, config, questions, folder, run(data, questions))) {
        start(training, data, questions);
        Map<String, float[]> weights = training.run(progress);
        return new TransitionPredictor(
            core.whole(),
            card(data, core.whole().card(), device.orElse(own), training, questions),
            config,
            new Correction(
                questions.geneOf(),
                questions.vectors(),
                questions.controlMean(),
                weights,
                training.bestRow()[4]),
            training.history());
      }
    } catch (RuntimeException e) {
      core.close();
      throw e;
    }
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StorageException(
          "The folder of checkpoints cannot be made: " + e.getMessage(),
          folder.toString(),
          "Check the permissions of its parent.",
          e);
    }
  }

  /** What has to be the same for a run to be the same. */
  private ObjectNode run(TrainingSet data, TrainingQuestions questions) {
    ObjectNode run = org.virtualcell.provenance.Json.object();
    run.put("data", data.dataDigest().hex());
    run.put("split", data.splitDigest().hex());
    run.put("features", features.digest().hex());
    var genes = run.putArray("genes");
    for (int g : questions.geneOf()) {
      genes.add(data.genes().id(g));
    }
    var names = run.putArray("question_columns");
    questions.vectors().names().forEach(names::add);
    run.put("units", data.units().toString());
    run.set("settings", config.toJson());
    return run;
  }

  private void start(TransitionTraining training, TrainingSet data, TrainingQuestions questions) {
    if (resume && folder.isPresent() && Checkpoint.isThere(folder.orElseThrow())) {
      training.resume(Checkpoint.read(folder.orElseThrow(), run(data, questions)));
    } else {
      warmStart.ifPresent(
          file ->
              training
                  .learner()
                  .startFrom(
                      WarmStart.weights(
                          file, config, data.genes(), questions, training.learner())));
    }
  }

  private ModelCard card(
      TrainingSet data,
      ModelCard core,
      Device used,
      TransitionTraining training,
      TrainingQuestions questions) {
    Map<String, String> environment = new TreeMap<>(Environment.facts());
    double[] best = training.bestRow();
    environment.put("network device", used.info().name());
    environment.put("network precision", "single");
    environment.put("network steps", Long.toString(training.step()));
    environment.put("network kept from step", Long.toString((long) best[0]));
    environment.put(
        "network on held-out conditions",
        String.format(
            Locale.ROOT,
            "error %.4f, energy distance %.4f of the effect model's",
            best[3],
            best[4]));
    List<String> limits = new ArrayList<>(core.limitations());
    limits.addAll(questions.notes());
    limits.add(
        best[0] > 0
            ? "Intervals are those of the effect model, not calibrated for what the network adds."
            : "The network was not better than the effect model on held-out conditions; answers are"
                + " those of the effect model.");
    Map<String, Long> seeds = new TreeMap<>(core.seeds());
    seeds.put("network", config.seed());
    return new ModelCard(
        "transition",
        "Set transformer over control cells that learns what the effect model leaves.",
        data.dataDigest(),
        data.splitDigest(),
        core.genes(),
        core.units(),
        core.controlLabel(),
        core.conditions(),
        core.contexts(),
        List.of(),
        seeds,
        environment,
        limits);
  }
}
