package org.virtualcell.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.AdamWeights;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.NeuralOps;
import org.virtualcell.compute.Normalization;
import org.virtualcell.compute.SetAttention;
import org.virtualcell.compute.Tensor;

/**
 * The neural operations of the compute contract, milliseconds a call, data resident on the device:
 * those of one layer of a set transformer of 8 sets of 64 cells, hidden 256, and one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class NeuralBenchmark {
  /** A device's id or family. */
  @Param({"java", "cpu"})
  public String device;

  /** Sets x cells of a set x heads x numbers of a head. */
  @Param({"8x64x8x32", "4x128x8x84"})
  public String shape;

  /** What passes between products. */
  @Param({"F32", "BF16"})
  public DType type;

  /** Threads of the lane. */
  @Param("1")
  public int threads;

  private final List<Tensor> all = new ArrayList<>();
  private Lane lane;
  private NeuralOps neural;
  private SetAttention how;
  private Tensor x;
  private Tensor gain;
  private Tensor bias;
  private Tensor dGain;
  private Tensor statistics;
  private Tensor out;
  private Tensor dx;
  private Tensor qkv;
  private Tensor dQkv;
  private Tensor logSums;
  private Tensor slope;
  private Tensor before;
  private Tensor dHidden;
  private Tensor dBefore;
  private Tensor control;
  private Tensor gradient;
  private Tensor weights;
  private Tensor m;
  private Tensor v;
  private final AdamWeights adam = new AdamWeights(0.9, 0.999, 1e-8, 0.01, 0);

  /** Creates the benchmark. */
  public NeuralBenchmark() {}

  /** Uploads the operands. */
  @Setup(Level.Trial)
  public void open() {
    int[] s = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    how = new SetAttention(s[0], s[1], s[2], s[3]);
    lane = Devices.select(device).open(LaneOptions.defaults().withThreads(threads));
    neural = lane.neural();
    long rows = how.rows();
    long width = how.width();
    x = numbers(DType.F32, rows, width);
    gain = numbers(DType.F32, width);
    bias = numbers(DType.F32, width);
    dGain = numbers(DType.F32, width);
    statistics = numbers(DType.F32, rows, 2);
    out = numbers(type, rows, width);
    slope = numbers(type, rows, width);
    dx = numbers(DType.F32, rows, width);
    qkv = numbers(type, rows, 3 * width);
    dQkv = numbers(type, rows, 3 * width);
    logSums = numbers(DType.F32, rows * how.heads());
    before = numbers(type, rows, 4 * width);
    dHidden = numbers(type, rows, 4 * width);
    dBefore = numbers(type, rows, 4 * width);
    control = numbers(DType.F32, NeuralOps.CONTROL);
    lane.upload(new float[] {1e-4f, 1, 1, 1}, control);
    gradient = numbers(DType.F32, 4 * width, width);
    weights = numbers(DType.F32, 4 * width, width);
    m = numbers(DType.F32, 4 * width, width);
    v = numbers(DType.F32, 4 * width, width);
    lane.upload(new float[Math.toIntExact(4 * width * width)], v);
  }

  private Tensor numbers(DType of, long... sizes) {
    Tensor exact = lane.tensor(DType.F32, sizes);
    SplittableRandom random = new SplittableRandom(2);
    float[] values = new float[Math.toIntExact(exact.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    lane.upload(values, exact);
    all.add(exact);
    if (of == DType.F32) {
      return exact;
    }
    Tensor rounded = lane.tensor(of, sizes);
    lane.dense().convert(exact, rounded);
    all.add(rounded);
    return rounded;
  }

  /** Frees them. */
  @TearDown(Level.Trial)
  public void close() {
    all.forEach(Tensor::close);
    all.clear();
    lane.close();
  }

  /** Layer norm and its way back. */
  @Benchmark
  public void norm() {
    neural.normalize(Normalization.layer(), x, gain, bias, statistics, out);
    neural.normalizeGradient(
        Normalization.layer(), x, gain, statistics, slope, true, dx, dGain, bias);
    lane.synchronize();
  }

  /** Attention. */
  @Benchmark
  public void attention() {
    neural.attention(how, qkv, logSums, out);
    lane.synchronize();
  }

  /** The way back of attention. */
  @Benchmark
  public void attentionGradient() {
    neural.attentionGradient(how, qkv, logSums, out, slope, dQkv);
    lane.synchronize();
  }

  /** The way back of GELU. */
  @Benchmark
  public void geluGradient() {
    neural.activateGradient(Activation.GELU_TANH, before, dHidden, dBefore);
    lane.synchronize();
  }

  /** A step of AdamW on a weight matrix. */
  @Benchmark
  public void adamw() {
    neural.adamw(adam, control, gradient, weights, m, v, null);
    lane.synchronize();
  }
}
