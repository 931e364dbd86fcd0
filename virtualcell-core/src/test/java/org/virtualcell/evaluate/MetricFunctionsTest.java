package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Values written down from numpy 2 and scipy 1, double precision. */
class MetricFunctionsTest {
  private static final double[] PREDICTED = {0.3, -0.1, 0.0, 0.7, 0.2, -0.4, 0.05, 0.9};
  private static final double[] MEASURED = {0.5, -0.3, 0.1, 0.4, 0.0, -0.6, 0.2, 0.3};
  private static final double[] MEAN = {0.2, 0.1, -0.1, 0.3, 0.1, -0.2, 0.0, 0.4};
  private static final double[] ERROR = {0.1, 0.2, 0.05, 0.1, 0.3, 0.1, 0.2, 0.4};
  private static final double[] ZERO = new double[8];

  @Test
  void pearsonIsScipys() {
    assertMeasured(0.7798964819592774, PearsonOfEffect.of(PREDICTED, MEASURED));
  }

  @Test
  void pearsonDoesNotSeeScaleAndOffset() {
    double[] moved = new double[8];
    for (int g = 0; g < 8; g++) {
      moved[g] = 3 * PREDICTED[g] + 2;
    }
    assertMeasured(0.7798964819592774, PearsonOfEffect.of(moved, MEASURED));
  }

  @Test
  void pearsonOfAConstantPredictionIsZeroByConvention() {
    assertConvention(0, PearsonOfEffect.of(ZERO, MEASURED));
    assertConvention(0, PearsonOfEffect.of(constant(0.1), MEASURED));
  }

  @Test
  void pearsonWithAConstantTruthIsAbsentWithItsReason() {
    assertAbsent("constant", PearsonOfEffect.of(PREDICTED, constant(0.1)));
    assertAbsent("two genes", PearsonOfEffect.of(new double[] {1}, new double[] {1}));
  }

  @Test
  void projectedCosineIsNumpys() {
    assertMeasured(0.48631343200431243, ProjectedCosine.of(PREDICTED, MEASURED, MEAN));
  }

  @Test
  void projectedCosineOfNoChangeAndOfTheMeanItselfIsZeroByConvention() {
    assertConvention(0, ProjectedCosine.of(ZERO, MEASURED, MEAN));
    double[] scaled = new double[8];
    for (int g = 0; g < 8; g++) {
      scaled[g] = MEAN[g] * 0.37;
    }
    assertConvention(0, ProjectedCosine.of(scaled, MEASURED, MEAN));
    assertAbsent("nothing beyond", ProjectedCosine.of(PREDICTED, scaled, MEAN));
  }

  @Test
  void projectedCosineWithoutAMeanIsThePlainCosine() {
    assertMeasured(
        Vectors.cosine(PREDICTED, MEASURED), ProjectedCosine.of(PREDICTED, MEASURED, ZERO));
  }

  @Test
  void relativeErrorIsNumpysAndRemembersItsDenominator() {
    MetricValue value = RelativeSquaredError.of(PREDICTED, MEASURED);
    assertMeasured(0.6425, value);
    assertEquals(1.0, value.weight(), 1e-15);
  }

  @Test
  void relativeErrorOfNoChangeIsExactlyOne() {
    assertEquals(1.0, RelativeSquaredError.of(ZERO, MEASURED).value().getAsDouble());
    assertAbsent("zero in every gene", RelativeSquaredError.of(PREDICTED, ZERO));
  }

  @Test
  void discriminationRankCountsWhatIsNearer() {
    double[] far = {0.1, 0.2, -0.3, 0.1, 0, 0.5, 0.1, -0.2};
    double[] nearest = {0.31, -0.1, 0.0, 0.7, 0.2, -0.4, 0.05, 0.9};
    double[] nearer = {0.6, -0.3, 0.1, 0.4, 0.0, -0.6, 0.2, 0.4};
    assertMeasured(
        1.0 / 3, DiscriminationRank.of(PREDICTED, MEASURED, List.of(far, nearest, nearer)));
    assertMeasured(1, DiscriminationRank.of(PREDICTED, MEASURED, List.of(far)));
    assertMeasured(0, DiscriminationRank.of(PREDICTED, MEASURED, List.of(nearest)));
    assertMeasured(0.5, DiscriminationRank.of(PREDICTED, MEASURED, List.of(MEASURED.clone())));
  }

  @Test
  void discriminationRankOfNoChangeIsChance() {
    assertConvention(0.5, DiscriminationRank.of(ZERO, MEASURED, List.of(MEAN, PREDICTED, ERROR)));
    assertAbsent("no other", DiscriminationRank.of(PREDICTED, MEASURED, List.of()));
  }

  @Test
  void topGenesAreOrderedByEffectOverItsError() {
    // numpy: predicted order 3 7 5 ..., measured order 5 0 3 ...
    assertMeasured(2.0 / 3, TopGeneOverlap.of(3, PREDICTED, MEASURED, ERROR));
    assertMeasured(0, TopGeneOverlap.of(1, PREDICTED, MEASURED, ERROR));
  }

  @Test
  void topGenesOfNoChangeAreChance() {
    assertConvention(3.0 / 8, TopGeneOverlap.of(3, ZERO, MEASURED, ERROR));
  }

  @Test
  void topGenesAreNeverMoreThanHaveChanged() {
    // 7 of 8 genes have a measured change, and the prediction finds 6 of them among its first 7
    assertMeasured(6.0 / 7, TopGeneOverlap.of(50, PREDICTED, MEASURED, ERROR));
    assertAbsent("zero in every gene", TopGeneOverlap.of(3, PREDICTED, ZERO, ERROR));
  }

  private static double[] constant(double value) {
    double[] result = new double[8];
    java.util.Arrays.fill(result, value);
    return result;
  }

  private static void assertMeasured(double expected, MetricValue actual) {
    assertTrue(actual.isMeasured(), actual::toString);
    assertEquals(expected, actual.value().getAsDouble(), 1e-12);
  }

  private static void assertConvention(double expected, MetricValue actual) {
    assertTrue(actual.isByConvention(), actual::toString);
    assertEquals(expected, actual.value().getAsDouble(), 1e-12);
  }

  private static void assertAbsent(String reason, MetricValue actual) {
    assertTrue(actual.value().isEmpty(), actual::toString);
    assertTrue(actual.remark().contains(reason), actual::toString);
  }
}
