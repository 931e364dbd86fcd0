package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;

/** What is asked beside the scores, where the answers are planted. */
class ScrutinyTest {
  private static final int PERTURBATIONS = 16;
  private static final Simulation SIMULATION = new Simulation(120, 0.5, 3);
  private static final Profile FEW_DRAWS =
      new Profile("virtualcell", 2, Profile.VIRTUALCELL.metrics(), 400, 5, 0.02);
  private static final double[] TEMPLATE = SIMULATION.random(0.6, 77);

  private static final Scrutiny STRONG =
      judge(
          SIMULATION.cells(Simulation.conditions(PERTURBATIONS, "A"), 40, 60, ScrutinyTest::effect),
          Map.of("oracle", EffectModel.knowing(ScrutinyTest::effect)));

  /** Half of every effect is the same for all. */
  private static double[] effect(Condition condition) {
    double[] own =
        SIMULATION.random(0.4, Integer.parseInt(condition.perturbation().label().substring(1)));
    for (int g = 0; g < own.length; g++) {
      own[g] += TEMPLATE[g];
    }
    return own;
  }

  private static Scrutiny judge(PerturbationData data, Map<String, EffectModel> models) {
    return Evaluation.of(
            models, EffectModel.baselines(), EvaluationOptions.DEFAULT.withProfile(FEW_DRAWS))
        .run(Splits.rotation(data, SplitPolicy.UNSEEN_PERTURBATION, 0), Progress.SILENT)
        .scope(Scope.of("unseen-perturbation"))
        .orElseThrow()
        .scrutiny();
  }

  private static SelfTest.Line selfTest(Metric metric) {
    return STRONG.selfTest().lines().stream()
        .filter(l -> l.metric() == metric)
        .findFirst()
        .orElseThrow();
  }

  private static WrongTarget wrong(String model, Metric metric) {
    return STRONG.wrongTargets().stream()
        .filter(w -> w.model().equals(model) && w.metric() == metric)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theTruthScoresTheBestOnEveryMetric() {
    assertEquals(9, STRONG.selfTest().lines().size());
    for (SelfTest.Line line : STRONG.selfTest().lines()) {
      assertTrue(line.truthIsBest(), line::toString);
      assertEquals(PERTURBATIONS, line.perturbations());
    }
  }

  @Test
  void wrongLabelsFoolTheMetricsThatRewardWhatAllPerturbationsShareAndNoOther() {
    assertFalse(selfTest(Metric.PEARSON_SEPARATE).shuffledIsChance());
    for (Metric metric :
        List.of(
            Metric.COSINE_PROJECTED_SEPARATE,
            Metric.PEARSON_PERTURBED_SEPARATE,
            Metric.DISCRIMINATION_RANK)) {
      assertTrue(selfTest(metric).shuffledIsChance(), () -> selfTest(metric).toString());
    }
    assertTrue(
        STRONG.selfTest().sentence().startsWith("truth scores the best on 9 of 9 metrics"),
        STRONG.selfTest().sentence());
    assertTrue(STRONG.selfTest().sentence().contains("Pearson of the effect ("));
  }

  @Test
  void aModelThatKnowsTheTargetIsToldFromOneThatAnswersAllAlike() {
    WrongTarget oracle = wrong("oracle", Metric.COSINE_PROJECTED_SEPARATE);
    assertEquals("knows the target", oracle.reading());
    assertTrue(oracle.right() > 0.8 && oracle.wrong() < 0.3, oracle::toString);
    assertEquals("same answer", wrong("context-mean", Metric.COSINE_PROJECTED_SEPARATE).reading());
    assertEquals("same answer", wrong("no-change", Metric.RELATIVE_ERROR_SEPARATE).reading());
  }

  @Test
  void aGoodModelIsBetterOnEveryConditionAndTheMeanBetterThanNothing() {
    assertEquals(
        new Tally("oracle", "context-mean", PERTURBATIONS, 0, 0),
        STRONG.tally("oracle").orElseThrow());
    assertEquals(
        new Tally("context-mean", "no-change", PERTURBATIONS, 0, 0),
        STRONG.tally("context-mean").orElseThrow());
    assertEquals(PERTURBATIONS, STRONG.tally("no-change").orElseThrow().worse());
    assertEquals(PERTURBATIONS, STRONG.strata().clear().size());
  }

  @Test
  void whereNothingHappensNothingIsClaimed() {
    Scrutiny nothing =
        judge(
            SIMULATION.cells(
                Simulation.conditions(PERTURBATIONS, "A"), 40, 60, c -> new double[120]),
            Map.of("random", EffectModel.knowing(c -> SIMULATION.random(0.05, c.hashCode()))));
    assertTrue(nothing.strata().clear().isEmpty());
    assertTrue(nothing.strata().none().size() > PERTURBATIONS / 2);
    for (DynamicRange range : nothing.ranges()) {
      if (range.metric() == Metric.COSINE_PROJECTED_SEPARATE
          || range.metric() == Metric.DISCRIMINATION_RANK) {
        assertTrue(range.fraction() < 0.3, range::toString);
      }
    }
    DynamicRange strong =
        STRONG.ranges().stream()
            .filter(r -> r.metric() == Metric.COSINE_PROJECTED_SEPARATE)
            .findFirst()
            .orElseThrow();
    assertEquals("can tell", strong.reading());
    assertTrue(strong.fraction() > 0.5, strong::toString);
  }

  @Test
  void contrastsOfAPredictionThatIsNoBetterAreAsOftenClearAsChanceSays() {
    // two predictions at the same distance from the truth, on either side of it
    int clear = 0;
    int repeats = 200;
    SplittableRandom random = new SplittableRandom(5);
    for (int r = 0; r < repeats; r++) {
      Simulation cells = new Simulation(30, 0.5, 1000 + r);
      double[] truth = cells.random(0.3, 1);
      PerturbationData data =
          cells.cells(Simulation.conditions(1, "A"), 30, 60, condition -> truth);
      double[] offset = new double[30];
      for (int g = 0; g < 30; g++) {
        offset[g] = 0.2 * Simulation.gauss(random);
      }
      MeasuredCase.Target target =
          new MeasuredCase.Target(
              MeasuredEffect.of(
                  data.cells(data.conditions().get(0)), new org.virtualcell.stats.KeptEffects()),
              Optional.empty(),
              data.cells(data.conditions().get(0)));
      Contrasts contrasts =
          new Contrasts(target, new GeneChoice(java.util.stream.IntStream.range(0, 30).toArray()));
      double z =
          contrasts
              .against(
                  PredictedEffect.of(moved(truth, offset, 1)),
                  Map.of("other", PredictedEffect.of(moved(truth, offset, -1))))
              .get("other");
      clear += Math.abs(z) > Contrasts.CLEAR ? 1 : 0;
    }
    // 5 % of 200: binomial standard deviation 3.1
    assertEquals(10, clear, 10);
  }

  private static double[] moved(double[] truth, double[] offset, int sign) {
    double[] result = truth.clone();
    for (int g = 0; g < result.length; g++) {
      result[g] += sign * offset[g];
    }
    return result;
  }

  @Test
  void aModelThatCarriesTheBatchIntoItsEffectsIsCaughtAndOneThatDoesNotIsNot() {
    PerturbationData data = inTwoBatches();
    double[] artefact = SIMULATION.random(0.3, 99);
    Function<Condition, double[]> leaky =
        c ->
            c.context().get(CellContext.Fact.BATCH).equals(Optional.of("2"))
                ? moved(new double[120], artefact, 1)
                : new double[120];
    Scrutiny scrutiny =
        judge(
            data,
            Map.of(
                "leaky",
                EffectModel.knowing(leaky),
                "noisy",
                EffectModel.knowing(c -> SIMULATION.random(0.3, c.toString().hashCode())),
                "clean",
                EffectModel.noChange()));
    Map<String, BatchLeakage> byModel = new LinkedHashMap<>();
    scrutiny.leakage().forEach(l -> byModel.put(l.model(), l));
    assertTrue(byModel.get("leaky").leaks(), () -> byModel.get("leaky").toString());
    assertEquals(1, byModel.get("leaky").accuracy().orElseThrow());
    assertEquals(0.5, byModel.get("leaky").permuted(), 0.2);
    assertFalse(byModel.get("noisy").leaks(), () -> byModel.get("noisy").toString());
    assertEquals(Optional.empty(), byModel.get("clean").accuracy());
    assertEquals(0.0, byModel.get("clean").share());
    assertEquals(2, byModel.get("clean").batches());
    assertEquals(List.of(), STRONG.leakage(), "without batches nothing is asked");
  }

  @Test
  void aFileWhosePredictedCellsShowABatchTheMeasuredOnesDoNotHaveIsCaught() {
    double[] artefact = SIMULATION.random(0.5, 99);
    Scrutiny made = ofFile(inTwoBatches(9, artefact));
    BatchMixture measured = mixture(made, BatchMixture.MEASURED);
    BatchMixture predicted = mixture(made, "predicted");
    assertFalse(measured.found(), measured::toString);
    assertTrue(predicted.found(), predicted::toString);
    assertEquals(2, predicted.batches());
    assertEquals(12, predicted.conditions());
    BatchMixture.Measure ilisi =
        predicted.measures().stream()
            .filter(m -> m.name().equals("batch_ilisi"))
            .findFirst()
            .orElseThrow();
    assertTrue(ilisi.value() < 0.2 && ilisi.permuted().orElseThrow() > 0.7, ilisi::toString);
    assertEquals(List.of(), made.leakage(), "a file cannot be asked again");
    Scrutiny clean = ofFile(inTwoBatches(9, new double[120]));
    assertFalse(mixture(clean, "predicted").found(), () -> clean.mixtures().toString());
    assertTrue(
        made.figures().stream().anyMatch(f -> f.name().equals("batch_kbet_permuted"))
            || made.figures().stream().anyMatch(f -> f.name().equals("batch_pcr_permuted")));
    assertEquals(List.of(), STRONG.mixtures(), "without batches nothing is asked");
  }

  private static BatchMixture mixture(Scrutiny scrutiny, String cellsOf) {
    return scrutiny.mixtures().stream()
        .filter(m -> m.cellsOf().equals(cellsOf))
        .findFirst()
        .orElseThrow();
  }

  private static Scrutiny ofFile(PerturbationData predicted) {
    return PredictedCells.evaluate(
            inTwoBatches(21, new double[120]),
            predicted,
            "predicted",
            EvaluationOptions.DEFAULT,
            Progress.SILENT)
        .scopes()
        .get(0)
        .scrutiny();
  }

  private static PerturbationData inTwoBatches() {
    return inTwoBatches(8, new double[120]);
  }

  /** Cells without effects in two batches; the second is moved in perturbed cells only. */
  private static PerturbationData inTwoBatches(long seed, double... artefact) {
    SplittableRandom random = new SplittableRandom(seed);
    List<float[]> rows = new ArrayList<>();
    List<CellLabel> labels = new ArrayList<>();
    List<Perturbation> all = new ArrayList<>(List.of(Perturbation.control()));
    for (int p = 0; p < 12; p++) {
      all.add(Simulation.knockout(p));
    }
    for (Perturbation perturbation : all) {
      for (int i = 0; i < 40; i++) {
        float[] row = new float[120];
        for (int g = 0; g < row.length; g++) {
          boolean moved = i % 2 == 1 && perturbation != all.get(0);
          row[g] =
              (float) Math.max(0, 5 + 0.5 * Simulation.gauss(random) + (moved ? artefact[g] : 0));
        }
        rows.add(row);
        labels.add(
            new CellLabel(
                Optional.of(perturbation),
                CellContext.of("A"),
                Optional.of(String.valueOf(1 + i % 2))));
      }
    }
    GeneVocabulary names =
        GeneVocabulary.of(java.util.stream.IntStream.range(0, 120).mapToObj(g -> "g" + g).toList());
    return PerturbationData.of(
        "batches",
        names,
        CsrMatrix.ofDense(rows.toArray(new float[0][]), 120),
        Simulation.UNITS,
        labels);
  }

  @Test
  void thePValueIsOneMinusTheLevelOfTheIntervalThatJustReachesZero() {
    Resamples resamples = new Resamples(12, 2000, 4);
    SplittableRandom random = new SplittableRandom(6);
    for (double shift : new double[] {0.2, 0.5, 0.8}) {
      double[] drawn = new double[2000];
      for (int d = 0; d < drawn.length; d++) {
        drawn[d] = shift + 0.3 * Simulation.gauss(random);
      }
      double p = resamples.p(drawn);
      assertTrue(p > 0 && p < 1);
      assertTrue(resamples.interval(drawn.clone(), 1 - 0.9 * p).orElseThrow().contains(0));
      assertFalse(resamples.interval(drawn.clone(), 1 - 1.1 * p).orElseThrow().contains(0));
    }
    double[] zero = new double[2000];
    assertEquals(1, resamples.p(zero));
  }

  @Test
  void holmAdjustsTheSmallestPMostAndKeepsTheOrder() {
    List<Comparison> adjusted =
        Comparison.adjusted(List.of(comparison(0.01), comparison(0.04), comparison(0.03)));
    assertEquals(0.03, adjusted.get(0).adjustedP().getAsDouble(), 1e-12);
    assertEquals(0.06, adjusted.get(1).adjustedP().getAsDouble(), 1e-12);
    assertEquals(0.06, adjusted.get(2).adjustedP().getAsDouble(), 1e-12);
    assertEquals(3, adjusted.get(0).tests());
  }

  private static Comparison comparison(double p) {
    return new Comparison(
        "m",
        "b",
        Metric.PEARSON,
        Statistic.MEAN,
        1,
        Optional.empty(),
        Optional.empty(),
        1,
        9,
        9,
        0,
        0,
        Comparison.Outcome.BETTER,
        Comparison.Outcome.BETTER,
        java.util.OptionalDouble.of(p),
        java.util.OptionalDouble.empty(),
        0);
  }

  @Test
  void selectedQuantilesAreThoseOfSortedValues() {
    SplittableRandom random = new SplittableRandom(2);
    for (int n : new int[] {1, 2, 3, 10, 501}) {
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = random.nextInt(20); // with ties
      }
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      for (double share : new double[] {0, 0.025, 0.5, 0.9, 1}) {
        assertEquals(
            Quantiles.ofSorted(sorted, share), Quantiles.of(values.clone(), share), 0, "n = " + n);
      }
    }
  }
}
