package org.virtualcell.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.PrincipalComponents;

/**
 * Principal components of log-normalised counts that are on the device, milliseconds a fit. The
 * default is 50 components of 20,000 cells x 2,000 genes at 10 % density, one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class PcaBenchmark {
  /** A device's id or family. */
  @Param({"java", "cpu"})
  public String device;

  /** Cells x genes. */
  @Param("20000x2000")
  public String shape;

  /** The share of non-zeros. */
  @Param("0.10")
  public double density;

  /** Components. */
  @Param("50")
  public int components;

  /** Products of the block with the covariance, where that itself is not made. */
  @Param("7")
  public int products;

  /** Threads of the lane. */
  @Param("1")
  public int threads;

  private Lane lane;
  private CsrTensor logs;
  private GeneVocabulary genes;

  /** Uploads the cells. */
  @Setup(Level.Trial)
  public void open() {
    int cells = Integer.parseInt(shape.substring(0, shape.indexOf('x')));
    int size = Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    CsrMatrix counts = SyntheticCounts.of(cells, size, density, 1);
    List<String> names = IntStream.range(0, size).mapToObj(g -> "g" + g).toList();
    genes = GeneVocabulary.of(names);
    lane = Devices.select(device).open(LaneOptions.defaults().withThreads(threads));
    logs = lane.csr(Normalization.logNormalize(counts, Normalization.DEFAULT_TOTAL), Packing.PLAIN);
  }

  /** Releases them. */
  @TearDown(Level.Trial)
  public void close() {
    logs.close();
    lane.close();
  }

  /**
   * Fits the components, scores included.
   *
   * @return what JMH must not find unused
   */
  @Benchmark
  public PrincipalComponents fit() {
    return PrincipalComponents.fit(
        lane, logs, genes, new PrincipalComponents.Options(components, 14, products, false, 1));
  }
}
