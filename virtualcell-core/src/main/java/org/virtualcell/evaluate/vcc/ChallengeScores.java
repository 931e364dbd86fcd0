package org.virtualcell.evaluate.vcc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.virtualcell.evaluate.report.FactCard.Fact;
import org.virtualcell.evaluate.report.SuiteScores;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Omission;
import org.virtualcell.evaluate.report.SuiteScores.Part;
import org.virtualcell.evaluate.report.SuiteScores.Signal;

/** The result of a challenge as a report shows it. */
public final class ChallengeScores {
  private final ChallengeResult result;
  private final boolean measuredEnds;

  private ChallengeScores(ChallengeResult result) {
    this.result = result;
    this.measuredEnds = result.score().isPresent();
  }

  /**
   * Puts a result into the form of a report.
   *
   * @param result what was found
   * @return its figures, scales and omissions
   */
  public static SuiteScores of(ChallengeResult result) {
    return new ChallengeScores(result).scores();
  }

  private SuiteScores scores() {
    ChallengeProfile profile = result.profile();
    List<Fact> rules = new ArrayList<>();
    rules.add(new Fact("profile", profile.name(), "version " + profile.version()));
    rules.add(new Fact("digest of the rules", profile.digest().hex()));
    rules.add(
        new Fact("differential expression", "exact-ties", "rank-sum test, measured controls"));
    result
        .contexts()
        .get(0)
        .anchors()
        .ifPresent(
            a -> {
              rules.add(new Fact("baseline", a.baseline(), "scores 0"));
              rules.add(new Fact("half against half", a.splits(), "scores 1"));
            });
    return new SuiteScores(
        profile.name(),
        rules,
        "predicted raw counts against measured ones, the six scored members of the Virtual Cell"
            + " Challenge 2026; what the model was trained on, the files do not say",
        measuredEnds
            ? "the mean response of the context, the same for every perturbation"
            : "a prediction without knowledge (a constant scale; no baseline was computed)",
        measuredEnds
            ? "what one half of the measured cells tells about the other half"
            : "the perfect value, which no experiment reaches",
        measuredEnds ? result.score() : OptionalDouble.of(result.constantScore()),
        result.contexts().stream().map(this::part).toList());
  }

  private Part part(ContextResult context) {
    MetricTable table = context.table();
    int n = table.perturbations().size();
    return new Part(
        context.context().equals("all") ? "" : context.context(),
        context.cells(),
        table.perturbations(),
        IntStream.range(0, n).mapToObj(p -> signal(table, p)).toList(),
        context.scores().stream().map(score -> line(context, score)).toList(),
        measuredEnds ? context.score() : OptionalDouble.of(context.constantScore()),
        omissions(table),
        context.warnings());
  }

  /** No finding leaves reach undefined; fewer than ten leave the fold-change error out. */
  private static Signal signal(MetricTable table, int p) {
    OptionalDouble reach = table.value(p, ChallengeMetric.DIRECTION_REACH_RAW);
    if (reach.isPresent() && Double.isNaN(reach.getAsDouble())) {
      return Signal.NONE;
    }
    return table.value(p, ChallengeMetric.LFC_NMAE).isPresent() ? Signal.CLEAR : Signal.WEAK;
  }

  private Line line(ContextResult context, MemberScore score) {
    ChallengeMetric metric = score.metric();
    MetricTable table = context.table();
    MetricTable.Aggregate aggregate = table.aggregate(metric);
    boolean scored = ChallengeMetric.scored().contains(metric);
    boolean ofPanel = metric == ChallengeMetric.NSIG_SPEARMAN;
    return new Line(
        metric.label(),
        metric.isError(),
        scored,
        score.value(),
        aggregate.derived() ? table.perturbations().size() : aggregate.used(),
        scored ? Optional.of(scale(score)) : Optional.empty(),
        !scored ? OptionalDouble.empty() : measuredEnds ? score.fromReplicate() : score.constant(),
        context
            .anchors()
            .flatMap(a -> a.replicate(metric))
            .map(r -> new SuiteScores.Replicate(r.mean(), r.deviation())),
        score.baseline(),
        ofPanel ? new double[0] : figures(table, metric),
        weights(table, metric),
        ofPanel || metric.reading() == ChallengeMetric.Reading.UNSCORED
            ? new double[0]
            : context.baseline().map(b -> figures(b, metric)).orElse(new double[0]));
  }

  private SuiteScores.Scale scale(MemberScore score) {
    return measuredEnds
        ? ScoreMap.scale(
            score.metric(), score.baseline().getAsDouble(), score.replicate().getAsDouble())
        : ScoreMap.constantScale(score.metric());
  }

  /**
   * A figure per perturbation, NaN where it has none. Of the ratio of sums a perturbation's error
   * over the mean size of the effects, so that the figures sum to the ratio.
   */
  private static double[] figures(MetricTable table, ChallengeMetric metric) {
    if (metric != ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM) {
      return values(table, metric);
    }
    double[] errors = values(table, ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED);
    double mean = meanDistance(table);
    return Arrays.stream(errors).map(e -> e / mean).toArray();
  }

  private static double[] weights(MetricTable table, ChallengeMetric metric) {
    if (metric != ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM) {
      double[] ones = new double[table.perturbations().size()];
      Arrays.fill(ones, 1);
      return ones;
    }
    double mean = meanDistance(table);
    return Arrays.stream(values(table, ChallengeMetric.EXPR_DISTANCE_UNBIASED))
        .map(d -> d / mean)
        .toArray();
  }

  private static double meanDistance(MetricTable table) {
    return Arrays.stream(values(table, ChallengeMetric.EXPR_DISTANCE_UNBIASED))
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  private static double[] values(MetricTable table, ChallengeMetric metric) {
    return IntStream.range(0, table.perturbations().size())
        .mapToDouble(p -> table.value(p, metric).orElse(Double.NaN))
        .toArray();
  }

  private static List<Omission> omissions(MetricTable table) {
    List<Omission> omissions = new ArrayList<>();
    for (MetricTable.Aggregate aggregate : table.aggregates()) {
      for (String label : aggregate.omitted()) {
        omissions.add(
            new Omission(
                label,
                aggregate.metric().label(),
                aggregate.metric() == ChallengeMetric.LFC_NMAE
                    ? "fewer than ten genes change beyond chance in the measured cells"
                    : "nothing to compare in the measured cells"));
      }
      if (!aggregate.derived()) {
        double[] values = values(table, aggregate.metric());
        for (int p = 0; p < values.length; p++) {
          String label = table.perturbations().get(p);
          if (Double.isNaN(values[p]) && !aggregate.omitted().contains(label)) {
            omissions.add(new Omission(label, aggregate.metric().label(), undefined(table, p)));
          }
        }
      }
    }
    return Collections.unmodifiableList(omissions);
  }

  private static String undefined(MetricTable table, int p) {
    return signal(table, p) == Signal.NONE
        ? "not defined: no gene changes beyond chance in the measured cells"
        : "not defined: the measured or the predicted cells leave nothing to divide by";
  }
}
