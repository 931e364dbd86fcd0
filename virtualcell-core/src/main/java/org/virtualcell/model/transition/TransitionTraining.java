package org.virtualcell.model.transition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.Progress;
import org.virtualcell.compute.Lane;

/**
 * The loop: steps, validations, the best weights, checkpoints, and the end when nothing is gained
 * any more. A run that was stopped and resumed goes through the same numbers as one that was not.
 */
final class TransitionTraining implements AutoCloseable {
  private static final double ADMISSION = 0.02; // of the criterion, over the effect model
  private static final double LEAST_GAIN = 0.002; // over the best weights before

  private final TransitionConfig config;
  private final TrainingQuestions questions;
  private final Learner learner;
  private final Validation validation;
  private final Optional<Path> folder;
  private final ObjectNode run;
  private final Learner.Batch batch;
  private final double meanWeight;

  private Map<String, float[]> best = new TreeMap<>();
  private List<double[]> history = new ArrayList<>();
  private double lossSum;
  private long lossCount;
  private int withoutGain;
  private long step;

  TransitionTraining(
      Lane lane,
      TransitionConfig config,
      TrainingQuestions questions,
      Optional<Path> folder,
      ObjectNode run) {
    this.config = config;
    this.questions = questions;
    this.folder = folder;
    this.run = run;
    int genes = questions.geneOf().length;
    int numbers = questions.vectors().size();
    this.learner = new Learner(lane, config, genes, numbers);
    this.validation = new Validation(lane, config, questions, learner.options());
    this.batch = new Learner.Batch(config.sets(), config.setCells(), genes, numbers);
    this.meanWeight = config.meanWeight() / Math.max(1e-6, questions.distance());
  }

  Learner learner() {
    return learner;
  }

  /** Goes on where a checkpoint stands. */
  void resume(Checkpoint checkpoint) {
    learner.restore(checkpoint.state());
    best = new TreeMap<>(checkpoint.best());
    history = new ArrayList<>(checkpoint.progress().history());
    lossSum = checkpoint.progress().lossSum();
    lossCount = checkpoint.progress().lossCount();
    withoutGain = checkpoint.progress().withoutGain();
    step = checkpoint.step();
  }

  /** The best weights; empty if none validated better than the effect model. */
  Map<String, float[]> run(Progress progress) {
    if (history.isEmpty()) {
      history.add(new double[] {0, 0, 1, 1, 1});
    }
    String stage = "training the network";
    long start = System.nanoTime();
    long first = step;
    try {
      while (step < config.steps() && withoutGain < config.patience()) {
        progress.check("training the network");
        progress.update(stage, step, config.steps());
        step++;
        lossSum += learner.step(step, batch, fill(), meanWeight);
        lossCount++;
        if (step % config.validateEvery() == 0 || step == config.steps()) {
          validate();
          save();
          stage = described(first, start);
        }
      }
    } catch (CancelledException e) {
      save();
      throw e;
    }
    return best;
  }

  private String fill() {
    StringBuilder names = new StringBuilder();
    int genes = questions.geneOf().length;
    for (int b = 0; b < config.sets(); b++) {
      SetSampler.Group group = questions.training().group(step - 1, b, config.sets());
      questions
          .training()
          .fill(group, step, b, batch.controls, batch.perturbed, b * config.setCells() * genes);
      TrainingQuestions.Question question = questions.question(group.question());
      Validation.copy(question, b, batch, genes, questions.vectors().size());
      names.append(b == 0 ? "" : ", ").append(question.condition());
    }
    return names.toString();
  }

  private void validate() {
    double loss = lossSum / lossCount;
    lossSum = 0;
    lossCount = 0;
    if (!validation.possible()) {
      history.add(new double[] {step, loss, 1, 1, 1});
      return;
    }
    Map<String, float[]> weights = learner.averages();
    Validation.Figures figures = validation.of(weights);
    history.add(new double[] {step, loss, figures.criterion(), figures.error(), figures.energy()});
    if (best() == history.size() - 1) {
      best = weights;
      withoutGain = 0;
    } else {
      withoutGain++;
    }
  }

  /** The validation the best weights come from; the first row, before any step, if none is. */
  double[] bestRow() {
    return history.get(best());
  }

  private int best() {
    int found = 0;
    for (int i = 1; i < history.size(); i++) {
      double gain = found == 0 ? ADMISSION : LEAST_GAIN;
      if (history.get(i)[2] < history.get(found)[2] - gain) {
        found = i;
      }
    }
    return found;
  }

  private void save() {
    folder.ifPresent(
        where ->
            new Checkpoint(
                    run,
                    step,
                    learner.state(),
                    best,
                    new Checkpoint.Progress(history, lossSum, lossCount, withoutGain))
                .write(where));
  }

  private String described(long first, long start) {
    double[] last = history.get(history.size() - 1);
    double seconds = (System.nanoTime() - start) / 1e9;
    double cells = (double) (step - first) * config.sets() * config.setCells() / seconds;
    Runtime memory = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "training (loss %.4f, against the effect model %.3f, %.0f cells/s, %d MiB, %.0f s left)",
        last[1],
        last[2],
        cells,
        (memory.totalMemory() - memory.freeMemory()) >> 20,
        seconds / (step - first) * (config.steps() - step));
  }

  List<double[]> history() {
    return List.copyOf(history);
  }

  long step() {
    return step;
  }

  @Override
  public void close() {
    validation.close();
    learner.close();
  }
}
