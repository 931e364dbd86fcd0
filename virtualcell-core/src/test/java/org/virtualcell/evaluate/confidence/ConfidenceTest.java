package org.virtualcell.evaluate.confidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Verdict;

/** Simulated perturbations with a known truth, and models that are honest, or are not. */
class ConfidenceTest {
  private static final int GENES = 100;
  private static final double Z90 = 1.6448536269514722;
  private static final double STANDARD_ERROR = 0.1;

  private static double gauss(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static Optional<Interval> none(
      int perturbations, java.util.function.ToDoubleFunction<int[]> statistic) {
    return Optional.empty();
  }

  /**
   * A model that knows the effect up to an error of its own size per perturbation, and states an
   * interval that is right when {@code boldness} is 1, and too narrow below.
   */
  private static List<JudgedAnswer> model(int perturbations, double boldness, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<JudgedAnswer> answers = new ArrayList<>();
    for (int p = 0; p < perturbations; p++) {
      double own = 0.1 + 0.4 * random.nextDouble();
      double[] measured = new double[GENES];
      double[] error = new double[GENES];
      double[] effect = new double[GENES];
      double[][] interval = new double[2][GENES];
      for (int g = 0; g < GENES; g++) {
        effect[g] = 0.3 * gauss(random);
        double truth = effect[g] + own * gauss(random);
        measured[g] = truth + STANDARD_ERROR * gauss(random);
        error[g] = STANDARD_ERROR;
        // the interval is meant to hold the measured value, its noise included
        double half = boldness * Z90 * Math.hypot(own, STANDARD_ERROR);
        interval[0][g] = effect[g] - half;
        interval[1][g] = effect[g] + half;
      }
      answers.add(
          JudgedAnswer.of(
              new JudgedAnswer.Question("P" + p, condition(p), measured, error, new double[GENES]),
              new JudgedAnswer.Said(
                  Verdict.Decision.ANSWER, OptionalDouble.of(own), effect, interval, 0.9)));
    }
    return answers;
  }

  private static Condition condition(int p) {
    return new Condition(Perturbation.knockout("P" + p), CellContext.of("A"));
  }

  private static Confidence judged(List<JudgedAnswer> answers) {
    return ConfidenceScoring.of(answers, ConfidenceTest::none);
  }

  private static double coverage(Confidence confidence, String stratum) {
    return confidence.strata().stream()
        .filter(s -> s.name().equals(stratum))
        .findFirst()
        .orElseThrow()
        .coverage();
  }

  @Test
  void honestIntervalsHoldWhatTheyPromiseInEveryStratumOverTwoHundredRepeats() {
    double[] sums = new double[4];
    List<String> strata = List.of("all", "small", "middle", "large");
    int repeats = 200;
    for (int r = 0; r < repeats; r++) {
      Confidence honest = judged(model(5, 1, 1000 + r));
      for (int s = 0; s < sums.length; s++) {
        sums[s] += coverage(honest, strata.get(s)) / repeats;
      }
    }
    int[] share = {100, 50, 40, 10}; // of the genes of a condition
    for (int s = 0; s < sums.length; s++) {
      double sd = Math.sqrt(0.9 * 0.1 / (repeats * 5.0 * share[s]));
      assertEquals(0.9, sums[s], 3.5 * sd, strata.get(s));
    }
  }

  @Test
  void statedProbabilitiesOfAnHonestModelAreFrequenciesAndThoseOfABoldOneAreNot() {
    Confidence honest = judged(model(150, 1, 7));
    Confidence bold = judged(model(150, 0.3, 7));
    assertEquals(0, honest.up().orElseThrow().calibrationError(), 0.02);
    assertEquals(0, honest.changed().orElseThrow().calibrationError(), 0.02);
    assertTrue(bold.up().orElseThrow().calibrationError() > 0.08);
    assertTrue(bold.up().orElseThrow().brier() > honest.up().orElseThrow().brier() + 0.01);
    assertTrue(
        honest.up().orElseThrow().brier() < honest.up().orElseThrow().bins().brierOfTheRate());
  }

  @Test
  void anOverconfidentModelIsExposed() {
    Confidence bold = judged(model(40, 0.3, 8));
    assertTrue(coverage(bold, "all") < 0.5, "coverage " + coverage(bold, "all"));
    assertTrue(coverage(bold, "large") < 0.5);
    Confidence honest = judged(model(40, 1, 8));
    assertTrue(
        bold.wrongCalls().orElseThrow().value() > 2 * honest.wrongCalls().orElseThrow().value());
    // the width an honest layer would need is the same: it follows from the errors alone
    assertEquals(honest.conformalWidth().getAsDouble(), bold.conformalWidth().getAsDouble(), 1e-12);
    assertTrue(bold.conformalWidth().getAsDouble() > 0.3 * Z90 * 0.5);
  }

  @Test
  void aModelThatIsSureOfTheOppositeIsConfidentlyWrong() {
    List<JudgedAnswer> answers = new ArrayList<>();
    for (int p = 0; p < 20; p++) {
      double[] measured = new double[GENES];
      double[] effect = new double[GENES];
      double[][] interval = new double[2][GENES];
      java.util.Arrays.fill(measured, 1);
      java.util.Arrays.fill(effect, p < 5 ? -1 : 0.9);
      double half = p < 5 ? 0.1 : 0.5;
      for (int g = 0; g < GENES; g++) {
        interval[0][g] = effect[g] - half;
        interval[1][g] = effect[g] + half;
      }
      answers.add(
          JudgedAnswer.of(
              new JudgedAnswer.Question(
                  "P" + p, condition(p), measured, new double[GENES], new double[GENES]),
              new JudgedAnswer.Said(
                  Verdict.Decision.ANSWER, OptionalDouble.empty(), effect, interval, 0.9)));
    }
    Confidence confidence = judged(answers);
    assertEquals(new Confidence.Share(5, 5, 1), confidence.confidentlyWrong().orElseThrow());
    RiskCoverage curve = confidence.riskCoverage().orElseThrow();
    assertTrue(curve.gain() < 0, "surest answers are the worst: " + curve.gain());
    assertEquals(2, curve.points().get(4).risk(), 1e-12);
    assertTrue(confidence.changed().isEmpty(), "without a standard error nothing is changed");
  }

  @Test
  void aModelThatKnowsWhereItErrsGainsAndErrsLessWhereItIsSure() {
    Confidence honest = judged(model(100, 1, 9));
    RiskCoverage curve = honest.riskCoverage().orElseThrow();
    assertEquals("interval width", honest.basis());
    assertTrue(curve.gain() > 0.9, "gain " + curve.gain());
    assertTrue(curve.points().get(9).risk() < 0.6 * curve.random());
    assertTrue(honest.distance().orElseThrow().correlation() > 0.9);
  }

  @Test
  void splitConformalCoversANewPerturbationAsOftenAsItPromises() {
    SplittableRandom random = new SplittableRandom(11);
    int repeats = 2000;
    for (int m : new int[] {9, 15, 30}) {
      int covered = 0;
      for (int r = 0; r < repeats; r++) {
        double[] misses = new double[m];
        for (int i = 0; i < m; i++) {
          misses[i] = Math.exp(gauss(random)); // heavy tail
        }
        covered +=
            Math.exp(gauss(random)) <= SplitConformal.width(misses, 0.9).getAsDouble() ? 1 : 0;
      }
      double promised = (double) SplitConformal.rank(m, 0.9) / (m + 1);
      assertTrue(promised >= 0.9);
      double sd = Math.sqrt(promised * (1 - promised) / repeats);
      assertEquals(promised, (double) covered / repeats, 3.5 * sd, "m = " + m);
    }
  }

  @Test
  void belowNinePerturbationsNothingIsPromised() {
    assertEquals(9, SplitConformal.needed(0.9));
    assertTrue(SplitConformal.width(new double[8], 0.9).isEmpty());
    assertTrue(judged(model(9, 1, 3)).conformalWidth().isEmpty(), "eight others");
    assertTrue(judged(model(10, 1, 3)).conformalWidth().isPresent());
    assertEquals(9, judged(model(10, 1, 3)).calibratedOn());
  }

  @Test
  void exactLimitsAreThoseOfTheTables() {
    // no event: 1 - 0.05^(1/n)
    for (int n : new int[] {17, 52, 59, 93}) {
      assertEquals(1 - Math.pow(0.05, 1.0 / n), ExactBinomial.upperLimit(0, n, 0.95), 1e-9);
    }
    // scipy.stats.beta.ppf(0.95, k + 1, n - k)
    assertEquals(0.0500, ExactBinomial.upperLimit(1, 93, 0.95), 5e-4);
    assertEquals(0.3942, ExactBinomial.upperLimit(1, 10, 0.95), 1e-4);
    assertEquals(1, ExactBinomial.upperLimit(4, 4, 0.95));
  }

  @Test
  void riskCoverageOfSmallCasesIsThatOfPencilAndPaper() {
    RiskCoverage curve = RiskCoverage.of(new double[] {1, 3, 2}, new double[] {9, 8, 7});
    assertEquals((1 + 2 + 2) / 3.0, curve.aurc(), 1e-12);
    assertEquals((1 + 1.5 + 2) / 3.0, curve.oracle(), 1e-12);
    assertEquals(2, curve.random(), 1e-12);
    RiskCoverage flat = RiskCoverage.of(new double[] {1, 3, 2}, new double[3]);
    assertEquals(2, flat.aurc(), 1e-12);
    assertEquals(0, flat.gain(), 1e-12);
  }

  @Test
  void abstainingFromTheWorstAnswersIsWorthTheirError() {
    List<JudgedAnswer> answers = new ArrayList<>();
    for (int p = 0; p < 10; p++) {
      double[] measured = new double[GENES];
      java.util.Arrays.fill(measured, p < 5 ? 0.1 : 1);
      answers.add(
          JudgedAnswer.of(
              new JudgedAnswer.Question(
                  "P" + p, condition(p), measured, new double[GENES], new double[GENES]),
              new JudgedAnswer.Said(
                  p < 5 ? Verdict.Decision.ANSWER : Verdict.Decision.ABSTAIN,
                  OptionalDouble.empty(),
                  new double[GENES],
                  null,
                  0)));
    }
    Confidence.Abstention abstention = judged(answers).abstention().orElseThrow();
    assertEquals(5, abstention.answered());
    assertEquals(0.1, abstention.answeredError(), 1e-12);
    assertEquals(0.55, abstention.allError(), 1e-12);
    assertTrue(judged(answers).riskCoverage().isEmpty(), "no confidence was stated");
  }

  @Test
  void theNormalCurveIsThatOfTheTables() {
    assertEquals(0.975, NormalCurve.below(1.959963984540054), 1e-12);
    assertEquals(2.8665157187919333e-7, NormalCurve.below(-5), 1e-18);
    assertEquals(0.5, NormalCurve.below(0), 0);
    assertEquals(Z90, NormalCurve.quantile(0.95), 1e-12);
  }
}
