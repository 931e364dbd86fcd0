package org.virtualcell.nn;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.compute.AdamWeights;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.NeuralOps;
import org.virtualcell.compute.Tensor;

/**
 * AdamW with clipping by the norm of all gradients and, if asked for, a running average of the
 * weights. A step is {@link #prepare}, then {@link #step()}, of which only the second can be
 * recorded. Make it after the network, whose gradients it needs.
 */
public final class AdamOptimizer implements AutoCloseable {
  /**
   * What the optimiser keeps of a parameter; checkpoints hold it.
   *
   * @param parameter which
   * @param m running mean of its gradients, {@link DType#F32}
   * @param v running mean of their squares, {@link DType#F32}
   * @param average running average of its values, {@link DType#F32}; null if not asked for
   */
  public record State(Parameter parameter, Tensor m, Tensor v, Tensor average) {}

  private final Lane lane;
  private final float clip;
  private final AdamWeights decaying;
  private final AdamWeights still;
  private final List<State> states = new ArrayList<>();
  private final Tensor squares;
  private final Tensor control;
  private final float[] rates = new float[2];
  private final float[] norm = new float[1];
  private final float[] norms;

  /**
   * An optimiser with states of zero and averages of the present values.
   *
   * @param parameters what to train; all those with a gradient
   * @param options the constants
   */
  public AdamOptimizer(ParameterSet parameters, AdamOptions options) {
    lane = parameters.lane();
    clip = (float) options.clip();
    decaying =
        new AdamWeights(
            options.beta1(),
            options.beta2(),
            options.epsilon(),
            options.decay(),
            options.average());
    still =
        new AdamWeights(options.beta1(), options.beta2(), options.epsilon(), 0, options.average());
    for (Parameter parameter : parameters.all()) {
      if (parameter.gradient() != null) {
        Tensor average = options.average() > 0 ? zero(parameter) : null;
        states.add(new State(parameter, zero(parameter), zero(parameter), average));
        if (average != null) {
          lane.neural().add(1, parameter.value(), average);
        }
      }
    }
    squares = lane.tensor(DType.F32, states.size());
    control = lane.tensor(DType.F32, NeuralOps.CONTROL);
    norms = new float[states.size()];
  }

  private Tensor zero(Parameter parameter) {
    Tensor tensor = lane.tensor(DType.F32, parameter.shape());
    lane.upload(new float[Math.toIntExact(tensor.elements())], tensor);
    return tensor;
  }

  /**
   * Sets the step and its rate; before the step, outside a recording.
   *
   * @param step 1 for the first
   * @param rate the learning rate
   */
  public void prepare(long step, double rate) {
    rates[0] = (float) rate;
    rates[1] = step;
    lane.upload(rates, 0, control, 0, 2);
  }

  /** Clips the gradients and moves the parameters; can be recorded. */
  public void step() {
    NeuralOps neural = lane.neural();
    for (int i = 0; i < states.size(); i++) {
      neural.squaredSum(states.get(i).parameter().gradient(), squares, i);
    }
    neural.clip(squares, clip, control);
    for (int i = 0; i < states.size(); i++) {
      State s = states.get(i);
      Parameter p = s.parameter();
      AdamWeights how = p.decays() ? decaying : still;
      neural.adamw(how, control, p.gradient(), p.value(), s.m(), s.v(), s.average());
    }
  }

  /**
   * The norm of all gradients of the last step, before clipping; waits for the queue.
   *
   * @return not finite if a gradient was not
   */
  public float gradientNorm() {
    lane.download(control, 3, norm, 0, 1);
    return norm[0];
  }

  /**
   * The first parameter whose gradient was not finite in the last step; waits for the queue.
   *
   * @return its name; empty if all were finite
   */
  public String firstNotFinite() {
    lane.download(squares, norms);
    for (int i = 0; i < norms.length; i++) {
      if (!Float.isFinite(norms[i])) {
        return states.get(i).parameter().name();
      }
    }
    return "";
  }

  /**
   * What is kept of each parameter.
   *
   * @return in the order of the parameters
   */
  public List<State> states() {
    return List.copyOf(states);
  }

  @Override
  public void close() {
    for (State s : states) {
      s.m().close();
      s.v().close();
      if (s.average() != null) {
        s.average().close();
      }
    }
    squares.close();
    control.close();
  }
}
