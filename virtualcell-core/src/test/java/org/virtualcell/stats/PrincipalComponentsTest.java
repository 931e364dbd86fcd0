package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.ejml.simple.SimpleSVD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;

/** Principal components against the singular values of the centred dense matrix in double. */
class PrincipalComponentsTest {
  private static final int CELLS = 240;
  private static final int GENES = 70;

  /** Counts of cells in four programs of falling strength, of uneven depth; gene 5 is silent. */
  private static CellState state(int cells, ExpressionUnits units) {
    SplittableRandom random = new SplittableRandom(3);
    float[][] rows = new float[cells][GENES];
    for (int i = 0; i < cells; i++) {
      double depth = Math.exp(0.4 * random.nextGaussian());
      for (int g = 0; g < GENES; g++) {
        int program = g % 5;
        double effect = program < 4 && (i >> program & 1) == 1 ? 2.0 - 0.4 * program : 0;
        double mean = depth * Math.exp(effect + Math.sin(g)) * 0.7;
        rows[i][g] = g == 5 ? 0 : poisson(mean, random);
      }
    }
    CsrMatrix values = CsrMatrix.ofDense(rows, GENES);
    if (units instanceof ExpressionUnits.LogNormalized) {
      values = Normalization.logNormalize(values, Normalization.DEFAULT_TOTAL);
    }
    List<String> genes = IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList();
    return CellState.of(GeneVocabulary.of(genes), values, units, CellContext.of("x"));
  }

  private static int poisson(double mean, SplittableRandom random) {
    int count = 0;
    for (double left = random.nextDouble(); left > Math.exp(-mean); count++) {
      left *= random.nextDouble();
    }
    return count;
  }

  /** Centred and, where asked for, scaled cells in double. */
  private static SimpleMatrix dense(CellState state, boolean scaled) {
    CsrMatrix counts = state.expression().block(0, (int) state.cells());
    int cells = (int) state.cells();
    double[][] x = new double[cells][GENES];
    for (int i = 0; i < cells; i++) {
      double sum = 0;
      for (int k = counts.rowStart(i); k < counts.rowStart(i + 1); k++) {
        sum += counts.valueAt(k);
      }
      for (int k = counts.rowStart(i); k < counts.rowStart(i + 1); k++) {
        x[i][counts.geneAt(k)] = Math.log1p(counts.valueAt(k) * 1e4 / sum);
      }
    }
    for (int g = 0; g < GENES; g++) {
      double mean = 0;
      double square = 0;
      for (double[] row : x) {
        mean += row[g] / cells;
      }
      for (double[] row : x) {
        row[g] -= mean;
        square += row[g] * row[g];
      }
      for (double[] row : x) {
        row[g] /= scaled && square > 0 ? Math.sqrt(square / (cells - 1)) : 1;
      }
    }
    return SimpleMatrix.wrap(new DMatrixRMaj(x));
  }

  private static PrincipalComponents fit(
      CellState state, PrincipalComponents.Options options, int threads) {
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults().withThreads(threads))) {
      PrincipalComponents found = PrincipalComponents.fit(lane, state, options);
      assertEquals(0, device.memory().byTag().getOrDefault("lane", 0L), "tensors left behind");
      return found;
    }
  }

  /** Of few cells by products with them, of many from the covariance. */
  @ParameterizedTest
  @CsvSource({"130,false", "130,true", "240,false", "240,true"})
  void agreesWithTheSingularValuesOfTheCentredMatrix(int cells, boolean scaled) {
    CellState state = state(cells, ExpressionUnits.rawCounts());
    int k = 6;
    PrincipalComponents found =
        fit(state, new PrincipalComponents.Options(k, 20, 12, scaled, 1), 1);
    SimpleMatrix x = dense(state, scaled);
    SimpleSVD<SimpleMatrix> exact = x.svd(true);
    double total = x.elementMult(x).elementSum() / (cells - 1);
    assertEquals(total, found.totalVariance(), 1e-4 * total);
    for (int c = 0; c < k; c++) {
      double sigma = exact.getSingleValue(c);
      double variance = sigma * sigma / (cells - 1);
      assertEquals(variance, found.variance(c), 1e-5 * variance, "variance " + c);
      double product = 0;
      double length = 0;
      double largest = 0;
      for (int g = 0; g < GENES; g++) {
        product += exact.getV().get(g, c) * found.loading(c, g);
        length += found.loading(c, g) * found.loading(c, g);
        largest = Math.abs(found.loading(c, g)) > Math.abs(largest) ? found.loading(c, g) : largest;
      }
      assertEquals(1, length, 1e-9);
      assertTrue(largest > 0, "the largest loading of " + c + " is positive");
      assertEquals(1, Math.abs(product), 1e-4, "direction " + c);
      for (int i = 0; i < cells; i++) {
        double score = sigma * exact.getU().get(i, c) * Math.signum(product);
        assertEquals(score, found.score(i, c), 5e-3 * sigma, "score of cell " + i + ", " + c);
      }
    }
  }

  @Test
  void theFewProductsOfTheDefaultFindTheProgramsThatStandOut() {
    CellState state = state(CELLS, ExpressionUnits.rawCounts());
    PrincipalComponents found = fit(state, PrincipalComponents.Options.of(4), 1);
    SimpleSVD<SimpleMatrix> exact = dense(state, false).svd(true);
    for (int c = 0; c < 4; c++) {
      double sigma = exact.getSingleValue(c);
      assertEquals(sigma * sigma / (CELLS - 1), found.variance(c), 1e-3 * found.variance(c));
    }
  }

  @Test
  void logarithmsAndCountsGiveTheSameComponents() {
    PrincipalComponents.Options options = new PrincipalComponents.Options(3, 20, 12, false, 1);
    PrincipalComponents counts = fit(state(CELLS, ExpressionUnits.rawCounts()), options, 1);
    PrincipalComponents logs = fit(state(CELLS, ExpressionUnits.logNormalized(10_000)), options, 1);
    for (int c = 0; c < 3; c++) {
      assertEquals(counts.variance(c), logs.variance(c), 1e-5 * counts.variance(c));
      for (int g = 0; g < GENES; g++) {
        assertEquals(counts.loading(c, g), logs.loading(c, g), 1e-3);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {130, 240})
  void theSameSeedGivesTheSameBytesForAnyNumberOfThreads(int cells) {
    CellState state = state(cells, ExpressionUnits.rawCounts());
    PrincipalComponents.Options options = PrincipalComponents.Options.of(5);
    PrincipalComponents one = fit(state, options, 1);
    for (int threads : new int[] {1, 2, 3}) {
      PrincipalComponents again = fit(state, options, threads);
      assertArrayEquals(one.scores(), again.scores());
      for (int c = 0; c < 5; c++) {
        assertEquals(one.variance(c), again.variance(c));
      }
    }
  }

  @Test
  void moreGenesThanCellsAndAsManyComponentsAsThereAre() {
    CellState few = state(9, ExpressionUnits.rawCounts());
    PrincipalComponents found = fit(few, PrincipalComponents.Options.of(8), 1);
    SimpleSVD<SimpleMatrix> exact = dense(few, false).svd(true);
    double all = 0;
    for (int c = 0; c < 8; c++) {
      double sigma = exact.getSingleValue(c);
      assertEquals(sigma * sigma / 8, found.variance(c), 1e-4 * found.variance(0));
      all += found.variance(c);
    }
    assertEquals(found.totalVariance(), all, 1e-4 * all, "all dimensions are there");
    assertEquals(9, found.cells());
    assertEquals(1, found.spread(0));
    assertEquals(0, found.mean(5));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 200})
  void cellsThatSpanFewerDimensionsAreRefusedWithTheNumber(int cells) {
    CellState few = state(9, ExpressionUnits.rawCounts());
    InvalidDataException raised =
        assertThrows(
            InvalidDataException.class, () -> fit(few, PrincipalComponents.Options.of(9), 1));
    assertTrue(raised.getMessage().contains("span 8 dimensions"), raised.getMessage());
    float[][] two = new float[cells][GENES];
    for (int i = 0; i < two.length; i++) {
      two[i][3] = 1 + i % 7;
      two[i][8] = 1 + i % 4;
    }
    CellState plane =
        CellState.of(
            few.genes(),
            CsrMatrix.ofDense(two, GENES),
            ExpressionUnits.logNormalized(10_000),
            CellContext.of("x"));
    assertEquals(2, fit(plane, PrincipalComponents.Options.of(2), 1).components());
    raised =
        assertThrows(
            InvalidDataException.class, () -> fit(plane, PrincipalComponents.Options.of(3), 1));
    assertTrue(raised.getMessage().contains("span 2 dimensions"), raised.getMessage());
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThrows(InvalidDataException.class, () -> PrincipalComponents.Options.of(0));
    assertThrows(
        InvalidDataException.class, () -> new PrincipalComponents.Options(3, -1, 7, false, 0));
    assertThrows(
        InvalidDataException.class, () -> new PrincipalComponents.Options(3, 5, 1, false, 0));
  }
}
