package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;

/**
 * Cells of 20 perturbations without any effect, in two contexts with few controls. The sampling
 * error of the controls is in every measured effect, so that the mean of some of them predicts the
 * others, until the controls are separated.
 */
class SharedControlArtefactTest {
  private static final ScopeResult RESULT = evaluate();

  private static ScopeResult evaluate() {
    List<Condition> conditions = Simulation.conditions(20, "A", "B");
    PerturbationData data =
        new Simulation(300, 0.5, 7).cells(conditions, 40, 30, c -> new double[300]);
    return Evaluation.of(Map.of(), EffectModel.baselines(), EvaluationOptions.DEFAULT)
        .run(Splits.rotation(data, SplitPolicy.UNSEEN_PERTURBATION, 1), Progress.SILENT)
        .scope(Scope.of("unseen-perturbation"))
        .orElseThrow();
  }

  private static double figure(Metric metric, Statistic statistic) {
    return RESULT.score("context-mean", metric, statistic).orElseThrow().value();
  }

  @Test
  void contextMeanLooksGoodWithSharedControls() {
    assertTrue(figure(Metric.PEARSON, Statistic.MEAN) > 0.5);
    assertTrue(figure(Metric.RELATIVE_ERROR, Statistic.POOLED) < 0.75);
    assertEquals(
        Comparison.Outcome.BETTER,
        RESULT
            .comparison("context-mean", "no-change", Metric.RELATIVE_ERROR, Statistic.POOLED)
            .orElseThrow()
            .outcome());
  }

  @Test
  void contextMeanIsAtZeroWithSeparateControls() {
    // 40 effects share the error of two halves of controls: two independent draws of 300 genes
    assertEquals(0, figure(Metric.PEARSON_SEPARATE, Statistic.MEAN), 0.1);
    assertTrue(figure(Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED) > 1.3);
    assertEquals(
        Comparison.Outcome.WORSE,
        RESULT
            .comparison(
                "context-mean", "no-change", Metric.RELATIVE_ERROR_SEPARATE, Statistic.POOLED)
            .orElseThrow()
            .outcome());
  }

  @Test
  void nothingIsClaimedOfDataWithoutEffect() {
    assertEquals(ModelCard.Status.NO_SIGNAL, RESULT.gate().status());
    assertEquals(20, RESULT.gate().perturbations());
    assertEquals(0, RESULT.gate().splitHalf(), 0.1);
    assertTrue(RESULT.verdicts().get(0).startsWith("No signal: "), RESULT.verdicts().get(0));
  }

  @Test
  void theRankOfTheContextMeanIsChance() {
    assertEquals(0.5, figure(Metric.DISCRIMINATION_RANK, Statistic.MEAN), 0.1);
  }
}
