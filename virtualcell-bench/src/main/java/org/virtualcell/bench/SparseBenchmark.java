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
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.Tensor;

/**
 * The sparse operations of the compute contract, milliseconds a call, data resident on the device.
 * The default is 20,000 cells x 2,000 genes at 10 % density, 256 columns, 101 groups, one thread;
 * {@code -p density=0.05,0.10,0.25,0.40} and {@code -p shape=5000x20000} are the other shapes of
 * the race. {@code -prof gc} shows that no call leaves garbage.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class SparseBenchmark {
  private static final int GROUPS = 101;

  /** A device's id or family. */
  @Param({"java", "cpu"})
  public String device;

  /** Cells x genes. */
  @Param("20000x2000")
  public String shape;

  /** The share of non-zeros. */
  @Param("0.10")
  public double density;

  /** Columns of the dense operand. */
  @Param("256")
  public int columns;

  /** Threads of the lane. */
  @Param("1")
  public int threads;

  /** How the lane computes. */
  @Param({"EXACT", "FAST"})
  public Precision precision;

  /** How the counts are stored. */
  @Param("COMPACT")
  public Packing packing;

  private Lane lane;
  private CsrTensor counts;
  private CsrTensor logs;
  private Tensor scale;
  private Tensor weights;
  private Tensor hidden;
  private Tensor gradient;
  private Tensor group;
  private Tensor sums;
  private Tensor squares;
  private Tensor detections;
  private Tensor bias;
  private CsrTensor emptyCell;
  private Tensor emptyScale;

  /** Uploads the operands. */
  @Setup(Level.Trial)
  public void open() {
    int cells = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    int genes = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    CsrMatrix matrix = SyntheticCounts.of(cells, genes, density, 1);
    lane =
        Devices.select(device)
            .open(LaneOptions.defaults().withThreads(threads).withPrecision(precision));
    counts = lane.csr(matrix, packing);
    logs = lane.csrLike(counts);
    scale = lane.tensor(DType.F32, cells);
    weights = lane.tensor(DType.F32, genes, columns);
    hidden = lane.tensor(DType.F32, cells, columns);
    gradient = lane.tensor(DType.F32, genes, columns);
    group = lane.tensor(DType.I32, cells);
    sums = lane.tensor(DType.I64, GROUPS, genes);
    squares = lane.tensor(DType.I64, GROUPS, genes);
    detections = lane.tensor(DType.I32, GROUPS, genes);
    bias = lane.tensor(DType.F32, columns);
    lane.upload(new float[columns], bias);
    emptyCell = lane.csr(CsrMatrix.of(1, 1, new int[] {0, 0}, new int[0], new float[0]), packing);
    emptyScale = lane.tensor(DType.F32, 1);
    SplittableRandom random = new SplittableRandom(2);
    float[] dense = new float[genes * columns];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = (float) (random.nextDouble() - 0.5);
    }
    lane.upload(dense, weights);
    int[] groups = new int[cells];
    Arrays.setAll(groups, cell -> random.nextInt(GROUPS));
    lane.upload(groups, group);
    lane.sparse().rowScale(counts, 1e4f, scale);
    lane.sparse().multiply(counts, weights, hidden);
    lane.synchronize();
  }

  /** Releases them. */
  @TearDown(Level.Trial)
  public void close() {
    for (Tensor tensor :
        new Tensor[] {
          scale, weights, hidden, gradient, group, sums, squares, detections, bias, emptyScale
        }) {
      tensor.close();
    }
    emptyCell.close();
    counts.close();
    logs.close();
    lane.close();
  }

  /** CSR x dense. */
  @Benchmark
  public void multiply() {
    lane.sparse().multiply(counts, weights, hidden);
    lane.synchronize();
  }

  /** Counts to hidden, fused: normalise, log1p, CSR x dense. */
  @Benchmark
  public void logMultiply() {
    lane.sparse().logMultiply(counts, scale, weights, hidden);
    lane.synchronize();
  }

  /** The same with bias and GELU, the scale computed on the way: a model's first layer. */
  @Benchmark
  public void countsToHidden() {
    lane.sparse().rowScale(counts, 1e4f, scale);
    lane.sparse().countsToHidden(counts, scale, weights, bias, Activation.GELU, hidden);
    lane.synchronize();
  }

  /** The weight gradient of the fused product. */
  @Benchmark
  public void transposedLogMultiply() {
    lane.sparse().transposedLogMultiply(counts, scale, hidden, gradient);
    lane.synchronize();
  }

  /** Nothing to do: what a call costs from Java to the kernel and back. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public void emptyCall() {
    lane.sparse().rowScale(emptyCell, 1e4f, emptyScale);
  }

  /** Transposed CSR x dense: the weight gradient. */
  @Benchmark
  public void transposedMultiply() {
    lane.sparse().transposedMultiply(counts, hidden, gradient);
    lane.synchronize();
  }

  /** Normalise and log1p, materialised. */
  @Benchmark
  public void logNormalize() {
    lane.sparse().logNormalize(counts, scale, logs);
    lane.synchronize();
  }

  /** Sums, squares and detections of each gene by group, exact. */
  @Benchmark
  public void groupSums() {
    lane.sparse().groupSums(counts, group, sums, squares, detections);
    lane.synchronize();
  }
}
