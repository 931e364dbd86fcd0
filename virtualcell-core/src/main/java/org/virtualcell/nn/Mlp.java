package org.virtualcell.nn;

import java.util.ArrayList;
import java.util.List;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.Tensor;

/** Linear layers with an activation between them, {@code <name>.0}, {@code <name>.1}, ... */
public final class Mlp implements Layer {
  private final List<Linear> layers = new ArrayList<>();

  /**
   * A stack.
   *
   * @param workspace where its buffers live
   * @param name before the names of its parameters
   * @param rows rows of its input
   * @param widths columns of the input, of each layer's result, and so on; two or more
   * @param between what stands between the layers
   * @param last how the last layer ends; its inputGradient is that of the stack
   * @throws InvalidDataException if there are fewer than two widths
   */
  public Mlp(
      Workspace workspace,
      String name,
      long rows,
      int[] widths,
      Activation between,
      LinearOptions last) {
    if (widths.length < 2) {
      throw new InvalidDataException(
          "A stack of layers needs the width of its input and of its result",
          name + ", " + widths.length + " widths",
          "Pass two or more.");
    }
    for (int i = 0; i + 1 < widths.length; i++) {
      boolean isLast = i + 2 == widths.length;
      LinearOptions inside = LinearOptions.plain().withBias(last.bias()).withActivation(between);
      LinearOptions how = (isLast ? last : inside).withInputGradient(i > 0 || last.inputGradient());
      layers.add(new Linear(workspace, name + "." + i, rows, widths[i], widths[i + 1], how));
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor y = x;
    for (int i = 0; i < layers.size(); i++) {
      y = layers.get(i).forward(y);
    }
    return y;
  }

  @Override
  public Tensor backward(Tensor slope) {
    Tensor d = slope;
    for (int i = layers.size() - 1; i >= 0; i--) {
      d = layers.get(i).backward(d);
    }
    return d;
  }
}
