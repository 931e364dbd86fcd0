package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.UnknownPerturbationException;
import org.virtualcell.api.Verdict;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;

/** Sixteen strong effects in one context, and models that know them, mix them up, or do not. */
class EvaluationTest {
  private static final int PERTURBATIONS = 16;
  private static final Simulation SIMULATION = new Simulation(120, 0.5, 3);
  private static final List<Condition> CONDITIONS = Simulation.conditions(PERTURBATIONS, "A");
  private static final PerturbationData DATA =
      SIMULATION.cells(CONDITIONS, 40, 60, EvaluationTest::truth);
  private static final List<Fold> FOLDS = Splits.rotation(DATA, SplitPolicy.UNSEEN_PERTURBATION, 0);
  private static final Scope SCOPE = Scope.of("unseen-perturbation");

  /** The profile with fewer draws, to be quick. */
  private static final EvaluationOptions QUICK =
      EvaluationOptions.DEFAULT.withProfile(
          new Profile("virtualcell", 1, Profile.VIRTUALCELL.metrics(), 400, 5, 0.02));

  private static final ScopeResult ORACLE = judge("oracle", EvaluationTest::truth);

  private static double[] truth(Condition condition) {
    return effect(number(condition));
  }

  private static int number(Condition condition) {
    return Integer.parseInt(condition.perturbation().label().substring(1));
  }

  private static double[] effect(int perturbation) {
    return SIMULATION.random(0.4, perturbation % PERTURBATIONS);
  }

  private static EvaluationResult run(
      Map<String, ? extends Trainer<? extends Predictor>> models, EvaluationOptions options) {
    return Evaluation.of(models, EffectModel.baselines(), options).run(FOLDS, Progress.SILENT);
  }

  private static ScopeResult judge(String name, Function<Condition, double[]> effect) {
    return run(Map.of(name, EffectModel.knowing(effect)), QUICK).scope(SCOPE).orElseThrow();
  }

  private static double figure(ScopeResult scope, String model, Metric metric) {
    return scope.score(model, metric, metric.statistics().get(0)).orElseThrow().value();
  }

  @Test
  void aModelThatKnowsTheTruthIsBetterThanTheCeilingAndWinsEverything() {
    ScopeResult scope = ORACLE;
    for (Metric metric :
        List.of(
            Metric.PEARSON_SEPARATE,
            Metric.COSINE_PROJECTED_SEPARATE,
            Metric.RELATIVE_ERROR_SEPARATE,
            Metric.TOP_20_SEPARATE)) {
      double gain =
          PairedBootstrap.gain(
              figure(scope, "oracle", metric) - figure(scope, "ceiling", metric), metric);
      assertTrue(gain > 0, metric + " " + gain);
    }
    assertEquals(1, figure(scope, "oracle", Metric.DISCRIMINATION_RANK), 1e-12);
    assertEquals(ModelCard.Status.TESTED, scope.gate().status());
    assertEquals("oracle", scope.winners().get("pearson_effect_separate"));
    assertEquals("oracle", scope.winners().get("relative_error_separate_pooled"));
    Comparison comparison =
        scope
            .comparison("oracle", "no-change", Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED)
            .orElseThrow();
    assertEquals(PERTURBATIONS, comparison.wins());
    assertEquals(Comparison.Outcome.BETTER, comparison.outcome());
    assertEquals(Comparison.Outcome.BETTER, comparison.familyOutcome());
    assertEquals(6, comparison.comparisons());
  }

  @Test
  void aModelThatKnowsTheTruthCorrelatesAsSpearmanBrownSays() {
    ScopeResult scope = ORACLE;
    // all cells against half of the controls: between a half and the whole of the data
    double perfect = scope.gate().perfectModel();
    assertEquals(perfect, figure(scope, "oracle", Metric.PEARSON), 0.02);
  }

  @Test
  void shuffledLabelsGetChance() {
    ScopeResult scope = judge("shuffled", c -> effect(number(c) + 5));
    // 15 independent effects of 120 genes: standard error of a mean over 16 about 0.023
    assertEquals(0, figure(scope, "shuffled", Metric.PEARSON_SEPARATE), 0.1);
    assertEquals(0, figure(scope, "shuffled", Metric.COSINE_PROJECTED_SEPARATE), 0.1);
    assertEquals(0.5, figure(scope, "shuffled", Metric.DISCRIMINATION_RANK), 0.1);
    assertEquals(20 / 120.0, figure(scope, "shuffled", Metric.TOP_20_SEPARATE), 0.1);
    assertTrue(figure(scope, "shuffled", Metric.RELATIVE_ERROR_SEPARATE) > 1);
    assertFalse(scope.winners().containsValue("shuffled"));
  }

  @Test
  void noChangeHasItsStatedValuesAndTheyAreCounted() {
    ScopeResult scope = ORACLE;
    for (Metric metric : List.of(Metric.RELATIVE_ERROR, Metric.RELATIVE_ERROR_SEPARATE)) {
      assertEquals(1.0, figure(scope, "no-change", metric));
      assertEquals(1.0, scope.score("no-change", metric, Statistic.MEDIAN).orElseThrow().value());
    }
    for (Metric metric : List.of(Metric.PEARSON, Metric.COSINE_PROJECTED_SEPARATE)) {
      Score score = scope.score("no-change", metric, Statistic.MEAN).orElseThrow();
      assertEquals(0.0, score.value());
      assertEquals(PERTURBATIONS, score.byConvention());
    }
    assertEquals(0.5, figure(scope, "no-change", Metric.DISCRIMINATION_RANK));
    assertEquals(20 / 120.0, figure(scope, "no-change", Metric.TOP_20_SEPARATE), 1e-12);
  }

  @Test
  void theContextMeanHasNothingBeyondTheMeanEffect() {
    ScopeResult scope = ORACLE;
    Score score =
        scope.score("context-mean", Metric.COSINE_PROJECTED, Statistic.MEAN).orElseThrow();
    assertEquals(0.0, score.value());
    assertEquals(PERTURBATIONS, score.byConvention());
  }

  @Test
  void twoEqualModelsTieAndNobodyWins() {
    EvaluationResult result =
        run(
            Map.of(
                "twin-1", EffectModel.knowing(EvaluationTest::truth),
                "twin-2", EffectModel.knowing(EvaluationTest::truth)),
            QUICK);
    assertEquals(Map.of(), result.scope(SCOPE).orElseThrow().winners());
    Comparison tie =
        result
            .scope(SCOPE)
            .orElseThrow()
            .comparison("additive", "no-change", Metric.PEARSON, Statistic.MEAN)
            .orElseThrow();
    assertEquals(PERTURBATIONS, tie.ties());
    assertEquals(Comparison.Outcome.NOT_DISTINGUISHABLE, tie.outcome());
  }

  @Test
  void abstentionsAreListedCountedAndLeftOutOfBothSides() {
    EvaluationResult result =
        run(
            Map.of(
                "shy",
                EffectModel.knowing(c -> number(c) < 6 ? truth(c) : null),
                "unsure",
                EffectModel.noChange().withoutEvidence()),
            QUICK);
    ScopeResult scope = result.scope(SCOPE).orElseThrow();
    assertEquals(new ScopeResult.AnswerCount(6, 0, 10), scope.answers().get("shy"));
    assertEquals(new ScopeResult.AnswerCount(0, 16, 0), scope.answers().get("unsure"));
    Score score = scope.score("shy", Metric.PEARSON, Statistic.MEAN).orElseThrow();
    assertEquals(6, score.perturbations());
    assertEquals(10, score.absent());
    Comparison comparison =
        scope.comparison("shy", "no-change", Metric.PEARSON, Statistic.MEAN).orElseThrow();
    assertEquals(6, comparison.perturbations());
    assertEquals(26, result.answers().size());
    assertEquals(
        10,
        result.answers().stream()
            .filter(a -> a.verdict().decision() == Verdict.Decision.ABSTAIN)
            .filter(a -> a.verdict().reason().equals("never seen"))
            .count());
  }

  @Test
  void aModelThatRefusesAnUnknownPerturbationAbstainsWithItsMessage() {
    EvaluationResult result =
        run(
            Map.of(
                "strict",
                EffectModel.knowing(
                    c -> {
                      throw new UnknownPerturbationException("Unknown " + c, "strict", "Train it.");
                    })),
            QUICK);
    assertEquals(
        new ScopeResult.AnswerCount(0, 0, 16),
        result.scope(SCOPE).orElseThrow().answers().get("strict"));
    assertTrue(result.answers().get(0).verdict().reason().startsWith("Unknown P"));
    assertEquals(Optional.empty(), result.answers().get(0).regime());
  }

  @Test
  void intervalsAreJudgedOnExpressedGenes() {
    ScopeResult scope =
        run(Map.of("wide", EffectModel.knowing(EvaluationTest::truth).withInterval(10)), QUICK)
            .scope(SCOPE)
            .orElseThrow();
    assertEquals(1, figure(scope, "wide", Metric.INTERVAL_COVERAGE));
    assertEquals(20, figure(scope, "wide", Metric.INTERVAL_WIDTH), 1e-9);
    assertTrue(scope.score("no-change", Metric.INTERVAL_COVERAGE, Statistic.MEAN).isEmpty());
  }

  @Test
  void theWorstConditionsNameTheBaselineThatWonAndByHowMuch() {
    EvaluationResult result =
        run(
            Map.of(
                "wrong-on-3",
                EffectModel.knowing(c -> number(c) == 3 ? scaled(truth(c), -2) : truth(c))),
            QUICK);
    WorstCase worst = result.worst().get(0);
    assertEquals("P3", worst.condition().perturbation().label());
    assertEquals("wrong-on-3", worst.model());
    assertTrue(worst.error() > 5, worst::toString);
    assertEquals(worst.error() - worst.winnerError(), worst.margin());
    assertEquals(1, result.worst().size());
  }

  private static double[] scaled(double[] effect, double factor) {
    double[] result = effect.clone();
    for (int g = 0; g < result.length; g++) {
      result[g] *= factor;
    }
    return result;
  }

  @Test
  void theBytesAreTheSameForAnyNumberOfThreads() {
    Map<String, EffectModel> models = Map.of("oracle", EffectModel.knowing(EvaluationTest::truth));
    String one = text(run(models, QUICK));
    assertEquals(one, text(run(models, QUICK.withThreads(4))));
    AtomicInteger lent = new AtomicInteger();
    EvaluationOptions borrowed =
        QUICK.withThreads(
            3,
            work -> {
              lent.incrementAndGet();
              new Thread(work).start();
            });
    assertEquals(one, text(run(models, borrowed)));
    assertTrue(lent.get() >= 2);
    EvaluationOptions refusing =
        QUICK.withThreads(
            3,
            work -> {
              throw new RejectedExecutionException("busy");
            });
    assertEquals(one, text(run(models, refusing)));
  }

  @Test
  void anotherSeedChangesIntervalsOnly() {
    Map<String, EffectModel> models = Map.of("oracle", EffectModel.knowing(EvaluationTest::truth));
    EvaluationResult one = run(models, QUICK);
    EvaluationResult two = run(models, QUICK.withSeed(1));
    assertEquals(ResultTables.results(one), ResultTables.results(two));
    assertFalse(ResultTables.aggregated(one).equals(ResultTables.aggregated(two)));
  }

  private static String text(EvaluationResult result) {
    return ResultTables.results(result)
        + ResultTables.aggregated(result)
        + ResultTables.comparisons(result)
        + RunFacts.json(result, List.of("test"), Map.of());
  }

  @Test
  void baselinesCannotBeLeftOut() {
    Map<String, Trainer<? extends Predictor>> few = EffectModel.baselines();
    few.remove("bilinear");
    few.remove("additive");
    InvalidDataException refusal =
        assertThrows(InvalidDataException.class, () -> Evaluation.of(Map.of(), few, QUICK));
    assertEquals("additive, bilinear", refusal.where());
  }

  @Test
  void aModelCannotTakeTheNameOfABaselineOrOfTheCeiling() {
    for (String name : List.of("no-change", "ceiling")) {
      Map<String, EffectModel> models = Map.of(name, EffectModel.noChange());
      assertThrows(
          InvalidDataException.class, () -> Evaluation.of(models, EffectModel.baselines(), QUICK));
    }
  }

  @Test
  void nothingHeldOutAndTheSameTwiceAreRefused() {
    Evaluation evaluation = Evaluation.of(Map.of(), EffectModel.baselines(), QUICK);
    assertThrows(InvalidDataException.class, () -> evaluation.run(List.of(), Progress.SILENT));
    List<Fold> twice = List.of(FOLDS.get(0), FOLDS.get(0));
    assertThrows(InvalidDataException.class, () -> evaluation.run(twice, Progress.SILENT));
  }

  @Test
  void foldsOfDifferentDataAreRefused() {
    PerturbationData other =
        new Simulation(120, 0.5, 4).cells(CONDITIONS, 4, 6, EvaluationTest::truth);
    List<Fold> mixed =
        List.of(FOLDS.get(0), Splits.rotation(other, SplitPolicy.UNSEEN_PERTURBATION, 0).get(1));
    Evaluation evaluation = Evaluation.of(Map.of(), EffectModel.baselines(), QUICK);
    assertThrows(InvalidDataException.class, () -> evaluation.run(mixed, Progress.SILENT));
  }

  @Test
  void progressCountsFoldsAndCancelsWork() {
    Map<String, Long> last = new LinkedHashMap<>();
    Evaluation evaluation = Evaluation.of(Map.of(), EffectModel.baselines(), QUICK.withThreads(2));
    evaluation.run(FOLDS, (stage, done, total) -> last.put(stage + " of " + total, done));
    assertEquals(16, last.get("scoring held-out conditions of 16"));
    Progress stop =
        new Progress() {
          private volatile boolean asked;

          @Override
          public void update(String stage, long done, long total) {
            asked |= done >= 3;
          }

          @Override
          public boolean cancelled() {
            return asked;
          }
        };
    assertThrows(CancelledException.class, () -> evaluation.run(FOLDS, stop));
  }

  @Test
  void theFailureOfATrainerReachesTheCaller() {
    Map<String, EffectModel> broken =
        Map.of(
            "broken",
            EffectModel.of(
                data -> {
                  throw new IllegalStateException("broken trainer");
                }));
    for (int threads : new int[] {1, 3}) {
      IllegalStateException failure =
          assertThrows(IllegalStateException.class, () -> run(broken, QUICK.withThreads(threads)));
      assertEquals("broken trainer", failure.getMessage());
    }
  }

  @Test
  void effectsAreKeptForReportsUnlessTheyAreNotWanted() {
    EvaluationResult kept = run(Map.of(), QUICK);
    assertEquals(PERTURBATIONS, kept.effects().size());
    EffectProfiles effects = kept.effects().get(0);
    assertEquals(40, effects.cells());
    assertEquals(60, effects.controls());
    assertEquals(Evaluation.REQUIRED_BASELINES, List.copyOf(effects.predicted().keySet()));
    assertTrue(effects.standardError().isPresent());
    assertEquals(List.of(), run(Map.of(), QUICK.withEffects(false)).effects());
  }

  @Test
  void fewPerturbationsAreTooFewWhateverTheirSignal() {
    PerturbationData few =
        SIMULATION.cells(Simulation.conditions(6, "A"), 40, 60, EvaluationTest::truth);
    ScopeResult scope =
        Evaluation.of(Map.of(), EffectModel.baselines(), QUICK)
            .run(Splits.rotation(few, SplitPolicy.UNSEEN_PERTURBATION, 0), Progress.SILENT)
            .scope(SCOPE)
            .orElseThrow();
    assertEquals(ModelCard.Status.TOO_FEW, scope.gate().status());
    assertTrue(scope.gate().splitHalf() > 0.5);
    assertTrue(scope.verdicts().get(0).startsWith("Too few: "));
  }

  @Test
  void aTargetGeneOfThePanelCountsNowhere() {
    Condition condition =
        new Condition(org.virtualcell.api.Perturbation.knockout("g0"), CellContext.of("A"));
    TargetGenes targets = new TargetGenes(DATA.genes());
    assertEquals(List.of(0), targets.of(condition.perturbation()));
    assertEquals(119, targets.without(targets.of(condition.perturbation())).length);
    assertEquals(List.of(), targets.of(CONDITIONS.get(0).perturbation()));
  }
}
