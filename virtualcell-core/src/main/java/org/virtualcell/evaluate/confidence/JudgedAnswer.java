package org.virtualcell.evaluate.confidence;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Verdict;

/**
 * One answer of a model beside what was measured, reduced to the sums that confidence is judged by,
 * so that the genes of large evaluations need not be kept. Only genes that count are looked at:
 * expressed ones, without the perturbation's own targets. Immutable.
 */
public final class JudgedAnswer {
  /** A measured change beyond this many standard errors counts as changed: p below 0.01. */
  public static final double CHANGED = 2.575829303548901;

  private final String perturbation;
  private final Condition condition;
  private final Verdict.Decision decision;
  private final OptionalDouble distance;
  private final OptionalDouble level;
  private final int genes;
  private final int[] inStratum = new int[SizeStratum.values().length];
  private final int[] inside = new int[inStratum.length];
  private final double[] width = new double[inStratum.length];
  private final ProbabilityBins changed = new ProbabilityBins();
  private final ProbabilityBins up = new ProbabilityBins();
  private final double error;
  private final double square;
  private final double referenceSquare;
  private final double miss;
  private int calls;
  private int wrongCalls;

  private JudgedAnswer(Question question, Said said) {
    this.perturbation = question.perturbation;
    this.condition = question.condition;
    this.decision = said.decision;
    this.distance = said.distance;
    this.level = said.interval == null ? OptionalDouble.empty() : OptionalDouble.of(said.level);
    this.genes = question.measured.length;
    this.referenceSquare = square(question.reference, question.measured);
    double[] misses = new double[genes];
    double sum = 0;
    for (int g = 0; g < genes; g++) {
      misses[g] = Math.abs(said.effect[g] - question.measured[g]);
      sum += misses[g];
    }
    this.error = genes == 0 ? 0 : sum / genes;
    this.square = square(said.effect, question.measured);
    this.miss = quantile(misses, said.interval == null ? 0.9 : said.level);
    if (said.interval != null) {
      judgeInterval(question, said);
    }
  }

  /**
   * What was asked and measured; arrays over the genes that count, not to be changed afterwards.
   *
   * @param perturbation what is drawn together by the bootstrap
   * @param condition what was held out
   * @param measured the measured effect
   * @param standardError its standard error; a gene where it is not above 0 has no event "changed"
   * @param reference the effect an uninformed baseline predicts
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Question(
      String perturbation,
      Condition condition,
      double[] measured,
      double[] standardError,
      double[] reference) {
    /** Checks that nothing is missing. */
    public Question {
      Objects.requireNonNull(perturbation, "perturbation");
      Objects.requireNonNull(condition, "condition");
    }
  }

  /**
   * What a model said; arrays over the same genes, not to be changed afterwards.
   *
   * @param decision whether it stands behind it
   * @param distance how far it says the question is from its training data
   * @param effect the predicted effect; for an abstention what is used without an answer, no change
   * @param interval lower and upper end per gene; null where it states none
   * @param level the share of genes the interval is meant to hold; ignored without one
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Said(
      Verdict.Decision decision,
      OptionalDouble distance,
      double[] effect,
      double[][] interval,
      double level) {
    /** Checks that nothing is missing but the interval. */
    public Said {
      Objects.requireNonNull(decision, "decision");
      Objects.requireNonNull(distance, "distance");
      Objects.requireNonNull(effect, "effect");
    }
  }

  /**
   * Judges an answer.
   *
   * @param question what was asked and measured
   * @param said what the model said
   * @return the answer, reduced to sums
   */
  public static JudgedAnswer of(Question question, Said said) {
    return new JudgedAnswer(question, said);
  }

  /**
   * Strata follow the size of the <em>predicted</em> change among the genes of the condition. By
   * measured size they would select errors: a gene whose measurement is large by chance is outside
   * its interval more often, however honest the interval.
   */
  private void judgeInterval(Question question, Said said) {
    SizeStratum[] strata = SizeStratum.of(said.effect);
    double spread = 2 * NormalCurve.quantile((1 + said.level) / 2);
    for (int g = 0; g < genes; g++) {
      double low = said.interval[0][g];
      double high = said.interval[1][g];
      double truth = question.measured[g];
      int s = strata[g].place();
      inStratum[s]++;
      inside[s] += low <= truth && truth <= high ? 1 : 0;
      width[s] += high - low;
      if (low > 0 || high < 0) {
        calls++;
        wrongCalls += truth * said.effect[g] > 0 ? 0 : 1;
      }
      double sd = (high - low) / spread;
      if (truth != 0) {
        up.add(above(said.effect[g], sd), truth > 0);
      }
      double threshold = CHANGED * question.standardError[g];
      if (threshold > 0 && Double.isFinite(threshold)) {
        double beyond =
            above(said.effect[g] - threshold, sd) + above(-said.effect[g] - threshold, sd);
        changed.add(Math.min(1, beyond), Math.abs(truth) > threshold);
      }
    }
  }

  /** P(N(mean, sd) > 0); with sd 0 the mean decides. */
  private static double above(double mean, double sd) {
    if (sd > 0) {
      return NormalCurve.below(mean / sd);
    }
    return mean > 0 ? 1 : mean < 0 ? 0 : 0.5;
  }

  private static double square(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += (a[g] - b[g]) * (a[g] - b[g]);
    }
    return sum;
  }

  /** The smallest value that at least a share of the values does not exceed. */
  private static double quantile(double[] values, double share) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = Math.max(1, (int) Math.ceil(share * sorted.length - 1e-9));
    return sorted[rank - 1];
  }

  String perturbation() {
    return perturbation;
  }

  Condition condition() {
    return condition;
  }

  Verdict.Decision decision() {
    return decision;
  }

  OptionalDouble distance() {
    return distance;
  }

  OptionalDouble level() {
    return level;
  }

  int genes() {
    return genes;
  }

  int genesIn(SizeStratum stratum) {
    return inStratum[stratum.place()];
  }

  int insideIn(SizeStratum stratum) {
    return inside[stratum.place()];
  }

  double widthIn(SizeStratum stratum) {
    return width[stratum.place()];
  }

  ProbabilityBins changed() {
    return changed;
  }

  ProbabilityBins up() {
    return up;
  }

  /** Mean absolute error over genes. */
  double error() {
    return error;
  }

  /**
   * The miss that the level's share of genes does not exceed: what a conformal layer calibrates.
   */
  double miss() {
    return miss;
  }

  int calls() {
    return calls;
  }

  int wrongCalls() {
    return wrongCalls;
  }

  /**
   * No better than the uninformed baseline, or most of the changes it is sure of go the other way.
   */
  boolean wrong() {
    return square >= referenceSquare || 2 * wrongCalls > calls;
  }

  /** Mean width of the interval; infinite without one. */
  double meanWidth() {
    return level.isEmpty() || genes == 0
        ? Double.POSITIVE_INFINITY
        : IntStream.range(0, width.length).mapToDouble(s -> width[s]).sum() / genes;
  }
}
