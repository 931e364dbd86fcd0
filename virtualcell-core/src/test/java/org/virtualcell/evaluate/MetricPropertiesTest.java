package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every metric on itself: the truth has the best value, nothing is outside its range. */
class MetricPropertiesTest {
  private static double[] random(int genes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, genes)
        .mapToDouble(g -> random.nextInt(4) == 0 ? 0 : Simulation.gauss(random))
        .toArray();
  }

  /** A measured effect, never zero in the first gene. */
  private static double[] truth(int genes, long seed) {
    double[] truth = random(genes, seed);
    truth[0] = 1 + Math.abs(truth[0]);
    return truth;
  }

  /** A mean effect that is never the direction of a truth: zero in the first gene. */
  private static double[] meanEffect(int genes, long seed) {
    double[] mean = random(genes, seed);
    mean[0] = 0;
    return mean;
  }

  private static double[] positive(int genes, long seed) {
    return Arrays.stream(random(genes, seed)).map(Math::abs).toArray();
  }

  private static double value(MetricValue value) {
    return value.value().orElseThrow();
  }

  @Property(tries = 200)
  void aPerfectPredictionHasTheBestValueOfEveryMetric(
      @ForAll @IntRange(min = 5, max = 200) int genes, @ForAll long seed) {
    double[] truth = truth(genes, seed);
    double[] mean = meanEffect(genes, seed + 1);
    List<double[]> others = List.of(random(genes, seed + 2), random(genes, seed + 3));
    assertEquals(1, value(PearsonOfEffect.of(truth, truth)), 1e-9);
    assertEquals(1, value(ProjectedCosine.of(truth, truth, mean)), 1e-9);
    assertEquals(0, value(RelativeSquaredError.of(truth, truth)));
    assertEquals(1, value(DiscriminationRank.of(truth, truth, others)));
    for (int k : new int[] {1, 20, 50}) {
      assertEquals(1, value(TopGeneOverlap.of(k, truth, truth, positive(genes, seed + 4))), 1e-12);
    }
  }

  @Property(tries = 200)
  void noMetricLeavesItsRange(@ForAll @IntRange(min = 5, max = 100) int genes, @ForAll long seed) {
    double[] truth = truth(genes, seed);
    double[] guess = random(genes, seed + 5);
    double[] mean = meanEffect(genes, seed + 1);
    assertTrue(Math.abs(value(PearsonOfEffect.of(guess, truth))) <= 1);
    assertTrue(Math.abs(value(ProjectedCosine.of(guess, truth, mean))) <= 1);
    assertTrue(value(RelativeSquaredError.of(guess, truth)) >= 0);
    double rank =
        value(DiscriminationRank.of(guess, truth, List.of(mean, random(genes, seed + 2))));
    assertTrue(rank >= 0 && rank <= 1);
    double overlap = value(TopGeneOverlap.of(20, guess, truth, positive(genes, seed + 4)));
    assertTrue(overlap >= 0 && overlap <= 1);
  }

  @Property(tries = 100)
  void noChangeHasRelativeErrorExactlyOneAndNothingBeyondTheMean(
      @ForAll @IntRange(min = 2, max = 100) int genes, @ForAll long seed) {
    double[] truth = truth(genes, seed);
    double[] zero = new double[genes];
    assertEquals(1.0, value(RelativeSquaredError.of(zero, truth)));
    MetricValue cosine = ProjectedCosine.of(zero, truth, meanEffect(genes, seed + 1));
    assertEquals(0.0, value(cosine));
    assertTrue(cosine.isByConvention());
  }

  @Property(tries = 50)
  void aUselessPredictionHasAMeanRankOfOneHalf(@ForAll long seed) {
    // one guess ranked against 40 independent truths, each in turn the own one: exactly 1/2
    double[] guess = random(30, seed);
    List<double[]> truths = new ArrayList<>();
    for (int p = 0; p < 40; p++) {
      truths.add(random(30, seed + 10 + p));
    }
    double sum = 0;
    for (int p = 0; p < 40; p++) {
      List<double[]> others = new ArrayList<>(truths);
      double[] own = others.remove(p);
      sum += value(DiscriminationRank.of(guess, own, others));
    }
    assertEquals(0.5, sum / 40, 1e-12);
  }

  @Property(tries = 50)
  void meanOfRoundsIsThePooledRatioOfRatios(@ForAll @IntRange(min = 1, max = 20) int rounds) {
    SplittableRandom random = new SplittableRandom(rounds);
    List<MetricValue> values = new ArrayList<>();
    double above = 0;
    double below = 0;
    for (int r = 0; r < rounds; r++) {
      double a = random.nextDouble();
      double b = 0.1 + random.nextDouble();
      values.add(MetricValue.ratio(a, b));
      above += a;
      below += b;
    }
    assertEquals(above / below, value(MetricValue.mean(values)), 1e-12);
  }
}
