package org.virtualcell.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Tensor;

/**
 * The distance operations of the compute contract, milliseconds a call, data resident on the
 * device. The default is a training loss: 8 pairs of sets of 64 cells x 2,000 genes, one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class DistanceBenchmark {
  /** A device's id or family. */
  @Param({"java", "cpu"})
  public String device;

  /** Pairs of sets x cells of a set x columns. */
  @Param({"8x64x2000", "2x256x2000", "8x64x50", "1x4096x50"})
  public String shape;

  /** Threads of the lane. */
  @Param("1")
  public int threads;

  private Lane lane;
  private Tensor x;
  private Tensor y;
  private Tensor weight;
  private Tensor loss;
  private Tensor gradient;
  private Tensor rows;
  private Tensor starts;
  private Tensor means;
  private Tensor energies;
  private Tensor all;

  /** Uploads the operands. */
  @Setup(Level.Trial)
  public void open() {
    int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    int pairs = sizes[0];
    int cells = sizes[1];
    int columns = sizes[2];
    lane = Devices.select(device).open(LaneOptions.defaults().withThreads(threads));
    x = lane.tensor(DType.F32, pairs, cells, columns);
    y = lane.tensor(DType.F32, pairs, cells, columns);
    weight = lane.tensor(DType.F32, pairs);
    loss = lane.tensor(DType.F32, pairs);
    gradient = lane.tensor(DType.F32, pairs, cells, columns);
    rows = lane.tensor(DType.F32, (long) pairs * cells, columns);
    starts = lane.tensor(DType.I64, pairs + 1);
    means = lane.tensor(DType.F32, pairs, pairs);
    energies = lane.tensor(DType.F32, pairs, pairs);
    all = lane.tensor(DType.F32, (long) pairs * cells, (long) pairs * cells);
    SplittableRandom random = new SplittableRandom(2);
    float[] values = new float[pairs * cells * columns];
    for (Tensor tensor : new Tensor[] {x, y, rows}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      lane.upload(values, tensor);
    }
    float[] each = new float[pairs];
    Arrays.fill(each, 1f / pairs);
    lane.upload(each, weight);
    long[] first = new long[pairs + 1];
    Arrays.setAll(first, g -> (long) g * cells);
    lane.upload(first, starts);
    lane.synchronize();
  }

  /** Releases them. */
  @TearDown(Level.Trial)
  public void close() {
    for (Tensor tensor :
        new Tensor[] {x, y, weight, loss, gradient, rows, starts, means, energies, all}) {
      tensor.close();
    }
    lane.close();
  }

  /** Energy distance of each pair. */
  @Benchmark
  public void energyDistance() {
    lane.distance().energyDistance(x, y, loss);
    lane.synchronize();
  }

  /** Energy distance of each pair and its gradient. */
  @Benchmark
  public void energyGradient() {
    lane.distance().energyGradient(x, y, weight, loss, gradient);
    lane.synchronize();
  }

  /** All distances of all rows, written out. */
  @Benchmark
  public void distances() {
    lane.distance().distances(rows, rows, all);
    lane.synchronize();
  }

  /** Energy distances of all pairs of sets. */
  @Benchmark
  public void groupDistances() {
    lane.distance().groupDistances(rows, starts, means, energies);
    lane.synchronize();
  }
}
