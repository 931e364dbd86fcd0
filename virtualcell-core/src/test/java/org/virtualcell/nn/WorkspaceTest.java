package org.virtualcell.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Replay;
import org.virtualcell.compute.Tensor;

class WorkspaceTest {
  private static final SetTransformerOptions OPTIONS =
      new SetTransformerOptions(
          9, 9, 8, 2, 1, 1, 4, 0, 0, true, Activation.SOFTPLUS, BlockOptions.llama(2, 4, 12));

  private static Tensor numbers(Workspace workspace, long rows) {
    Tensor x = workspace.tensor(DType.F32, rows, 9);
    float[] values = new float[Math.toIntExact(rows * 9)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 % 13) / 13f;
    }
    workspace.lane().upload(values, x);
    return x;
  }

  private static float[] predict(ParameterSet parameters, int sets, boolean packed) {
    try (Workspace workspace = new Workspace(parameters, DType.F32, false)) {
      SetTransformer network = new SetTransformer(workspace, "", OPTIONS, sets, 5);
      if (packed) {
        workspace.pack();
      }
      Tensor condition = workspace.tensor(DType.I32, sets);
      workspace.lane().upload(new int[sets], condition);
      Tensor out = network.forward(numbers(workspace, 5L * sets), condition, null);
      float[] values = new float[5 * sets * 9];
      workspace.lane().download(out, values);
      return values;
    }
  }

  @Test
  void networksOfTwoShapesShareParametersAndPackedWeightsGiveTheSameBytes() {
    Device device = JavaDevice.create();
    try (Lane lane = device.open(LaneOptions.defaults());
        ParameterSet parameters = new ParameterSet(lane)) {
      predict(parameters, 1, false);
      long elements = parameters.elements();
      parameters.initialize(3);
      float[] one = predict(parameters, 1, false);
      float[] two = predict(parameters, 2, true);
      assertEquals(elements, parameters.elements());
      assertArrayEquals(one, Arrays.copyOf(two, one.length));
    }
    assertEquals(0, device.memory().inUse());
  }

  @Test
  void aNameDecidesAParametersFirstValuesAndItsShapeMayNotChange() {
    Device device = JavaDevice.create();
    try (Lane lane = device.open(LaneOptions.defaults());
        ParameterSet a = new ParameterSet(lane);
        ParameterSet b = new ParameterSet(lane)) {
      a.parameter("w", Initializer.normal(1), true, 3, 4);
      b.parameter("before", Initializer.normal(1), true, 7);
      b.parameter("w", Initializer.normal(1), true, 3, 4);
      a.initialize(5);
      b.initialize(5);
      assertArrayEquals(a.values("w"), b.values("w"));
      b.initialize(6);
      assertFalse(Arrays.equals(a.values("w"), b.values("w")));
      assertThrows(
          InvalidDataException.class, () -> a.parameter("w", Initializer.normal(1), true, 4, 3));
      assertThrows(InvalidDataException.class, () -> a.get("none"));
    }
  }

  @Test
  void theWayBackOfANetworkForPredictingAndPackingOfOneForTrainingAreRefused() {
    Device device = JavaDevice.create();
    try (Lane lane = device.open(LaneOptions.defaults());
        ParameterSet parameters = new ParameterSet(lane);
        Workspace predicting = new Workspace(parameters, DType.F32, false);
        Workspace training = new Workspace(parameters, DType.F32, true)) {
      Linear layer = new Linear(predicting, "l", 5, 9, 9, LinearOptions.plain());
      Tensor x = numbers(predicting, 5);
      layer.forward(x);
      assertThrows(InvalidDataException.class, () -> layer.backward(x));
      assertThrows(InvalidDataException.class, training::pack);
      assertThrows(InvalidDataException.class, () -> new Workspace(parameters, DType.I32, false));
      assertThrows(InvalidDataException.class, () -> new EnergyLoss(training, 2, 1, 9, 1));
    }
  }

  @Test
  void aTrainingStepCreatesNoGarbageAndAGradientThatIsNotFiniteIsNamed() {
    Device device = JavaDevice.create();
    try (Lane lane = device.open(LaneOptions.defaults());
        ParameterSet parameters = new ParameterSet(lane);
        Workspace workspace = new Workspace(parameters, DType.F32, true)) {
      SetTransformer network = new SetTransformer(workspace, "", OPTIONS, 2, 5);
      parameters.initialize(1);
      EnergyLoss loss = new EnergyLoss(workspace, 2, 5, 9, 2);
      Tensor x = numbers(workspace, 10);
      Tensor y = numbers(workspace, 10);
      Tensor condition = workspace.tensor(DType.I32, 2);
      lane.upload(new int[] {3, 1}, condition);
      try (AdamOptimizer optimiser =
          new AdamOptimizer(parameters, AdamOptions.defaults().withClip(1))) {
        Runnable step =
            () -> {
              loss.compute(network.forward(x, condition, null), y);
              network.backward(loss.gradient());
              optimiser.step();
            };
        optimiser.prepare(1, 1e-3);
        step.run();
        assertEquals("", optimiser.firstNotFinite());
        assertTrue(optimiser.gradientNorm() > 0);
        try (Replay replay = lane.record(step)) {
          long least = Long.MAX_VALUE;
          var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
          for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20; i++) {
              optimiser.prepare(2 + i, 1e-3);
              replay.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
          }
          assertEquals(0, least, "bytes in 20 steps");
          parameters.set("norm.weight", new float[] {1, 1, Float.NaN, 1, 1, 1, 1, 1});
          replay.run();
          assertFalse(optimiser.firstNotFinite().isEmpty());
          assertFalse(Float.isFinite(optimiser.gradientNorm()));
        }
      }
    }
    assertEquals(0, device.memory().inUse());
  }
}
