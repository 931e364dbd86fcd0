package org.virtualcell.evaluate.confidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Verdict;

/** Sums the answers of one model in one scope up. */
public final class ConfidenceScoring {
  /** The share of answers that counts as surest. */
  private static final double SUREST = 0.25;

  private final List<JudgedAnswer> answers;
  private final Bootstrap bootstrap;
  private final List<List<JudgedAnswer>> byPerturbation;

  private ConfidenceScoring(List<JudgedAnswer> answers, Bootstrap bootstrap) {
    this.answers = answers;
    this.bootstrap = bootstrap;
    Map<String, List<JudgedAnswer>> groups = new LinkedHashMap<>();
    answers.forEach(a -> groups.computeIfAbsent(a.perturbation(), p -> new ArrayList<>()).add(a));
    this.byPerturbation = List.copyOf(groups.values());
  }

  /** Draws perturbations with replacement. */
  @FunctionalInterface
  public interface Bootstrap {
    /**
     * The 95 % interval of a statistic.
     *
     * @param perturbations how many there are to draw from
     * @param statistic from how often each was drawn; NaN where it does not exist for a draw
     * @return empty where there are too few perturbations, or draws without a value
     */
    Optional<Interval> interval(int perturbations, ToDoubleFunction<int[]> statistic);
  }

  /**
   * Judges confidence.
   *
   * @param answers of one model; at least one
   * @param bootstrap makes intervals
   * @return what they come to
   */
  public static Confidence of(List<JudgedAnswer> answers, Bootstrap bootstrap) {
    return new ConfidenceScoring(answers, bootstrap).judge();
  }

  private Confidence judge() {
    OptionalDouble level =
        answers.stream()
            .map(JudgedAnswer::level)
            .filter(OptionalDouble::isPresent)
            .findFirst()
            .orElse(OptionalDouble.empty());
    List<JudgedAnswer> answered =
        answers.stream().filter(a -> a.decision() != Verdict.Decision.ABSTAIN).toList();
    String basis = basis(answered);
    Optional<double[]> sure =
        basis.isEmpty() ? Optional.empty() : Optional.of(sure(answered, basis));
    double[] errors = answered.stream().mapToDouble(JudgedAnswer::error).toArray();
    return new Confidence(
        answers.size(),
        byPerturbation.size(),
        level,
        level.isPresent() ? strata() : List.of(),
        conformalWidth(level.orElse(0.9)),
        Math.max(0, byPerturbation.size() - 1),
        sure.map(s -> RiskCoverage.of(errors, s)),
        basis,
        sure.flatMap(s -> confidentlyWrong(answered, s)),
        level.isEmpty()
            ? Optional.empty()
            : Confidence.Share.of(
                answered.stream().mapToInt(JudgedAnswer::wrongCalls).sum(),
                answered.stream().mapToInt(JudgedAnswer::calls).sum()),
        probabilities(JudgedAnswer::changed),
        probabilities(JudgedAnswer::up),
        distance(answered),
        abstention(),
        answered.stream()
            .map(
                a ->
                    new Confidence.Point(
                        a.condition().perturbation().label(),
                        a.condition().context().name(),
                        a.meanWidth(),
                        a.distance().orElse(Double.NaN),
                        a.error()))
            .toList());
  }

  /** What a model states for every answer: an interval, else a distance, else nothing. */
  private static String basis(List<JudgedAnswer> answered) {
    if (answered.isEmpty()) {
      return "";
    }
    if (answered.stream().anyMatch(a -> a.level().isPresent())) {
      return "interval width";
    }
    return answered.stream().allMatch(a -> a.distance().isPresent()) ? "distance" : "";
  }

  /**
   * How sure each answer is. An answer the model stands behind is surer than one without evidence;
   * then the narrower interval (none is the widest), or the smaller distance.
   */
  private static double[] sure(List<JudgedAnswer> answered, String basis) {
    int n = answered.size();
    double[] key =
        answered.stream()
            .mapToDouble(a -> basis.equals("distance") ? a.distance().orElseThrow() : a.meanWidth())
            .toArray();
    double[] rank = midRanks(key);
    double[] sure = new double[n];
    for (int i = 0; i < n; i++) {
      sure[i] = (answered.get(i).decision() == Verdict.Decision.ANSWER ? n : 0) - rank[i];
    }
    return sure;
  }

  private List<Confidence.Stratum> strata() {
    List<Confidence.Stratum> strata = new ArrayList<>();
    strata.add(stratum("all", List.of(SizeStratum.values())));
    for (SizeStratum stratum : SizeStratum.values()) {
      strata.add(stratum(stratum.label(), List.of(stratum)));
    }
    return strata.stream().filter(s -> s.genes() > 0).toList();
  }

  private Confidence.Stratum stratum(String name, List<SizeStratum> parts) {
    List<double[]> sums = new ArrayList<>(); // per perturbation: genes, inside, width
    for (List<JudgedAnswer> group : byPerturbation) {
      double[] sum = new double[3];
      for (JudgedAnswer answer : group) {
        for (SizeStratum part : parts) {
          sum[0] += answer.genesIn(part);
          sum[1] += answer.insideIn(part);
          sum[2] += answer.widthIn(part);
        }
      }
      if (sum[0] > 0) {
        sums.add(sum);
      }
    }
    double[] total = new double[3];
    sums.forEach(s -> IntStream.range(0, 3).forEach(i -> total[i] += s[i]));
    return new Confidence.Stratum(
        name,
        total[1] / total[0],
        bootstrap.interval(sums.size(), times -> ratio(times, sums, 1, 0)),
        total[2] / total[0],
        sums.size(),
        Math.round(total[0]));
  }

  private static double ratio(int[] times, List<double[]> sums, int above, int below) {
    double numerator = 0;
    double denominator = 0;
    for (int p = 0; p < times.length; p++) {
      numerator += times[p] * sums.get(p)[above];
      denominator += times[p] * sums.get(p)[below];
    }
    return numerator / denominator;
  }

  /** The mean over perturbations of the width the others calibrate for each. */
  private OptionalDouble conformalWidth(double level) {
    int n = byPerturbation.size();
    double[] misses =
        byPerturbation.stream()
            .mapToDouble(g -> g.stream().mapToDouble(JudgedAnswer::miss).max().orElseThrow())
            .toArray();
    double sum = 0;
    for (int own = 0; own < n; own++) {
      double[] others = new double[n - 1];
      System.arraycopy(misses, 0, others, 0, own);
      System.arraycopy(misses, own + 1, others, own, n - 1 - own);
      OptionalDouble width = SplitConformal.width(others, level);
      if (width.isEmpty()) {
        return width;
      }
      sum += width.getAsDouble();
    }
    return n == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / n);
  }

  /** The surest quarter, rounded up, with all that are as sure as its last one. */
  private static Optional<Confidence.Share> confidentlyWrong(
      List<JudgedAnswer> answered, double[] sure) {
    double[] sorted = sure.clone();
    Arrays.sort(sorted);
    double least = sorted[sorted.length - (int) Math.ceil(SUREST * sorted.length)];
    int trusted = 0;
    int wrong = 0;
    for (int i = 0; i < sure.length; i++) {
      if (sure[i] >= least && answered.get(i).decision() == Verdict.Decision.ANSWER) {
        trusted++;
        wrong += answered.get(i).wrong() ? 1 : 0;
      }
    }
    return Confidence.Share.of(wrong, trusted);
  }

  private Optional<Confidence.Probabilities> probabilities(
      java.util.function.Function<JudgedAnswer, ProbabilityBins> which) {
    ProbabilityBins all = new ProbabilityBins();
    List<double[]> sums = new ArrayList<>();
    for (List<JudgedAnswer> group : byPerturbation) {
      ProbabilityBins own = new ProbabilityBins();
      group.forEach(a -> own.add(which.apply(a), 1));
      if (own.events() > 0) {
        all.add(own, 1);
        sums.add(new double[] {own.events(), own.brier() * own.events()});
      }
    }
    if (all.events() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Confidence.Probabilities(
            all,
            all.brier(),
            bootstrap.interval(sums.size(), times -> ratio(times, sums, 1, 0)),
            all.calibrationError(),
            sums.size()));
  }

  private Optional<Confidence.DistanceTrend> distance(List<JudgedAnswer> answered) {
    List<JudgedAnswer> placed = answered.stream().filter(a -> a.distance().isPresent()).toList();
    double[] x = midRanks(placed.stream().mapToDouble(a -> a.distance().getAsDouble()).toArray());
    double[] y = midRanks(placed.stream().mapToDouble(JudgedAnswer::error).toArray());
    Map<String, List<Integer>> members = new LinkedHashMap<>();
    for (int i = 0; i < x.length; i++) {
      members.computeIfAbsent(placed.get(i).perturbation(), p -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups = List.copyOf(members.values());
    int[] once = new int[groups.size()];
    Arrays.fill(once, 1);
    double correlation = correlation(once, groups, x, y);
    if (placed.size() < 3 || Double.isNaN(correlation)) {
      return Optional.empty();
    }
    return Optional.of(
        new Confidence.DistanceTrend(
            correlation,
            bootstrap.interval(groups.size(), times -> correlation(times, groups, x, y)),
            placed.size()));
  }

  /** Pearson's correlation of ranks that were given before drawing; NaN where one is constant. */
  private static double correlation(
      int[] times, List<List<Integer>> groups, double[] x, double[] y) {
    double n = 0;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double syy = 0;
    double sxy = 0;
    for (int p = 0; p < times.length; p++) {
      for (int i : groups.get(p)) {
        n += times[p];
        sx += times[p] * x[i];
        sy += times[p] * y[i];
        sxx += times[p] * x[i] * x[i];
        syy += times[p] * y[i] * y[i];
        sxy += times[p] * x[i] * y[i];
      }
    }
    double vx = sxx - sx * sx / n;
    double vy = syy - sy * sy / n;
    return vx > 1e-9 && vy > 1e-9 ? (sxy - sx * sy / n) / Math.sqrt(vx * vy) : Double.NaN;
  }

  private Optional<Confidence.Abstention> abstention() {
    List<double[]> sums = new ArrayList<>(); // per perturbation: all, error, answered, their error
    for (List<JudgedAnswer> group : byPerturbation) {
      double[] sum = new double[4];
      for (JudgedAnswer answer : group) {
        sum[0]++;
        sum[1] += answer.error();
        if (answer.decision() == Verdict.Decision.ANSWER) {
          sum[2]++;
          sum[3] += answer.error();
        }
      }
      sums.add(sum);
    }
    double[] total = new double[4];
    sums.forEach(s -> IntStream.range(0, 4).forEach(i -> total[i] += s[i]));
    if (total[2] == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Confidence.Abstention(
            (int) Math.round(total[2]),
            total[3] / total[2],
            total[1] / total[0],
            total[2] == total[0]
                ? Optional.empty()
                : bootstrap.interval(
                    sums.size(), times -> ratio(times, sums, 3, 2) - ratio(times, sums, 1, 0))));
  }

  /** Ranks from 1; equal values share their mean rank. */
  private static double[] midRanks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] rank = new double[values.length];
    int from = 0;
    while (from < order.length) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        rank[order[i]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return rank;
  }
}
