package org.virtualcell.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.DoubleDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Normalization;
import org.virtualcell.compute.Tensor;

/**
 * Ways back against central differences, in double precision: the loss is the sum of the results
 * times random weights.
 */
class GradientTest {
  private final Device device = DoubleDevice.create();
  private Lane lane;
  private ParameterSet parameters;
  private Workspace workspace;

  @BeforeEach
  void open() {
    lane = device.open(LaneOptions.defaults());
    parameters = new ParameterSet(lane);
    workspace = new Workspace(parameters, DType.F32, true);
  }

  @AfterEach
  void close() {
    workspace.close();
    parameters.close();
    lane.close();
    assertEquals(0, device.memory().inUse());
    device.close();
  }

  private Tensor random(int seed, long... shape) {
    Tensor tensor = workspace.tensor(DType.F32, shape);
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = DoubleDevice.values(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return tensor;
  }

  private static double weighted(Tensor result, Tensor weights) {
    double[] a = DoubleDevice.values(result);
    double[] b = DoubleDevice.values(weights);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Compares some elements of a gradient with differences of the loss. */
  private static void check(String what, double[] at, double[] gradient, Supplier<Double> loss) {
    check(what, 1e-7, at, gradient, loss);
  }

  private static void check(
      String what, double tolerance, double[] at, double[] gradient, Supplier<Double> loss) {
    SplittableRandom random = new SplittableRandom(at.length);
    double most = 1e-3;
    for (double g : gradient) {
      most = Math.max(most, Math.abs(g));
    }
    for (int n = 0; n < Math.min(at.length, 12); n++) {
      int i = at.length <= 12 ? n : random.nextInt(at.length);
      double was = at[i];
      double step = 1e-5;
      at[i] = was + step;
      double above = loss.get();
      at[i] = was - step;
      double below = loss.get();
      at[i] = was;
      assertEquals((above - below) / (2 * step), gradient[i], tolerance * most, what + " at " + i);
    }
  }

  private void check(String name, Layer layer, Tensor x, long... shape) {
    parameters.initialize(4);
    Tensor weights = random(77, shape);
    Supplier<Double> loss = () -> weighted(layer.forward(x), weights);
    loss.get();
    Tensor slope = workspace.tensor(DType.F32, shape);
    System.arraycopy(
        DoubleDevice.values(weights),
        0,
        DoubleDevice.values(slope),
        0,
        DoubleDevice.values(slope).length);
    Tensor dx = layer.backward(slope);
    double[] input = DoubleDevice.values(dx).clone();
    checkParameters(name, loss);
    check("input", DoubleDevice.values(x), input, loss);
  }

  private void checkParameters(String name, Supplier<Double> loss) {
    int checked = 0;
    for (Parameter p : parameters.all()) {
      if (p.name().startsWith(name + ".")) {
        double[] gradient = DoubleDevice.values(p.gradient()).clone();
        check(p.name(), DoubleDevice.values(p.value()), gradient, loss);
        checked++;
      }
    }
    assertTrue(checked > 0, name);
  }

  @Test
  void linearLayersWithEachActivation() {
    for (Activation activation : Activation.values()) {
      LinearOptions options = LinearOptions.plain().withActivation(activation);
      String name = "linear " + activation;
      check(name, new Linear(workspace, name, 5, 4, 7, options), random(1, 5, 4), 5, 7);
    }
  }

  @Test
  void stacksOfLinearLayers() {
    int[] widths = {4, 6, 6, 3};
    LinearOptions last = LinearOptions.plain().withBias(false);
    check("m", new Mlp(workspace, "m", 5, widths, Activation.GELU, last), random(2, 5, 4), 5, 3);
  }

  @Test
  void norms() {
    check("l", new Norm(workspace, "l", 5, 9, Normalization.layer()), random(3, 5, 9), 5, 9);
    check("r", new Norm(workspace, "r", 5, 9, Normalization.rms()), random(3, 5, 9), 5, 9);
  }

  @Test
  void blocksOfBothKindsWithAndWithoutDropout() {
    workspace.drawDropout(5, 2);
    for (BlockOptions options :
        new BlockOptions[] {BlockOptions.llama(2, 3, 10), BlockOptions.gpt(3, 2, 8)}) {
      for (double dropout : new double[] {0, 0.3}) {
        String name = options.gated() + " " + dropout;
        BlockOptions dropping = options.withDropout(dropout);
        check(name, new SetBlock(workspace, name, 2, 5, 6, dropping), random(5, 10, 6), 10, 6);
      }
    }
  }

  @Test
  void wholeTransformersOfBothKinds() {
    BlockOptions llama = BlockOptions.llama(2, 4, 9).withDropout(0.1);
    SetTransformerOptions withVectors =
        new SetTransformerOptions(6, 5, 8, 2, 2, 2, 0, 3, 4, true, Activation.SOFTPLUS, llama);
    check(withVectors, random(9, 2, 3));
    Tensor numbers = workspace.tensor(DType.I32, 2);
    lane.upload(new int[] {3, 1}, numbers);
    BlockOptions gpt = BlockOptions.gpt(2, 4, 9);
    check(
        new SetTransformerOptions(6, 5, 8, 1, 1, 1, 5, 0, 0, false, Activation.NONE, gpt), numbers);
  }

  private void check(SetTransformerOptions options, Tensor condition) {
    String name = "of " + options.layers() + " layers";
    SetTransformer network = new SetTransformer(workspace, name + ".", options, 2, 4);
    parameters.initialize(8);
    workspace.drawDropout(6, 1);
    Tensor batch = null;
    if (options.batches() > 0) {
      batch = workspace.tensor(DType.I32, 8);
      lane.upload(new int[] {0, 1, 2, 3, 3, 2, 0, 0}, batch);
    }
    Tensor batches = batch;
    Tensor x = random(10, 8, options.inputs());
    Tensor weights = random(11, 8, options.outputs());
    Supplier<Double> loss = () -> weighted(network.forward(x, condition, batches), weights);
    loss.get();
    network.backward(weights);
    checkParameters(name, loss);
  }

  @Test
  void energyDistanceInChunksOfColumnsAndTheMeanSquare() {
    Tensor x = random(20, 6, 7);
    Tensor y = random(21, 6, 7);
    for (int chunks : new int[] {1, 3}) {
      EnergyLoss energy = new EnergyLoss(workspace, 2, 3, 7, chunks);
      Supplier<Double> loss =
          () -> {
            energy.compute(x, y);
            double sum = 0;
            for (Tensor values : energy.values()) {
              for (double v : DoubleDevice.values(values)) {
                sum += v / (float) (2 * chunks);
              }
            }
            return sum;
          };
      double value = loss.get();
      assertEquals(value, energy.value(), 1e-6 * value);
      double[] gradient = DoubleDevice.values(energy.gradient()).clone();
      check(chunks + " chunks", DoubleDevice.values(x), gradient, loss);
    }
    SquareLoss square = new SquareLoss(workspace, 6, 7);
    square.compute(x, y);
    double[] gradient = DoubleDevice.values(square.gradient()).clone();
    Supplier<Double> loss =
        () -> {
          double sum = 0;
          for (int i = 0; i < 42; i++) {
            double d = DoubleDevice.values(x)[i] - DoubleDevice.values(y)[i];
            sum += d * d / 42;
          }
          return sum;
        };
    assertEquals(loss.get(), square.value(), 1e-6);
    check("square", DoubleDevice.values(x), gradient, loss);
  }

  private static double[] numbers(int seed, int count, double least) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = least > 0 ? least + random.nextDouble() * 5 : random.nextGaussian();
    }
    return values;
  }

  private static void check(HostFunction function, double[] x, double[] y) {
    double[] gradient = new double[x.length];
    double[] unused = new double[x.length];
    function.evaluate(x, y, gradient);
    check(function.toString(), x, gradient, () -> function.evaluate(x, y, unused));
  }

  @Test
  void kernelDistances() {
    SetPair sets = new SetPair(4, 5, 3);
    for (boolean gaussian : new boolean[] {true, false}) {
      KernelLoss loss = new KernelLoss(sets, gaussian, 1.3);
      check(loss, numbers(1, 12, 0), numbers(2, 15, 0));
      double[] same = numbers(3, 12, 0);
      SetPair equal = new SetPair(4, 4, 3);
      double[] slope = new double[12];
      assertEquals(0, new KernelLoss(equal, gaussian, 1).evaluate(same, same, slope), 1e-15);
    }
  }

  @Test
  void sinkhornDivergenceWhereItHasConverged() {
    // annealed so slowly that the potentials follow their fixed point, where the gradient with
    // inputs held is that of the value
    SinkhornLoss loss = new SinkhornLoss(new SetPair(4, 5, 3), 4, 0.9999);
    double[] x = numbers(4, 12, 0);
    double[] y = numbers(5, 15, 0);
    double[] gradient = new double[12];
    loss.evaluate(x, y, gradient);
    check("Sinkhorn", 3e-5, x, gradient, () -> loss.evaluate(x, y, new double[12]));
    double[] same = numbers(6, 12, 0);
    SinkhornLoss own = new SinkhornLoss(new SetPair(4, 4, 3), 0.05, 0.5);
    assertEquals(0, own.evaluate(same, same, new double[12]), 1e-12);
    // two far clouds of equal shape: half the squared distance of their means
    double[] moved = same.clone();
    for (int i = 0; i < 12; i += 3) {
      moved[i] += 7;
    }
    assertEquals(24.5, own.evaluate(same, moved, new double[12]), 0.05);
  }

  @Test
  void contrast() {
    check(new ContrastLoss(4, 6, 0.3), numbers(7, 24, 0), numbers(8, 24, 0));
    double[] rows = numbers(9, 24, 0);
    double sharp = new ContrastLoss(4, 6, 0.01).evaluate(rows, rows, new double[24]);
    assertTrue(sharp < 1e-6, sharp + " for rows that are their own targets");
  }

  @Test
  void negativeBinomialCounts() {
    double[] counts = new double[12];
    for (int i = 0; i < 12; i++) {
      counts[i] = i * i % 11;
    }
    check(new CountLoss(3, 4), numbers(10, 24, 0.2), counts);
    // P(0) = (theta / (theta + mean))^theta
    double[] one = new double[2];
    double loss = new CountLoss(1, 1).evaluate(new double[] {3, 2}, new double[1], one);
    assertEquals(-2 * Math.log(2.0 / 5), loss, 1e-5);
  }
}
