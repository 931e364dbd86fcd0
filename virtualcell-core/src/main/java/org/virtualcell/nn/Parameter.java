package org.virtualcell.nn;

import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Tensor;

/** A tensor that is trained, with the gradient the last way back left. */
public final class Parameter {
  private final String name;
  private final long[] shape;
  private final Initializer initializer;
  private final boolean decays;
  private final Tensor value;
  private Tensor gradient;

  Parameter(Lane lane, String name, Initializer initializer, boolean decays, long... shape) {
    this.name = name;
    this.shape = shape.clone();
    this.initializer = initializer;
    this.decays = decays;
    this.value = lane.tensor(DType.F32, shape);
  }

  /**
   * What it is called.
   *
   * @return unique in its set; parts of a network joined by dots
   */
  public String name() {
    return name;
  }

  /**
   * The sizes.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * Whether weight decay applies: to matrices, not to biases and gains.
   *
   * @return whether
   */
  public boolean decays() {
    return decays;
  }

  /**
   * The values.
   *
   * @return {@link DType#F32}
   */
  public Tensor value() {
    return value;
  }

  /**
   * The gradient.
   *
   * @return {@link DType#F32} of the same shape; null until a workspace for training asked for it
   */
  public Tensor gradient() {
    return gradient;
  }

  Initializer initializer() {
    return initializer;
  }

  Tensor makeGradient(Lane lane) {
    if (gradient == null) {
      gradient = lane.tensor(DType.F32, shape);
    }
    return gradient;
  }

  void close() {
    value.close();
    if (gradient != null) {
      gradient.close();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
