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
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Tensor;
import org.virtualcell.stats.RankSumTest;

/**
 * Rank sums of 100 groups against a quarter of the cells, milliseconds a call, data resident on the
 * device. The default is 20,000 cells x 2,000 genes at 10 % density, one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class RankBenchmark {
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

  /** Threads of the lane. */
  @Param("1")
  public int threads;

  private Lane lane;
  private CsrTensor counts;
  private CsrTensor logs;
  private int[] groupOfCell;
  private Tensor group;
  private Tensor totals;
  private Tensor u2;
  private Tensor ties;

  /** Uploads the operands. */
  @Setup(Level.Trial)
  public void upload() {
    String[] size = shape.split("x", -1);
    int cells = Integer.parseInt(size[0]);
    int genes = Integer.parseInt(size[1]);
    CsrMatrix matrix = SyntheticCounts.of(cells, genes, density, 1);
    SplittableRandom random = new SplittableRandom(2);
    groupOfCell = new int[cells];
    Arrays.setAll(groupOfCell, i -> i % 4 == 0 ? 0 : 1 + random.nextInt(GROUPS - 1));
    long[] total = new long[cells];
    for (int i = 0; i < cells; i++) {
      for (int k = matrix.rowStart(i); k < matrix.rowStart(i + 1); k++) {
        total[i] += (long) matrix.valueAt(k);
      }
    }
    lane = Devices.select(device).open(LaneOptions.defaults().withThreads(threads));
    counts = lane.csr(matrix, Packing.COMPACT);
    logs = lane.csrLike(counts);
    try (Tensor scale = lane.tensor(DType.F32, cells)) {
      lane.sparse().rowScale(counts, 1e4f, scale);
      lane.sparse().logNormalize(counts, scale, logs);
    }
    group = lane.tensor(DType.I32, cells);
    lane.upload(groupOfCell, group);
    totals = lane.tensor(DType.I64, cells);
    lane.upload(total, totals);
    u2 = lane.tensor(DType.I64, GROUPS, genes);
    ties = lane.tensor(DType.I64, GROUPS, genes);
  }

  /** Log-normalised values: U and tie terms. */
  @Benchmark
  public void values() {
    lane.rank().rankSums(logs, group, 0, u2, ties);
    lane.synchronize();
  }

  /** Counts as shares of their totals: U and tie terms. */
  @Benchmark
  public void shares() {
    lane.rank().shareRankSums(counts, totals, group, 0, u2, ties);
    lane.synchronize();
  }

  /**
   * Log-normalised values, to p-values in memory of the host.
   *
   * @return a row per group
   */
  @Benchmark
  public double[][] significance() {
    RankSumTest test = RankSumTest.ofValues(lane, logs, groupOfCell, GROUPS, 0);
    double[][] p = new double[GROUPS][];
    Arrays.setAll(p, test::p);
    return p;
  }

  /** Closes what was opened. */
  @TearDown(Level.Trial)
  public void close() {
    for (Tensor tensor : new Tensor[] {group, totals, u2, ties}) {
      tensor.close();
    }
    counts.close();
    logs.close();
    lane.close();
  }
}
