package org.virtualcell.nn;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.PackedMatrix;
import org.virtualcell.compute.Tensor;

/**
 * What the layers of one network for one batch shape share: the lane, the parameters, and the
 * buffers between layers, allocated when layers are made and never during a step. Closing it closes
 * the buffers, not the parameters.
 */
public final class Workspace implements AutoCloseable {
  private final Lane lane;
  private final ParameterSet parameters;
  private final DType activations;
  private final boolean training;
  private final List<Tensor> buffers = new ArrayList<>();
  private final Tensor dropoutKey;
  private final long[] key = new long[2];
  private int places;
  private final List<Runnable> packings = new ArrayList<>();
  private final List<PackedMatrix> packed = new ArrayList<>();

  /**
   * An empty workspace.
   *
   * @param parameters where layers find theirs, or make them
   * @param activations {@link DType#F32}, or {@link DType#BF16} to keep what passes between
   *     products rounded (sums, the residual stream and the parameters stay single precision; pair
   *     it with a fast lane)
   * @param training whether what the way back needs is kept; without it {@link Layer#backward} is
   *     refused
   * @throws InvalidDataException if the type is neither
   */
  public Workspace(ParameterSet parameters, DType activations, boolean training) {
    if (activations != DType.F32 && activations != DType.BF16) {
      throw new InvalidDataException(
          "Activations of a type no layer has", activations.toString(), "Pass F32 or BF16.");
    }
    this.lane = parameters.lane();
    this.parameters = parameters;
    this.activations = activations;
    this.training = training;
    this.dropoutKey = tensor(DType.I64, 2);
  }

  /**
   * Where work runs.
   *
   * @return the lane of the parameters
   */
  public Lane lane() {
    return lane;
  }

  /**
   * The parameters.
   *
   * @return the set
   */
  public ParameterSet parameters() {
    return parameters;
  }

  /**
   * The type of what passes between products.
   *
   * @return {@link DType#F32} or {@link DType#BF16}
   */
  public DType activations() {
    return activations;
  }

  /**
   * Whether the way back is wanted.
   *
   * @return whether
   */
  public boolean training() {
    return training;
  }

  /**
   * A buffer that lives as long as the workspace.
   *
   * @param type its type
   * @param shape its sizes
   * @return undefined content
   */
  public Tensor tensor(DType type, long... shape) {
    Tensor buffer = lane.tensor(type, shape);
    buffers.add(buffer);
    return buffer;
  }

  /** A buffer for training only; null otherwise. */
  Tensor forTraining(DType type, long... shape) {
    return training ? tensor(type, shape) : null;
  }

  /** The gradient of a parameter, for training only; null otherwise. */
  Tensor gradient(Parameter parameter) {
    return training ? parameter.makeGradient(lane) : null;
  }

  void requireTraining() {
    if (!training) {
      throw new InvalidDataException(
          "The way back was asked of a network for predicting", "workspace", "Build it to train.");
    }
  }

  /**
   * Draws the dropout of the next step; not within a recorded step, but before it.
   *
   * @param seed the seed of the run
   * @param step which step
   */
  public void drawDropout(long seed, long step) {
    key[0] = seed;
    key[1] = step;
    lane.upload(key, dropoutKey);
  }

  Tensor dropoutKey() {
    return dropoutKey;
  }

  /** A number for each dropout of the network. */
  int nextPlace() {
    return places++;
  }

  /**
   * Rearranges the weights of all linear layers once, for every way forward that follows; without
   * it each product does so again. Call it anew after parameters have changed, or results are those
   * of the old ones.
   *
   * @throws InvalidDataException if the workspace is for training, where weights always change
   */
  public void pack() {
    if (training) {
      throw new InvalidDataException(
          "Weights that are trained cannot be packed", "workspace", "Pack those for predicting.");
    }
    packings.forEach(Runnable::run);
  }

  void whenPacking(Runnable packing) {
    packings.add(packing);
  }

  PackedMatrix packed(long rows, long columns) {
    PackedMatrix matrix = lane.dense().packed(DType.F32, rows, columns);
    packed.add(matrix);
    return matrix;
  }

  @Override
  public void close() {
    packed.forEach(PackedMatrix::close);
    packed.clear();
    buffers.forEach(Tensor::close);
    buffers.clear();
  }
}
