package org.virtualcell.model.transition;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.NeuralOps;
import org.virtualcell.compute.Tensor;
import org.virtualcell.nn.AdamOptimizer;
import org.virtualcell.nn.AdamOptions;
import org.virtualcell.nn.EnergyLoss;
import org.virtualcell.nn.ParameterSet;
import org.virtualcell.nn.SetTransformer;
import org.virtualcell.nn.SetTransformerOptions;
import org.virtualcell.nn.Workspace;

/**
 * The network in training. A step predicts {@code controls + effect + correction}, where the effect
 * is that of the effect model that has not seen the condition, and lowers the energy distance to
 * the perturbed cells plus the squared error of the mean correction against what the effect model
 * left. The last layer starts at zero: step 0 is the effect model.
 */
final class Learner implements AutoCloseable {
  private final TransitionConfig config;
  private final Lane lane;
  private final int genes;
  private final ParameterSet parameters;
  private final Workspace workspace;
  private final SetTransformer transformer;
  private final EnergyLoss energy;
  private final AdamOptimizer optimizer;
  private final Tensor controls;
  private final Tensor perturbed;
  private final Tensor questions;
  private final Tensor effects;
  private final Tensor predicted;
  private final Tensor sums;
  private final Tensor slopes;
  private final Tensor eachSet;
  private final float[] means;

  /** What a step learns from: arrays that are filled anew for each. */
  static final class Batch {
    final float[] controls; // [sets x cells, genes]
    final float[] perturbed;
    final float[] questions; // [sets, numbers]
    final float[] effects; // [sets, genes], of the effect model
    final float[] left; // [sets, genes], what it left of the measured mean effect
    final float[] weights; // [sets, genes], of the squared error

    Batch(int sets, int cells, int genes, int numbers) {
      controls = new float[Math.multiplyExact(sets * cells, genes)];
      perturbed = new float[controls.length];
      questions = new float[sets * numbers];
      effects = new float[sets * genes];
      left = new float[sets * genes];
      weights = new float[sets * genes];
    }
  }

  Learner(Lane lane, TransitionConfig config, int genes, int numbers) {
    this.lane = lane;
    this.config = config;
    this.genes = genes;
    int sets = config.sets();
    int rows = sets * config.setCells();
    this.parameters = new ParameterSet(lane);
    this.workspace = new Workspace(parameters, DType.F32, true);
    SetTransformerOptions options = CorrectionNetwork.options(config, genes, numbers);
    this.transformer = new SetTransformer(workspace, "", options, sets, config.setCells());
    this.energy = new EnergyLoss(workspace, sets, config.setCells(), genes, 1);
    this.controls = workspace.tensor(DType.F32, rows, genes);
    this.perturbed = workspace.tensor(DType.F32, rows, genes);
    this.predicted = workspace.tensor(DType.F32, rows, genes);
    this.questions = workspace.tensor(DType.F32, sets, numbers);
    this.effects = workspace.tensor(DType.F32, sets, genes);
    this.sums = workspace.tensor(DType.F32, sets, genes);
    this.slopes = workspace.tensor(DType.F32, sets, genes);
    this.eachSet = workspace.tensor(DType.I32, sets);
    int[] numbered = new int[sets];
    Arrays.setAll(numbered, i -> i);
    lane.upload(numbered, eachSet);
    this.means = new float[sets * genes];
    parameters.initialize(config.seed());
    for (String kind : new String[] {"weight", "bias"}) {
      String gate = CorrectionNetwork.gate(config, kind);
      parameters.set(gate, new float[parameters.values(gate).length]);
    }
    this.optimizer =
        new AdamOptimizer(
            parameters,
            AdamOptions.defaults()
                .withDecay(config.decay())
                .withClip(config.clip())
                .withAverage(config.average()));
  }

  ParameterSet parameters() {
    return parameters;
  }

  SetTransformerOptions options() {
    return transformer.options();
  }

  /** Linear warm-up, then a cosine to a tenth of the rate. */
  private double rate(long step) {
    if (step <= config.warmup()) {
      return config.rate() * step / Math.max(1, config.warmup());
    }
    double done = (double) (step - config.warmup()) / Math.max(1, config.steps() - config.warmup());
    return config.rate() * (0.1 + 0.45 * (1 + StrictMath.cos(Math.PI * Math.min(1, done))));
  }

  /**
   * One step.
   *
   * @param step 1 for the first
   * @param batch what to learn from
   * @param what names the batch, for messages
   * @param meanWeight of the squared error of means
   * @return the loss
   * @throws InvalidDataException if loss or gradient are not finite
   */
  double step(long step, Batch batch, String what, double meanWeight) {
    NeuralOps neural = lane.neural();
    lane.upload(batch.controls, controls);
    lane.upload(batch.perturbed, perturbed);
    lane.upload(batch.questions, questions);
    lane.upload(batch.effects, effects);
    workspace.drawDropout(config.seed(), step);
    Tensor correction = transformer.forward(controls, questions, null);
    neural.copyColumns(controls, 0, predicted, 0, genes);
    neural.add(1, correction, predicted);
    neural.addRows(effects, eachSet, config.setCells(), predicted);
    energy.compute(predicted, perturbed);
    neural.addRowsGradient(correction, eachSet, config.setCells(), sums);
    double loss = energy.value() + ofMeans(batch, meanWeight);
    if (!Double.isFinite(loss)) {
      throw notFinite("The loss is " + loss, what, step, "the forward pass");
    }
    neural.addRows(slopes, eachSet, config.setCells(), energy.gradient());
    transformer.backward(energy.gradient());
    optimizer.prepare(step, rate(step));
    optimizer.step();
    if (!Float.isFinite(optimizer.gradientNorm())) {
      throw notFinite("A gradient is not finite", what, step, optimizer.firstNotFinite());
    }
    return loss;
  }

  private static InvalidDataException notFinite(
      String what, String batch, long step, String layer) {
    return new InvalidDataException(
        what + " in " + layer,
        "step " + step + ", sets of " + batch,
        "The last good checkpoint is kept; lower 'rate' or look at these cells, then --resume.");
  }

  /** {@code weight sum_g w_g (mean correction - left)^2}, mean over sets; its slopes go up. */
  private double ofMeans(Batch batch, double meanWeight) {
    lane.download(sums, means);
    double loss = 0;
    double share = meanWeight / config.sets();
    for (int i = 0; i < means.length; i++) {
      double off = means[i] / (double) config.setCells() - batch.left[i];
      loss += share * batch.weights[i] * off * off;
      means[i] = (float) (2 * share * batch.weights[i] * off / config.setCells());
    }
    lane.upload(means, slopes);
    return loss;
  }

  /** The running averages of all weights, which are what is kept. */
  Map<String, float[]> averages() {
    Map<String, float[]> averages = new TreeMap<>();
    for (AdamOptimizer.State state : optimizer.states()) {
      averages.put(
          state.parameter().name(),
          download(state.average() == null ? state.parameter().value() : state.average()));
    }
    return averages;
  }

  /** All that a later step depends on: weights, their averages, and both means of gradients. */
  Map<String, float[]> state() {
    Map<String, float[]> all = new TreeMap<>();
    for (AdamOptimizer.State state : optimizer.states()) {
      String name = state.parameter().name();
      all.put("weight/" + name, download(state.parameter().value()));
      all.put("m/" + name, download(state.m()));
      all.put("v/" + name, download(state.v()));
      if (state.average() != null) {
        all.put("average/" + name, download(state.average()));
      }
    }
    return all;
  }

  /** Takes on what {@link #state} gave. */
  void restore(Map<String, float[]> all) {
    for (AdamOptimizer.State state : optimizer.states()) {
      String name = state.parameter().name();
      lane.upload(all.get("weight/" + name), state.parameter().value());
      lane.upload(all.get("m/" + name), state.m());
      lane.upload(all.get("v/" + name), state.v());
      if (state.average() != null) {
        lane.upload(all.get("average/" + name), state.average());
      }
    }
  }

  /** Takes on weights, and averages that begin with them. */
  void startFrom(Map<String, float[]> weights) {
    for (AdamOptimizer.State state : optimizer.states()) {
      float[] values = weights.get(state.parameter().name());
      if (values != null) {
        lane.upload(values, state.parameter().value());
        if (state.average() != null) {
          lane.upload(values, state.average());
        }
      }
    }
  }

  Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new TreeMap<>();
    parameters.all().forEach(p -> shapes.put(p.name(), p.shape()));
    return shapes;
  }

  private float[] download(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    lane.download(tensor, values);
    return values;
  }

  @Override
  public void close() {
    optimizer.close();
    workspace.close();
    parameters.close();
  }
}
