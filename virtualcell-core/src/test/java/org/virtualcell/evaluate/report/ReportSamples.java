package org.virtualcell.evaluate.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Verdict;
import org.virtualcell.evaluate.Answer;
import org.virtualcell.evaluate.BatchLeakage;
import org.virtualcell.evaluate.BatchMixture;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.DynamicRange;
import org.virtualcell.evaluate.EffectProfiles;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.ItemScore;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.MetricValue;
import org.virtualcell.evaluate.Profile;
import org.virtualcell.evaluate.Scope;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Score;
import org.virtualcell.evaluate.Scrutiny;
import org.virtualcell.evaluate.SelfTest;
import org.virtualcell.evaluate.SignalGate;
import org.virtualcell.evaluate.SignalStrata;
import org.virtualcell.evaluate.Statistic;
import org.virtualcell.evaluate.Tally;
import org.virtualcell.evaluate.WrongTarget;
import org.virtualcell.evaluate.confidence.ConfidenceScoring;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/** Made-up evaluations with known answers. */
final class ReportSamples {
  /** A gene label that would break a page that does not escape. */
  static final String HOSTILE = "</script><img src=x onerror=\"window.hostile=1\">";

  static final List<String> MODELS = List.of("no-change", "context-mean", "bilinear");
  static final List<String> PROTOCOLS =
      List.of("unseen-perturbation", "unseen-combination", "unseen-context", "unseen-both");

  private ReportSamples() {}

  /** A small evaluation: 4 regimes, 3 baselines, 12 perturbations in 2 contexts. */
  static ReportInput small() {
    return of(40, 12, 1);
  }

  /**
   * An evaluation.
   *
   * @param genes how many genes; gene 3 has the {@link #HOSTILE} label
   * @param perturbations how many perturbations, each in two contexts
   * @param seed of the made-up effects
   */
  static ReportInput of(int genes, int perturbations, long seed) {
    return new ReportInput(
        "Made-up cells <b>&",
        "./vc quickstart --out 'made up'",
        List.of(
            new FactCard.Fact("Data", "made-up.h5ad", "sha-256 0000"),
            new FactCard.Fact("Seed", "0")),
        new FactCard(
            List.of(new FactCard.Fact("Units", "raw counts", "whole numbers, none negative")),
            List.of(
                new FactCard.Table(
                    "Contexts",
                    List.of("context", "cells"),
                    List.of(List.of("K562", "1200"), List.of("A172", "800")))),
            List.of()),
        new FactCard(
            List.of(new FactCard.Fact("Folds", "48")), List.of(), List.of("No leak was found.")),
        result(genes, perturbations, seed));
  }

  private static EvaluationResult result(int genes, int perturbations, long seed) {
    GeneVocabulary vocabulary =
        GeneVocabulary.of(
            IntStream.range(0, genes).mapToObj(g -> g == 3 ? HOSTILE : "GENE" + g).toList());
    SplittableRandom random = new SplittableRandom(seed);
    List<ItemScore> items = new ArrayList<>();
    List<EffectProfiles> effects = new ArrayList<>();
    for (int p = 0; p < perturbations; p++) {
      for (String context : List.of("K562", "A172")) {
        Condition condition = condition("TF" + p, context);
        double[] measured = new double[genes];
        double[] error = new double[genes];
        double[] guess = new double[genes];
        for (int g = 0; g < genes; g++) {
          boolean changed = g % 7 == p % 7 && context.equals("K562");
          measured[g] = (random.nextDouble() - 0.5) * (changed ? 2 : 0.1);
          error[g] = g % 11 == 10 ? 0 : 0.05;
          guess[g] = 0.6 * measured[g] + (random.nextDouble() - 0.5) * 0.1;
        }
        for (String protocol : PROTOCOLS) {
          Map<String, GeneProfile> predicted = new LinkedHashMap<>();
          predicted.put("no-change", GeneProfile.of(vocabulary, new double[genes]));
          if (!protocol.equals("unseen-both")) {
            predicted.put("bilinear", GeneProfile.of(vocabulary, guess));
          }
          effects.add(
              new EffectProfiles(
                  protocol,
                  "",
                  condition,
                  100 + p,
                  200,
                  GeneProfile.of(vocabulary, measured),
                  Optional.of(GeneProfile.of(vocabulary, error)),
                  List.of(p % genes),
                  predicted));
          item(items, EvaluationResult.CEILING, protocol, condition, Metric.PEARSON_SEPARATE, 0.7);
          for (int m = 0; m < MODELS.size(); m++) {
            // no-change loses to context-mean by p / 100: the worst loss is the last perturbation
            double pearson = m == 0 ? 0.1 : m == 1 ? 0.1 + p / 100.0 : 0.5;
            item(items, MODELS.get(m), protocol, condition, Metric.PEARSON_SEPARATE, pearson);
            double relative = m == 0 ? 1 : m == 1 ? 0.9 : p == 5 ? 4 : 0.6;
            item(
                items,
                MODELS.get(m),
                protocol,
                condition,
                Metric.RELATIVE_ERROR_SEPARATE,
                relative);
          }
        }
      }
    }
    List<ScopeResult> scopes = new ArrayList<>();
    scopes.add(scope("unseen-perturbation", "", perturbations, ModelCard.Status.TESTED));
    scopes.add(scope("unseen-perturbation", "A172", perturbations, ModelCard.Status.NO_SIGNAL));
    scopes.add(scope("unseen-combination", "", 3, ModelCard.Status.TOO_FEW));
    scopes.add(scope("unseen-context", "", perturbations, ModelCard.Status.NO_SIGNAL));
    scopes.add(scope("unseen-both", "", perturbations, ModelCard.Status.NO_SIGNAL));
    return new EvaluationResult(
        Profile.VIRTUALCELL,
        vocabulary,
        List.of(),
        MODELS,
        items,
        List.of(
            new Answer(
                "bilinear",
                "unseen-both",
                "",
                condition("TF0", "A172"),
                Optional.of(Regime.UNSEEN_PERTURBATION_UNSEEN_CONTEXT),
                new Verdict(Verdict.Decision.ABSTAIN, "nothing like it was seen"))),
        scopes,
        List.of(),
        effects,
        Map.of("seed", "0"));
  }

  static ScopeResult scope(String protocol, String context, int n, ModelCard.Status status) {
    List<Score> scores = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    for (Figure figure :
        List.of(
            new Figure(Metric.PEARSON_SEPARATE, Statistic.MEAN),
            new Figure(Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED))) {
      boolean pearson = figure.metric() == Metric.PEARSON_SEPARATE;
      for (int m = 0; m < MODELS.size(); m++) {
        double value = pearson ? 0.2 * m + 0.05 : 1 - 0.2 * m;
        scores.add(score(MODELS.get(m), figure, value, n));
        for (int b = 0; b < MODELS.size(); b++) {
          if (b != m) {
            comparisons.add(comparison(MODELS.get(m), MODELS.get(b), figure, m, b, n));
          }
        }
      }
      if (pearson) {
        scores.add(score(EvaluationResult.CEILING, figure, 0.7, n));
      }
    }
    return new ScopeResult(
        new Scope(protocol, "", context),
        n,
        2 * n,
        new SignalGate(0.5, Optional.of(new Interval(0.95, 0.4, 0.6)), 0.8, n, 2 * n, status),
        scores,
        comparisons,
        Map.of(),
        status == ModelCard.Status.TESTED
            ? Map.of("relative_error_separate_pooled", "bilinear")
            : Map.of(),
        List.of("bilinear: a sentence"),
        scrutiny(n));
  }

  /** bilinear wins on all but one condition, states honest intervals, and leaks the batch. */
  private static Scrutiny scrutiny(int n) {
    List<JudgedAnswer> answers = new ArrayList<>();
    for (int p = 0; p < n; p++) {
      double[] measured = {0.5, -0.4, 0.1, 0.2, -0.3, 0.05, 0.6, -0.1, 0.3, 0.9};
      double[] effect = {0.4, -0.3, 0.1, 0.1, -0.2, 0.1, 0.5, -0.1, 0.2, 0.7};
      double[] error = new double[10];
      double[][] interval = new double[2][10];
      for (int g = 0; g < 10; g++) {
        error[g] = 0.05;
        interval[0][g] = effect[g] - 0.1 - 0.01 * p;
        interval[1][g] = effect[g] + 0.1 + 0.01 * p;
      }
      answers.add(
          JudgedAnswer.of(
              new JudgedAnswer.Question(
                  "TF" + p, condition("TF" + p, "K562"), measured, error, new double[10]),
              new JudgedAnswer.Said(
                  Verdict.Decision.ANSWER, java.util.OptionalDouble.of(p), effect, interval, 0.9)));
    }
    Optional<Interval> some = Optional.of(new Interval(0.95, 0.2, 0.6));
    return new Scrutiny(
        Map.of("bilinear", ConfidenceScoring.of(answers, (size, statistic) -> some)),
        List.of(new DynamicRange(Metric.PEARSON_SEPARATE, "context-mean", 0.4, some, n)),
        List.of(new WrongTarget("bilinear", Metric.PEARSON_SEPARATE, 0.5, 0.1, 0.4, some, n)),
        new SignalStrata(List.of(condition("TF0", "A172")), List.of(), List.of(), List.of()),
        List.of(
            new Tally("no-change", "context-mean", 0, 1, n - 1),
            new Tally("bilinear", "context-mean", n - 1, 1, 0)),
        Map.of("bilinear", Map.of(condition("TF0", "K562"), -2.5)),
        new SelfTest(
            List.of(new SelfTest.Line(Metric.PEARSON_SEPARATE, 1, 0.4, Optional.empty(), 0, n))),
        List.of(new BatchLeakage("bilinear", 0.2, Optional.of(0.9), 0.5, 0.6, n, 2)),
        List.of(
            new BatchMixture(
                BatchMixture.MEASURED,
                List.of(
                    new BatchMixture.Measure("batch_ilisi", 0.3, Optional.of(0.9), true),
                    new BatchMixture.Measure("label_asw", 0.6, Optional.empty(), false)),
                200,
                n,
                2)));
  }

  private static Score score(String model, Figure figure, double value, int n) {
    return new Score(
        model,
        figure.metric(),
        figure.statistic(),
        value,
        n < 5 ? Optional.empty() : Optional.of(new Interval(0.95, value - 0.1, value + 0.1)),
        n,
        2 * n,
        0,
        0);
  }

  /** bilinear is better than no-change, and by relative error than context-mean. */
  private static Comparison comparison(
      String model, String baseline, Figure figure, int m, int b, int n) {
    Comparison.Outcome outcome =
        m == 2 && (b == 0 || figure.metric() == Metric.RELATIVE_ERROR_SEPARATE)
            ? Comparison.Outcome.BETTER
            : m == 0 && b == 2 ? Comparison.Outcome.WORSE : Comparison.Outcome.NOT_DISTINGUISHABLE;
    return new Comparison(
        model,
        baseline,
        figure.metric(),
        figure.statistic(),
        0.2 * (m - b),
        Optional.of(new Interval(0.95, 0.2 * (m - b) - 0.3, 0.2 * (m - b) + 0.3)),
        Optional.empty(),
        2,
        n,
        n,
        0,
        0,
        outcome,
        outcome,
        java.util.OptionalDouble.of(0.04),
        java.util.OptionalDouble.of(0.5),
        12);
  }

  private static void item(
      List<ItemScore> items,
      String model,
      String protocol,
      Condition condition,
      Metric metric,
      double value) {
    items.add(
        new ItemScore(
            model,
            protocol,
            "",
            condition,
            metric,
            new MetricValue(java.util.OptionalDouble.of(value), 1, "")));
  }

  static Condition condition(String gene, String context) {
    return new Condition(
        new Perturbation.GenePerturbation(gene, Perturbation.GeneMode.ACTIVATION),
        CellContext.of(context));
  }
}
