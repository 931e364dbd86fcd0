package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;

/**
 * The bundled real data: what they can tell and what they cannot. The agreement of halves was
 * computed beside this with numpy, as a mean over 200 random divisions: K562 singles 0.496
 * (standard deviation of one division 0.074), K562 doubles 0.875 (0.025), A172 0.066 (0.043), T98G
 * 0.062 (0.050), U87MG 0.031 (0.032). Here it is a mean over 10 divisions.
 */
class NormanEvaluationTest {
  private static final EvaluationResult RESULT = evaluate();

  private static EvaluationResult evaluate() {
    Path file =
        Path.of(
            System.getProperty("virtualcell.root"),
            "integrations/virtualcell-cli/src/main/resources/org/virtualcell/cli/data",
            "norman_mcfaline_dev.h5ad");
    try (AnnotatedData cells = AnnotatedFiles.open(file)) {
      PerturbationData data =
          PerturbationData.of(cells, PerturbationKeys.detect(cells.observations()));
      List<Fold> folds = new ArrayList<>();
      folds.addAll(Splits.rotation(data, SplitPolicy.UNSEEN_PERTURBATION, 0));
      folds.addAll(Splits.rotation(data, SplitPolicy.UNSEEN_COMBINATION, 0));
      return Evaluation.of(
              Map.of(), EffectModel.baselines(), EvaluationOptions.DEFAULT.withThreads(2))
          .run(folds, Progress.SILENT);
    }
  }

  private static ScopeResult scope(String protocol, String context) {
    return RESULT.scope(new Scope(protocol, "", context)).orElseThrow();
  }

  private static double contextMean(String context, Metric metric) {
    return scope("unseen-perturbation", context)
        .score("context-mean", metric, Statistic.MEAN)
        .orElseThrow()
        .value();
  }

  @Test
  void k562HoldsSignalAndTheGlioblastomaLinesHoldAlmostNone() {
    assertEquals(0.496, scope("unseen-perturbation", "k562").gate().splitHalf(), 0.08);
    assertEquals(0.875, scope("unseen-combination", "").gate().splitHalf(), 0.04);
    assertEquals(0.066, scope("unseen-perturbation", "A172").gate().splitHalf(), 0.05);
    assertEquals(0.062, scope("unseen-perturbation", "T98G").gate().splitHalf(), 0.05);
    assertEquals(0.031, scope("unseen-perturbation", "U87MG").gate().splitHalf(), 0.05);
  }

  @Test
  void onlyK562CanBeTested() {
    assertEquals(ModelCard.Status.TESTED, scope("unseen-perturbation", "k562").gate().status());
    assertEquals(17, scope("unseen-perturbation", "k562").gate().perturbations());
    assertEquals(ModelCard.Status.TESTED, scope("unseen-combination", "").gate().status());
    assertEquals(12, scope("unseen-combination", "").gate().perturbations());
    for (String line : List.of("A172", "T98G", "U87MG")) {
      assertEquals(ModelCard.Status.TOO_FEW, scope("unseen-perturbation", line).gate().status());
    }
  }

  @Test
  void sharedControlsFlatterTheContextMeanInTheGlioblastomaLines() {
    for (String line : List.of("A172", "T98G", "U87MG")) {
      assertTrue(contextMean(line, Metric.PEARSON) > 0.55, line);
      assertEquals(0.05, contextMean(line, Metric.PEARSON_SEPARATE), 0.1, line);
      assertEquals(0.48, contextMean(line, Metric.DISCRIMINATION_RANK), 0.1, line);
    }
  }
}
