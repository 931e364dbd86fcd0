package org.virtualcell.bench;

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
import org.virtualcell.compute.DType;
import org.virtualcell.compute.DenseBatch;
import org.virtualcell.compute.DenseProduct;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.PackedMatrix;
import org.virtualcell.compute.Tensor;

/**
 * Dense products of the transition model, milliseconds a call, data resident on the device: 8 sets
 * of 64 tokens through the wide layer of a block (hidden to 4 hidden), forward and back, and the
 * scores of 8 heads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class DenseBenchmark {
  private static final int SETS = 8;
  private static final int TOKENS = 64;
  private static final int HEADS = 8;

  /** A device's id or family. */
  @Param({"java", "cpu"})
  public String device;

  /** The width of the model, a multiple of 8. */
  @Param({"256", "672"})
  public int hidden;

  /** The type of all operands. */
  @Param({"F32", "BF16"})
  public DType type;

  /** Threads of the lane. */
  @Param("1")
  public int threads;

  private Lane lane;
  private Tensor tokens;
  private Tensor weights;
  private Tensor wide;
  private Tensor bias;
  private Tensor back;
  private Tensor gradient;
  private Tensor scores;
  private PackedMatrix packed;
  private DenseProduct layer;
  private DenseBatch heads;

  /** Uploads the operands. */
  @Setup(Level.Trial)
  public void open() {
    lane = Devices.select(device).open(LaneOptions.defaults().withThreads(threads));
    int rows = SETS * TOKENS;
    tokens = random(rows, hidden);
    weights = random(hidden, 4L * hidden);
    wide = lane.tensor(type, rows, 4L * hidden);
    back = lane.tensor(type, rows, hidden);
    gradient = lane.tensor(DType.F32, hidden, 4L * hidden);
    scores = lane.tensor(DType.F32, (long) SETS * HEADS, TOKENS, TOKENS);
    bias = lane.tensor(DType.F32, 4L * hidden);
    lane.upload(new float[4 * hidden], bias);
    packed = lane.dense().packed(type, hidden, 4L * hidden);
    lane.dense().pack(weights, false, packed);
    layer = DenseProduct.plain().withBias(bias, Activation.GELU);
    int width = hidden / HEADS;
    long set = (long) TOKENS * hidden;
    heads =
        new DenseBatch(
            SETS,
            HEADS,
            TOKENS,
            TOKENS,
            width,
            new DenseBatch.View(0, hidden, false, set, width),
            new DenseBatch.View(0, hidden, true, set, width),
            DenseBatch.View.packed(TOKENS, TOKENS, HEADS),
            (float) (1 / Math.sqrt(width)),
            false);
    lane.dense().multiply(DenseProduct.plain(), tokens, weights, wide);
    lane.synchronize();
  }

  private Tensor random(long rows, long columns) {
    SplittableRandom random = new SplittableRandom(rows);
    float[] values = new float[Math.toIntExact(rows * columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor exact = lane.tensor(DType.F32, rows, columns);
    lane.upload(values, exact);
    if (type == DType.F32) {
      return exact;
    }
    Tensor rounded = lane.tensor(type, rows, columns);
    lane.dense().convert(exact, rounded);
    exact.close();
    return rounded;
  }

  /** Releases them. */
  @TearDown(Level.Trial)
  public void close() {
    for (Tensor tensor : new Tensor[] {tokens, weights, wide, bias, back, gradient, scores}) {
      tensor.close();
    }
    packed.close();
    lane.close();
  }

  /** Forward, the weights packed in the call. */
  @Benchmark
  public void forward() {
    lane.dense().multiply(DenseProduct.plain(), tokens, weights, wide);
    lane.synchronize();
  }

  /** Forward with bias and GELU, the weights packed before. */
  @Benchmark
  public void layer() {
    lane.dense().multiply(layer, tokens, packed, wide);
    lane.synchronize();
  }

  /** The gradient of the inputs. */
  @Benchmark
  public void inputGradient() {
    lane.dense().multiply(DenseProduct.plain().ofTransposedB(), wide, weights, back);
    lane.synchronize();
  }

  /** The gradient of the weights. */
  @Benchmark
  public void weightGradient() {
    lane.dense().multiply(DenseProduct.plain().ofTransposedA(), tokens, wide, gradient);
    lane.synchronize();
  }

  /** The scores of all heads. */
  @Benchmark
  public void attentionScores() {
    lane.dense().multiplyBatch(heads, tokens, tokens, scores);
    lane.synchronize();
  }
}
