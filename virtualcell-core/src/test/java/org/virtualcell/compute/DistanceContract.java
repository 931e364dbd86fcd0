package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.VirtualCellException;
import org.virtualcell.compute.DistanceReference.Cells;
import org.virtualcell.compute.Reference.Expected;

/**
 * The contract table of {@link DistanceOps}: operation x shapes and cells that hurt, each against
 * {@link DistanceReference} within the stated tolerance.
 */
public interface DistanceContract {
  /** The device under test; its memory is expected to be empty between tests. */
  Device device();

  /** How cells lie. */
  enum Cloud {
    /** One cloud around the origin. */
    GAUSSIAN,
    /** Far from the origin, which cancels without centring. */
    FAR,
    /** Two tight clusters far apart: distances inside cancel even when centred. */
    CLUSTERS,
    /** Each cell up to four times, in both sets. */
    REPEATED,
    /** All cells the same. */
    EQUAL,
    /** Mostly zeros, as expression is. */
    SPARSE;

    /** Cells by a seed; y of a pair of sets takes another one. */
    float[] cells(int rows, int columns, int seed) {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[rows * columns];
      for (int i = 0; i < rows; i++) {
        SplittableRandom row = this == REPEATED ? new SplittableRandom(i / 4) : random;
        for (int k = 0; k < columns; k++) {
          values[i * columns + k] =
              switch (this) {
                case GAUSSIAN, REPEATED -> (float) row.nextGaussian();
                case FAR -> 100 + (float) row.nextGaussian();
                case CLUSTERS -> (i % 2 == 0 ? 30 : -30) + 0.01f * (float) row.nextGaussian();
                case EQUAL -> 0.1f * k;
                case SPARSE -> row.nextInt(10) == 0 ? (float) Math.log1p(row.nextInt(1, 30)) : 0;
              };
        }
      }
      return values;
    }
  }

  /** Pairs of sets: how many, cells of x, cells of y, columns. */
  record Shape(int batch, int s, int t, int columns) {
    @Override
    public String toString() {
      return batch + " pairs of " + s + " and " + t + " cells, " + columns + " columns";
    }
  }

  /** Shapes that hurt: none, one, around the widths of vectors, tiles and blocks. */
  List<Shape> SHAPES =
      List.of(
          new Shape(1, 1, 1, 1),
          new Shape(2, 3, 5, 7),
          new Shape(3, 16, 16, 16),
          new Shape(1, 17, 33, 130),
          new Shape(2, 64, 64, 50),
          new Shape(1, 131, 70, 19),
          new Shape(1, 40, 150, 259),
          new Shape(2, 5, 0, 4),
          new Shape(2, 0, 5, 4),
          new Shape(0, 4, 4, 4),
          new Shape(2, 4, 3, 0));

  @TestFactory
  default Stream<DynamicTest> distancesAgreeWithTheReferenceOnCellsThatHurt() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Cloud cloud : Cloud.values()) {
      for (Shape shape : SHAPES) {
        // clouds that only repeat what others show need no large shapes
        boolean large = (long) shape.s * shape.t * shape.columns > 60_000;
        if (!large || cloud == Cloud.GAUSSIAN || cloud == Cloud.CLUSTERS) {
          tests.add(dynamicTest(cloud + ", " + shape, () -> agrees(cloud, shape)));
        }
      }
    }
    return tests.stream();
  }

  /** A device without these kernels is skipped, with the reason. */
  @BeforeEach
  default void theDeviceHasDistanceKernels(TestInfo test) {
    boolean ours = test.getTestMethod().orElseThrow().getDeclaringClass() == DistanceContract.class;
    assumeTrue(
        !ours || device().supports(Op.ENERGY_GRADIENT), () -> device() + " has no such kernels");
  }

  private void agrees(Cloud cloud, Shape shape) {
    // a fast lane computes the same; one cloud shows it
    List<Precision> precisions =
        cloud == Cloud.SPARSE ? List.of(Precision.values()) : List.of(Precision.EXACT);
    for (Precision precision : precisions) {
      LaneOptions options = LaneOptions.defaults().withPrecision(precision).withThreads(2);
      try (Lane lane = device().open(options);
          DistanceOperands o = new DistanceOperands(lane, cloud, shape)) {
        o.checkDistances();
        o.checkMeans();
        o.checkEnergy();
      }
    }
    assertEquals(0, device().memory().inUse(), "bytes left behind");
  }

  @TestFactory
  default Stream<DynamicTest> groupsAgreeWithTheReference() {
    long[][] starts = {
      {0, 10}, {0, 3, 3, 40, 41}, {5, 70, 130}, {0, 0, 0}, {0, 33, 66, 99, 132}, {0, 300}, {7}
    };
    return Stream.of(Cloud.values())
        .flatMap(
            cloud ->
                Stream.of(starts)
                    .map(
                        start ->
                            dynamicTest(
                                cloud + ", " + Arrays.toString(start),
                                () -> groupsAgree(cloud, start))));
  }

  private void groupsAgree(Cloud cloud, long[] start) {
    int rows = (int) start[start.length - 1] + 3;
    int groups = start.length - 1;
    float[] x = cloud.cells(rows, 21, 5);
    float[] means = new float[groups * groups];
    float[] energy = new float[groups * groups];
    groupDistances(x, rows, start, means, energy, 2);
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < groups; h++) {
        Cells a = new Cells(x, (int) start[g], (int) (start[g + 1] - start[g]), 21);
        Cells b = new Cells(x, (int) start[h], (int) (start[h + 1] - start[h]), 21);
        double mean = DistanceReference.mean(a, b);
        near(mean, mean, means[g * groups + h], 2e-5, "mean of " + g + ", " + h);
        near(
            2 * DistanceReference.energy(a, b),
            2 * DistanceReference.energyScale(a, b),
            energy[g * groups + h],
            2e-5,
            "energy of " + g + ", " + h);
      }
    }
  }

  private void groupDistances(
      float[] x, int rows, long[] start, float[] means, float[] energy, int threads) {
    int groups = start.length - 1;
    int columns = x.length / rows;
    try (Lane lane = device().open(LaneOptions.defaults().withThreads(threads));
        Tensor cells = lane.tensor(DType.F32, rows, columns);
        Tensor starts = lane.tensor(DType.I64, start.length);
        Tensor mean = lane.tensor(DType.F32, groups, groups);
        Tensor energies = lane.tensor(DType.F32, groups, groups)) {
      lane.upload(x, cells);
      lane.upload(start, starts);
      lane.distance().groupDistances(cells, starts, mean, energies);
      lane.download(mean, means);
      lane.download(energies, energy);
    }
  }

  @TestFactory
  default Stream<DynamicTest> startsOutOfOrderOrRangeAreRefused() {
    long[][] wrong = {{-1, 5}, {0, 6, 5}, {0, 5, 11}, {Long.MIN_VALUE, Long.MAX_VALUE}, {3, 0}};
    return Stream.of(wrong)
        .map(
            start ->
                dynamicTest(
                    Arrays.toString(start),
                    () -> {
                      int size = (start.length - 1) * (start.length - 1);
                      float[] x = Cloud.GAUSSIAN.cells(10, 3, 1);
                      assertThrows(
                          VirtualCellException.class,
                          () -> groupDistances(x, 10, start, new float[size], new float[size], 1));
                    }));
  }

  @TestFactory
  default Stream<DynamicTest> distancesAreTheSameBytesForAnyNumberOfThreads() {
    return Stream.of(Cloud.GAUSSIAN, Cloud.CLUSTERS)
        .map(
            cloud ->
                dynamicTest(
                    cloud.toString(),
                    () -> {
                      float[] one = everything(cloud, 1);
                      for (int threads : new int[] {1, 2, 3, 7}) {
                        assertArrayEquals(one, everything(cloud, threads), threads + " threads");
                      }
                    }));
  }

  private float[] everything(Cloud cloud, int threads) {
    try (Lane lane = device().open(LaneOptions.defaults().withThreads(threads));
        DistanceOperands o = new DistanceOperands(lane, cloud, new Shape(3, 140, 37, 33))) {
      float[] all = o.everything();
      float[] means = new float[16];
      float[] energy = new float[16];
      float[] x = cloud.cells(200, 33, 3);
      groupDistances(x, 200, new long[] {0, 20, 160, 161, 200}, means, energy, threads);
      float[] result = Arrays.copyOf(all, all.length + 32);
      System.arraycopy(means, 0, result, all.length, 16);
      System.arraycopy(energy, 0, result, all.length + 16, 16);
      return result;
    }
  }

  @Test
  default void aValueThatIsNotFiniteSpoilsItsOwnSetOnly() {
    Shape shape = new Shape(2, 5, 6, 9);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      try (Lane lane = device().open(LaneOptions.defaults());
          DistanceOperands o = new DistanceOperands(lane, Cloud.GAUSSIAN, shape)) {
        o.x[3] = bad; // cell 0 of pair 0
        lane.upload(o.x, o.xs);
        lane.upload(Arrays.copyOf(o.x, 45), o.x0);
        lane.distance().energyGradient(o.xs, o.ys, o.weight, o.out, o.gradient);
        float[] got = o.floats(o.out);
        assertFalse(Float.isFinite(got[0]), "the pair of sets with " + bad);
        o.closeToEnergy(got[1], 1);
        lane.distance().distances(o.x0, o.y0, o.d);
        float[] d = o.floats(o.d);
        for (int j = 0; j < 6; j++) {
          assertFalse(Float.isFinite(d[j]), "a distance of the cell with " + bad);
          assertTrue(Float.isFinite(d[6 + j]), "a distance of another cell");
        }
      }
    }
  }

  @Test
  default void aSetIsAtEnergyDistanceZeroFromItself() {
    Shape shape = new Shape(2, 20, 20, 11);
    try (Lane lane = device().open(LaneOptions.defaults());
        DistanceOperands o = new DistanceOperands(lane, Cloud.GAUSSIAN, shape)) {
      lane.distance().energyGradient(o.xs, o.xs, o.weight, o.out, o.gradient);
      for (float energy : o.floats(o.out)) {
        assertEquals(0, energy, 1e-5);
      }
      lane.distance().distances(o.x0, o.x0, o.dSquare);
      float[] d = o.floats(o.dSquare);
      for (int i = 0; i < 20; i++) {
        assertEquals(0, d[i * 21], "the distance of a cell to itself");
      }
    }
  }

  @Test
  default void aRecordedDistanceStepIsRepeatedOnWhatItsTensorsHoldNow() {
    Shape shape = new Shape(2, 20, 18, 12);
    try (Lane lane = device().open(LaneOptions.defaults());
        DistanceOperands o = new DistanceOperands(lane, Cloud.GAUSSIAN, shape)) {
      lane.reserveScratch(lane.distance().scratchBytes(Op.ENERGY_GRADIENT, o.xs, o.ys));
      try (Replay step =
          lane.record(
              () -> lane.distance().energyGradient(o.xs, o.ys, o.weight, o.out, o.gradient))) {
        assertEquals(1, step.operations());
        System.arraycopy(Cloud.SPARSE.cells(40, 12, 8), 0, o.x, 0, o.x.length);
        lane.upload(o.x, o.xs);
        step.run();
        o.closeToEnergy(o.floats(o.out)[1], 1);
      }
    }
  }

  @Test
  default void distancesCreateNoGarbage() {
    try (Lane lane = device().open(LaneOptions.defaults());
        DistanceOperands o = new DistanceOperands(lane, Cloud.GAUSSIAN, new Shape(2, 9, 8, 10))) {
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = 0;
      for (int i = 0; i < 600; i++) {
        if (i == 300) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
        lane.distance().distances(o.x0, o.y0, o.d);
        lane.distance().meanDistances(o.xs, o.ys, o.out);
        lane.distance().energyDistance(o.xs, o.ys, o.out);
        lane.distance().energyGradient(o.xs, o.ys, o.weight, o.out, o.gradient);
        lane.synchronize();
      }
      long garbage = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(garbage < 300 * 4, () -> garbage + " bytes in 1200 calls");
    }
  }

  /** A call that must raise. */
  record WrongDistance(
      String name, Class<? extends VirtualCellException> raises, Consumer<DistanceOperands> call) {}

  private static List<WrongDistance> wrongDistances() {
    Class<InvalidDataException> invalid = InvalidDataException.class;
    return List.of(
        new WrongDistance("vectors", invalid, o -> o.ops.distances(o.weight, o.weight, o.d)),
        new WrongDistance("sets for one set", invalid, o -> o.ops.distances(o.xs, o.ys, o.d)),
        new WrongDistance("other columns", invalid, o -> o.ops.distances(o.x0, o.odd, o.d)),
        new WrongDistance("out turned", invalid, o -> o.ops.distances(o.y0, o.x0, o.d)),
        new WrongDistance("out too small", invalid, o -> o.ops.distances(o.x0, o.y0, o.odd)),
        new WrongDistance("whole numbers", invalid, o -> o.ops.distances(o.whole, o.y0, o.d)),
        new WrongDistance("one more pair", invalid, o -> o.ops.energyDistance(o.xs, o.ys, o.d)),
        new WrongDistance("one set alone", invalid, o -> o.ops.meanDistances(o.xs, o.y0, o.out)),
        new WrongDistance(
            "a weight too many",
            invalid,
            o -> o.ops.energyGradient(o.xs, o.ys, o.odd, o.out, o.gradient)),
        new WrongDistance(
            "a gradient by y",
            invalid,
            o -> o.ops.energyGradient(o.ys, o.xs, o.weight, o.out, o.gradient)),
        new WrongDistance(
            "starts of the wrong type",
            invalid,
            o -> o.ops.groupDistances(o.x0, o.weight, o.d, o.dSquare)),
        new WrongDistance("no tensor", invalid, o -> o.ops.distances(null, o.y0, o.d)),
        new WrongDistance(
            "scratch of another family", invalid, o -> o.ops.scratchBytes(Op.MULTIPLY, o.x0, o.y0)),
        new WrongDistance(
            "the output an input",
            DeviceException.class,
            o -> o.ops.energyGradient(o.xs, o.ys, o.weight, o.weight, o.gradient)),
        new WrongDistance(
            "a tensor of another device",
            DeviceException.class,
            o -> o.ops.distances(o.x0, o.foreign, o.d)),
        new WrongDistance(
            "a closed tensor", ClosedException.class, o -> o.ops.distances(o.x0, o.closed, o.d)));
  }

  @TestFactory
  default Stream<DynamicTest> wrongDistanceCallsRaiseAndTheLaneGoesOn() {
    return wrongDistances().stream()
        .map(
            wrong ->
                dynamicTest(
                    wrong.name(),
                    () -> {
                      Shape shape = new Shape(2, 5, 6, 9);
                      try (Lane lane = device().open(LaneOptions.defaults());
                          DistanceOperands o = new DistanceOperands(lane, Cloud.GAUSSIAN, shape)) {
                        assertThrows(wrong.raises(), () -> wrong.call().accept(o));
                        o.checkDistances();
                      }
                    }));
  }

  private static void near(double wanted, double scale, double got, double tolerance, String what) {
    if (Double.isNaN(wanted)) {
      assertTrue(Double.isNaN(got), () -> what + ": " + got + " of an empty set");
      return;
    }
    double allowed = tolerance * Math.abs(scale);
    assertTrue(
        Math.abs(got - wanted) <= allowed,
        () -> what + ": " + got + ", expected " + wanted + " within " + allowed);
  }

  /** Tensors for one shape, some of them wrong on purpose, and the comparisons. */
  final class DistanceOperands implements AutoCloseable {
    private final List<Tensor> open = new ArrayList<>();
    private final Device other = JavaDevice.create();
    private final Lane otherLane = other.open(LaneOptions.defaults());
    private final Lane lane;
    private final DistanceOps ops;
    private final Shape shape;
    private final float[] x;
    private final float[] y;
    private final float[] weights;
    private final Tensor xs;
    private final Tensor ys;
    private final Tensor weight;
    private final Tensor out;
    private final Tensor gradient;
    private final Tensor x0;
    private final Tensor y0;
    private final Tensor d;
    private final Tensor dSquare;
    private final Tensor odd;
    private final Tensor whole;
    private final Tensor closed;
    private final Tensor foreign;

    DistanceOperands(Lane lane, Cloud cloud, Shape shape) {
      this.lane = lane;
      this.ops = lane.distance();
      this.shape = shape;
      int s = shape.s;
      int t = shape.t;
      int n = shape.columns;
      x = cloud.cells(shape.batch * s, n, 1);
      y = cloud.cells(shape.batch * t, n, 2);
      weights = new float[shape.batch];
      for (int b = 0; b < weights.length; b++) {
        weights[b] = 0.5f + b;
      }
      xs = tensor(x, shape.batch, s, n);
      ys = tensor(y, shape.batch, t, n);
      weight = tensor(weights, shape.batch);
      out = poisoned(shape.batch);
      gradient = poisoned(shape.batch, s, n);
      boolean none = shape.batch == 0;
      x0 = tensor(Arrays.copyOf(x, none ? 0 : s * n), none ? 0 : s, n);
      y0 = tensor(Arrays.copyOf(y, none ? 0 : t * n), none ? 0 : t, n);
      d = poisoned(none ? 0 : s, none ? 0 : t);
      dSquare = poisoned(none ? 0 : s, none ? 0 : s);
      odd = poisoned(3, 1);
      whole = keep(lane.tensor(DType.I32, s, n));
      closed = lane.tensor(DType.F32, t, n);
      closed.close();
      foreign = otherLane.tensor(DType.F32, t, n);
    }

    private Tensor keep(Tensor tensor) {
      open.add(tensor);
      return tensor;
    }

    private Tensor tensor(float[] values, long... sizes) {
      Tensor tensor = keep(lane.tensor(DType.F32, sizes));
      lane.upload(values, tensor);
      return tensor;
    }

    /** An element that is not written shows. */
    private Tensor poisoned(long... sizes) {
      Tensor tensor = keep(lane.tensor(DType.F32, sizes));
      float[] values = new float[(int) tensor.elements()];
      Arrays.fill(values, -12345);
      lane.upload(values, tensor);
      return tensor;
    }

    private float[] floats(Tensor from) {
      float[] values = new float[(int) from.elements()];
      lane.download(from, values);
      return values;
    }

    private Cells xOf(int b) {
      return new Cells(x, b * shape.s, shape.s, shape.columns);
    }

    private Cells yOf(int b) {
      return new Cells(y, b * shape.t, shape.t, shape.columns);
    }

    private static void compare(Expected expected, float[] got, double tolerance, String what) {
      assertEquals(expected.value().length, got.length);
      for (int k = 0; k < got.length; k++) {
        String where = what + ", element " + k;
        near(expected.value()[k], expected.scale()[k], got[k], tolerance, where);
      }
    }

    void checkDistances() {
      if (shape.batch == 0) {
        return;
      }
      ops.distances(x0, y0, d);
      compare(DistanceReference.distances(xOf(0), yOf(0), false), floats(d), 2e-5, "distance");
      ops.squaredDistances(x0, y0, d);
      compare(DistanceReference.distances(xOf(0), yOf(0), true), floats(d), 4e-5, "square");
      ops.distances(x0, x0, dSquare);
      compare(DistanceReference.distances(xOf(0), xOf(0), false), floats(dSquare), 2e-5, "itself");
    }

    void checkMeans() {
      ops.meanDistances(xs, ys, out);
      float[] got = floats(out);
      for (int b = 0; b < shape.batch; b++) {
        double mean = DistanceReference.mean(xOf(b), yOf(b));
        near(mean, mean, got[b], 2e-5, "mean of pair " + b);
      }
    }

    void checkEnergy() {
      ops.energyDistance(xs, ys, out);
      float[] forward = floats(out);
      ops.energyGradient(xs, ys, weight, out, gradient);
      float[] both = floats(out);
      float[] slopes = floats(gradient);
      int size = shape.s * shape.columns;
      for (int b = 0; b < shape.batch; b++) {
        closeToEnergy(forward[b], b);
        closeToEnergy(both[b], b);
        Expected expected = DistanceReference.energyGradient(xOf(b), yOf(b), weights[b]);
        float[] got = Arrays.copyOfRange(slopes, b * size, (b + 1) * size);
        if (shape.t == 0) {
          for (float slope : got) {
            assertTrue(Float.isNaN(slope), "a gradient of an empty set");
          }
        } else {
          compare(expected, got, 4e-5, "gradient of pair " + b);
        }
      }
    }

    void closeToEnergy(float got, int b) {
      double wanted = DistanceReference.energy(xOf(b), yOf(b));
      double scale = DistanceReference.energyScale(xOf(b), yOf(b));
      near(wanted, scale, got, 2e-5, "energy of pair " + b);
    }

    /** The outputs of all operations but the groups'. */
    float[] everything() {
      ops.distances(x0, y0, d);
      ops.meanDistances(xs, ys, out);
      float[] means = floats(out);
      ops.energyDistance(xs, ys, out);
      float[] forward = floats(out);
      ops.energyGradient(xs, ys, weight, out, gradient);
      float[][] parts = {floats(d), means, forward, floats(out), floats(gradient)};
      float[] all = new float[Stream.of(parts).mapToInt(part -> part.length).sum()];
      int at = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }

    @Override
    public void close() {
      open.forEach(Tensor::close);
      foreign.close();
      otherLane.close();
      other.close();
    }
  }
}
