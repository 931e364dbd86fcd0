package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;

/** Each stated rule decides where it applies, and no rule is stretched. */
class UnitsDetectorTest {
  private static final int CELLS = 50;
  private static final int GENES = 40;

  /** Random counts, sparse and skewed as real ones are. */
  private static double[][] counts() {
    SplittableRandom random = new SplittableRandom(5);
    double[][] counts = new double[CELLS][GENES];
    for (double[] cell : counts) {
      for (int g = 0; g < GENES; g++) {
        cell[g] = random.nextInt(3) == 0 ? Math.floor(1 / (random.nextDouble() + 0.02)) : 0;
      }
    }
    return counts;
  }

  private static DetectedUnits detect(double[][] values) {
    return detect(values, UnitsDetector.Statement.NONE);
  }

  private static DetectedUnits detect(double[][] values, UnitsDetector.Statement statement) {
    float[][] dense = new float[values.length][GENES];
    for (int r = 0; r < dense.length; r++) {
      for (int g = 0; g < GENES; g++) {
        dense[r][g] = (float) values[r][g];
      }
    }
    GeneVocabulary genes =
        GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList());
    return UnitsDetector.detect(
        CsrMatrix.ofDense(dense, GENES), new Source("file", "X", genes, 1 << 20), statement);
  }

  /** Counts scaled so that each cell sums to a total, then transformed. */
  private static double[][] scaled(double total, int keptGenes, DoubleUnaryOperator transform) {
    double[][] values = counts();
    for (double[] cell : values) {
      double sum = 0;
      for (double v : cell) {
        sum += v;
      }
      for (int g = 0; g < GENES; g++) {
        cell[g] = g < keptGenes ? transform.applyAsDouble(cell[g] / sum * total) : 0;
      }
    }
    return values;
  }

  private static void assertUnknown(DetectedUnits units, String reason) {
    assertEquals(Optional.empty(), units.units());
    assertTrue(units.rule().contains(reason), units::rule);
  }

  @Test
  void wholeNumbersAreRawCounts() {
    assertEquals(Optional.of(ExpressionUnits.rawCounts()), detect(counts()).units());
  }

  @ParameterizedTest
  @ValueSource(doubles = {10_000, 1_000_000, 4_321, 1})
  void sumsThatAgreeGiveTheTotal(double total) {
    assertEquals(
        Optional.of(ExpressionUnits.logNormalized(total)),
        detect(scaled(total, GENES, Math::log1p)).units());
  }

  @Test
  void multiplesWithoutAnAgreedSumAreLog1pToAnUnstatedTotal() {
    assertEquals(
        Optional.of(ExpressionUnits.logNormalizedToUnstatedTotal()),
        detect(scaled(10_000, GENES - 15, Math::log1p)).units());
  }

  @Test
  void scaledButNotLoggedIsNoUnit() {
    assertUnknown(detect(scaled(17.5, GENES, v -> v)), "not logged");
    assertUnknown(detect(scaled(10_000, GENES, v -> v)), "too much for log1p");
  }

  @Test
  void logarithmsToAnotherBaseAreNoUnit() {
    assertEquals(
        Optional.empty(), detect(scaled(10_000, GENES, v -> Math.log1p(v) / Math.log(2))).units());
  }

  @Test
  void fractionsWithoutStructureAreNoUnit() {
    SplittableRandom random = new SplittableRandom(1);
    double[][] values = counts();
    for (double[] cell : values) {
      for (int g = 0; g < GENES; g++) {
        cell[g] *= cell[g] > 0 ? random.nextDouble() / 10 : 0;
      }
    }
    assertUnknown(detect(values), "no multiples");
  }

  @Test
  void negativeValuesAreNamed() {
    double[][] values = counts();
    values[7][3] = -1;
    DetectedUnits units = detect(values);
    assertUnknown(units, "negative");
    assertTrue(units.faults().get(0).contains("row 7, gene 'g3'"), units.faults()::toString);
  }

  @Test
  void nothingAboveZeroSaysNothing() {
    assertUnknown(detect(new double[CELLS][GENES]), "no value above zero");
  }

  @Test
  void aStatementHoldsUnlessValuesContradictIt() {
    double[][] means = scaled(10_000, GENES, Math::log1p);
    for (double[] cell : means) {
      for (int g = 0; g < GENES; g++) {
        cell[g] *= 0.9; // predicted means: neither sums nor multiples
      }
    }
    var log1p =
        new UnitsDetector.Statement(
            Optional.of(ExpressionUnits.logNormalized(10_000)), "the file", false);
    assertEquals(log1p.units(), detect(means, log1p).units());
    var scanpy = new UnitsDetector.Statement(Optional.empty(), "", true);
    assertEquals(
        Optional.of(ExpressionUnits.logNormalizedToUnstatedTotal()), detect(means, scanpy).units());
    var counts =
        new UnitsDetector.Statement(Optional.of(ExpressionUnits.rawCounts()), "the caller", false);
    assertUnknown(detect(means, counts), "the caller states raw counts");
    assertUnknown(detect(scaled(1e4, GENES, v -> v + 0.5), log1p), "states log1p");
  }
}
