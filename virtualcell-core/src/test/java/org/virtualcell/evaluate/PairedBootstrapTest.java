package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Interval;

/** Closed forms, scipy's numbers, and coverage of a planted difference. */
class PairedBootstrapTest {
  private static PerturbationScores means(double... values) {
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    return new PerturbationScores(values, ones);
  }

  private static Comparison compare(
      PairedBootstrap bootstrap, PerturbationScores ours, PerturbationScores theirs) {
    return bootstrap.compare("a", ours, "b", theirs, Metric.PEARSON, Statistic.MEAN, 6);
  }

  @Test
  void quantilesOfStudentsTAreScipys() {
    assertEquals(2.7764451051977943, StudentT.upperQuantile(0.025, 4), 1e-9);
    assertEquals(2.1199052992212546, StudentT.upperQuantile(0.025, 16), 1e-9);
    assertEquals(3.2081223331681135, StudentT.upperQuantile(0.004166666666666667, 11), 1e-9);
  }

  @Test
  void tailsOfTheNormalDistributionAreScipys() {
    assertEquals(0.3085375387259869, StudentT.normalTail(0.5), 1e-12);
    assertEquals(0.024997895148220435, StudentT.normalTail(1.96), 1e-12);
    assertEquals(0.0009676032132183563, StudentT.normalTail(3.1), 1e-12);
    assertEquals(2.866515718791933e-07, StudentT.normalTail(5), 1e-12);
  }

  @Test
  void statisticsOfAllPerturbationsAreMeanPooledRatioAndMedian() {
    PerturbationScores scores =
        new PerturbationScores(new double[] {1, 6, 2, 20}, new double[] {1, 2, 4, 5});
    assertEquals((1 + 3 + 0.5 + 4) / 4, scores.statistic(Statistic.MEAN), 1e-15);
    assertEquals(29.0 / 12, scores.statistic(Statistic.POOLED), 1e-15);
    assertEquals(2, scores.statistic(Statistic.MEDIAN), 1e-15);
  }

  @Test
  void everyDrawHasAsManyPerturbationsAsThereAre() {
    Resamples resamples = new Resamples(7, 50, 3);
    for (int d = 0; d < resamples.draws(); d++) {
      assertEquals(7, Arrays.stream(resamples.draw(d)).sum());
    }
  }

  @Test
  void aConstantDifferenceHasAnIntervalWithoutWidth() {
    Comparison c =
        compare(
            new PairedBootstrap(500, 0),
            means(0.7, 0.2, 0.9, 0.4, 0.6),
            means(0.6, 0.1, 0.8, 0.3, 0.5));
    assertEquals(0.1, c.difference(), 1e-12);
    assertEquals(0.1, c.interval().orElseThrow().lower(), 1e-12);
    assertEquals(0.1, c.interval().orElseThrow().upper(), 1e-12);
    assertEquals(Comparison.Outcome.BETTER, c.outcome());
    assertEquals(5, c.wins());
    assertTrue(c.familyInterval().isEmpty(), "five perturbations are too few for so fine a level");
  }

  @Test
  void lessIsBetterForAnError() {
    Comparison c =
        new PairedBootstrap(500, 0)
            .compare(
                "a",
                means(1.5, 1.6, 1.4, 1.7, 1.5),
                "b",
                means(1, 1, 1, 1, 1),
                Metric.RELATIVE_ERROR,
                Statistic.MEAN,
                1);
    assertEquals(5, c.losses());
    assertEquals(Comparison.Outcome.WORSE, c.outcome());
  }

  @Test
  void fourPerturbationsHaveNoInterval() {
    Comparison c = compare(new PairedBootstrap(500, 0), means(1, 2, 3, 4), means(0, 0, 0, 0));
    assertTrue(c.interval().isEmpty());
    assertEquals(Comparison.Outcome.NOT_DISTINGUISHABLE, c.outcome());
  }

  @Test
  void theSameSeedGivesTheSameIntervalAndAnotherSeedAnother() {
    PerturbationScores ours = means(0.5, 0.1, 0.8, 0.2, 0.4, 0.9);
    PerturbationScores theirs = means(0.3, 0.2, 0.5, 0.3, 0.1, 0.2);
    Interval one = compare(new PairedBootstrap(300, 5), ours, theirs).interval().orElseThrow();
    Interval again =
        compare(
                new PairedBootstrap(300, 5),
                means(0.5, 0.1, 0.8, 0.2, 0.4, 0.9),
                means(0.3, 0.2, 0.5, 0.3, 0.1, 0.2))
            .interval()
            .orElseThrow();
    Interval other =
        compare(
                new PairedBootstrap(300, 6),
                means(0.5, 0.1, 0.8, 0.2, 0.4, 0.9),
                means(0.3, 0.2, 0.5, 0.3, 0.1, 0.2))
            .interval()
            .orElseThrow();
    assertEquals(one, again);
    assertTrue(!one.equals(other));
  }

  @Test
  void intervalsCoverAPlantedDifferenceAtTheirRate() {
    // 1,000 experiments of 15 perturbations, difference 0.2 +- 0.3 on top of what both models
    // share:
    // the count of covering intervals has standard error 6.9 around 950
    SplittableRandom random = new SplittableRandom(11);
    PairedBootstrap bootstrap = new PairedBootstrap(800, 1);
    int covered = 0;
    for (int experiment = 0; experiment < 1000; experiment++) {
      double[] ours = new double[15];
      double[] theirs = new double[15];
      for (int p = 0; p < 15; p++) {
        theirs[p] = Simulation.gauss(random);
        ours[p] = theirs[p] + 0.2 + 0.3 * Simulation.gauss(random);
      }
      Comparison c = compare(bootstrap, means(ours), means(theirs));
      covered += c.interval().orElseThrow().contains(0.2) ? 1 : 0;
    }
    assertEquals(950, covered, 3 * 6.9);
  }

  @Test
  void withoutADifferenceAModelIsCalledBetterOrWorseAtTheStatedRate() {
    SplittableRandom random = new SplittableRandom(12);
    PairedBootstrap bootstrap = new PairedBootstrap(800, 1);
    int called = 0;
    int calledInFamily = 0;
    for (int experiment = 0; experiment < 1000; experiment++) {
      double[] ours = new double[20];
      for (int p = 0; p < 20; p++) {
        ours[p] = Simulation.gauss(random);
      }
      Comparison c = compare(bootstrap, means(ours), means(new double[20]));
      called += c.outcome() == Comparison.Outcome.NOT_DISTINGUISHABLE ? 0 : 1;
      calledInFamily += c.familyOutcome() == Comparison.Outcome.NOT_DISTINGUISHABLE ? 0 : 1;
    }
    assertEquals(50, called, 3 * 6.9);
    // Bonferroni for six baselines: 8.3 of 1,000
    assertEquals(8.3, calledInFamily, 3 * 2.9);
  }
}
