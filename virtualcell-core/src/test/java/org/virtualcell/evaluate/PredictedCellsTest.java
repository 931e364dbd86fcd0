package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneCoverageException;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Progress;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;

/** Predicted cells judged against measured ones, without training. */
class PredictedCellsTest {
  private static final Simulation SIMULATION = new Simulation(80, 0.5, 21);
  private static final PerturbationData MEASURED =
      SIMULATION.cells(Simulation.conditions(14, "A", "B"), 30, 50, PredictedCellsTest::truth);

  private static double[] truth(Condition condition) {
    return SIMULATION.random(0.5, condition.perturbation().label().hashCode());
  }

  private static ScopeResult score(PerturbationData predicted) {
    return evaluate(predicted).scope(Scope.of("")).orElseThrow();
  }

  private static EvaluationResult evaluate(PerturbationData predicted) {
    return PredictedCells.evaluate(
        MEASURED, predicted, "file", EvaluationOptions.DEFAULT, Progress.SILENT);
  }

  private static double figure(ScopeResult scope, String model, Metric metric) {
    return scope.score(model, metric, metric.statistics().get(0)).orElseThrow().value();
  }

  @Test
  void theMeasuredCellsThemselvesArePerfect() {
    ScopeResult scope = score(MEASURED);
    assertEquals(1, figure(scope, "file", Metric.PEARSON), 1e-9);
    assertEquals(1, figure(scope, "file", Metric.COSINE_PROJECTED), 1e-9);
    assertEquals(0, figure(scope, "file", Metric.RELATIVE_ERROR), 1e-18);
    assertEquals(1, figure(scope, "file", Metric.TOP_20), 1e-9);
    assertEquals(1, figure(scope, "file", Metric.DISCRIMINATION_RANK), 1e-9);
  }

  @Test
  void beatingBothBaselinesIsSaidInWords() {
    ScopeResult scope = score(MEASURED);
    assertEquals("file", scope.winners().get("relative_error_pooled"));
    String verdict = scope.verdicts().get(1);
    assertTrue(
        verdict.startsWith("file is better than no-change on 14 of 14 perturbations"), verdict);
    assertTrue(verdict.contains("shared controls"), verdict);
  }

  @Test
  void predictedControlsAreNotLookedAt() {
    // the same predicted cells, but controls moved by one
    Simulation shifted = new Simulation(80, 0.5, 21);
    double[] one = new double[80];
    java.util.Arrays.fill(one, 1);
    PerturbationData moved =
        shifted.cells(
            Simulation.conditions(14, "A", "B"), 30, 50, PredictedCellsTest::truth, context -> one);
    assertEquals(
        figure(score(MEASURED), "file", Metric.RELATIVE_ERROR),
        figure(score(moved), "file", Metric.RELATIVE_ERROR),
        1e-9);
  }

  @Test
  void separateControlsCannotBeHadAndTheReasonIsListed() {
    EvaluationResult result = evaluate(MEASURED);
    ItemScore item =
        result.items().stream()
            .filter(i -> i.model().equals("file") && i.metric() == Metric.PEARSON_SEPARATE)
            .findFirst()
            .orElseThrow();
    assertEquals("the training cells behind a file are unknown", item.value().remark());
    assertTrue(
        result
            .scope(Scope.of(""))
            .orElseThrow()
            .score("file", Metric.PEARSON_SEPARATE, Statistic.MEAN)
            .isEmpty());
  }

  @Test
  void conditionsThatAreNotPredictedCountAsAbstentions() {
    PerturbationData some =
        SIMULATION.cells(Simulation.conditions(10, "A"), 30, 50, PredictedCellsTest::truth);
    EvaluationResult result = evaluate(some);
    assertEquals(
        new ScopeResult.AnswerCount(10, 0, 18),
        result.scope(Scope.of("")).orElseThrow().answers().get("file"));
    assertEquals("not among the predicted cells", result.answers().get(0).verdict().reason());
  }

  @Test
  void conditionsThatWereNotMeasuredAreNamed() {
    PerturbationData more =
        SIMULATION.cells(Simulation.conditions(15, "A"), 30, 50, PredictedCellsTest::truth);
    assertEquals("P14 in A", evaluate(more).facts().get("predicted but not measured"));
  }

  @Test
  void nothingInCommonIsAnErrorThatSaysWhatWasPredicted() {
    PerturbationData elsewhere =
        SIMULATION.cells(Simulation.conditions(2, "Z"), 3, 3, PredictedCellsTest::truth);
    InvalidDataException refusal =
        assertThrows(InvalidDataException.class, () -> evaluate(elsewhere));
    assertTrue(refusal.remedy().contains("P0 in Z"), refusal.remedy());
  }

  @Test
  void genesAreMatchedByNameAndAMissingOneIsRefused() {
    PerturbationData fewer =
        new Simulation(79, 0.5, 1).cells(Simulation.conditions(2, "A"), 3, 3, c -> new double[79]);
    GeneCoverageException refusal =
        assertThrows(GeneCoverageException.class, () -> evaluate(fewer));
    assertTrue(refusal.getMessage().contains("g79"), refusal.getMessage());
  }

  @Test
  void unitsAreNeverMixed() {
    Condition condition = Simulation.conditions(1, "A").get(0);
    GeneVocabulary genes = MEASURED.genes();
    PerturbationData other =
        PerturbationData.of(
            "other units",
            genes,
            CsrMatrix.ofDense(new float[][] {new float[80], new float[80]}, 80),
            ExpressionUnits.logNormalized(1_000_000),
            List.of(
                CellLabel.of(Perturbation.control(), condition.context()),
                CellLabel.of(condition.perturbation(), condition.context())));
    assertThrows(UnitsMismatchException.class, () -> evaluate(other));
  }

  @Test
  void theNamesOfBaselinesAreTaken() {
    assertThrows(
        InvalidDataException.class,
        () ->
            PredictedCells.evaluate(
                MEASURED, MEASURED, "no-change", EvaluationOptions.DEFAULT, Progress.SILENT));
  }
}
