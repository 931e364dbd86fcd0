package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.CONTROLS;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.REAL;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.SCREEN;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.cancellingScatter;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.constant;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.control;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.smallGroups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.evaluate.EvaluationOptions;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.PredictedCells;
import org.virtualcell.evaluate.ScopeResult;
import org.virtualcell.evaluate.Statistic;
import org.virtualcell.evaluate.Tally;
import org.virtualcell.evaluate.celleval.CellEval;
import org.virtualcell.evaluate.celleval.CellEvalOptions;
import org.virtualcell.evaluate.celleval.CellEvalProfile;
import org.virtualcell.evaluate.celleval.CellEvalResult;
import org.virtualcell.evaluate.celleval.CellEvalSide;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.stats.differential.CellValues;

/**
 * The submissions of {@link AdversarialSubmissionTest} under the strict reading of the 2025 suite
 * and under this library's own profile: they know nothing of the effects, and must not look as if.
 */
class AdversarialOtherProfilesTest {
  static List<String> submissions() {
    return List.of(
        "copied controls",
        "constant rows",
        "one row, alphabetical ties",
        "own target silenced",
        "other targets spiked",
        "cancelling scatter",
        "one-cell groups");
  }

  private static SimulatedScreen.Cells submission(String name) {
    return switch (name) {
      case "copied controls" -> SCREEN.draw(3, (p, random) -> control(random));
      case "constant rows" -> SCREEN.draw(3, (p, random) -> constant());
      case "one row, alphabetical ties" -> SCREEN.draw(3, (p, random) -> CONTROLS.get(0).clone());
      case "own target silenced" -> SCREEN.draw(3, spiked((p, q) -> q == p ? -1 : 0));
      case "other targets spiked" -> SCREEN.draw(3, spiked((p, q) -> q == p ? 0 : 40));
      case "cancelling scatter" -> cancellingScatter();
      case "one-cell groups" -> smallGroups(5); // the strict reading leaves out groups below five
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static BiFunction<Integer, SplittableRandom, float[]> spiked(
      BiFunction<Integer, Integer, Integer> by) {
    return (p, random) -> {
      float[] row = control(random);
      for (int q = 0; q < SCREEN.perturbations; q++) {
        int change = by.apply(p, q);
        row[q] = change < 0 ? 0 : row[q] + change;
      }
      return row;
    };
  }

  // ------------------------------------------------------------------ the strict reading of 2025

  private static final CellEvalOptions STRICT =
      CellEvalOptions.of(CellEvalProfile.FULL_V1, SimulatedScreen.CONTROL)
          .withReading(CellEvalOptions.Reading.STRICT);

  private static CellEvalSide side(SimulatedScreen.Cells cells, String source) {
    LabelledMatrix matrix = cells.matrix(source);
    return new CellEvalSide(
        source,
        CellValues.of(cells.csr()),
        matrix.genes().ids(),
        cells.labels(),
        CellEvalSide.Storage.SPARSE_SINGLE,
        Optional.empty());
  }

  private static CellEvalResult strict(SimulatedScreen.Cells cells) {
    return CellEval.evaluate(
        side(REAL, "real"), side(cells, "prediction"), STRICT, Progress.SILENT);
  }

  private static double mean(CellEvalResult result, String metric) {
    return result.aggregate().value("mean", metric).orElseThrow();
  }

  @Test
  void anHonestSecondDrawIsRecognisedUnderBothRules() {
    CellEvalResult honest = strict(SCREEN.draw(2));
    assertTrue(mean(honest, "discrimination_score_l1") > 0.95);
    assertTrue(mean(honest, "pearson_delta") > 0.9);
    assertTrue(mean(honest, "overlap_at_N") > 0.7);
    ScopeResult own = own(SCREEN.draw(2));
    assertEquals(12, own.scrutiny().tally("predicted").orElseThrow().better());
  }

  @ParameterizedTest
  @MethodSource("submissions")
  void nothingIsGainedInTheStrictReading(String name) {
    CellEvalResult result = strict(submission(name));
    Map<String, Double> found = new TreeMap<>();
    for (String metric : result.aggregate().columns()) {
      found.put(metric, mean(result, metric));
    }
    for (String metric : List.of("l1", "l2", "cosine")) {
      double rank = found.get("discrimination_score_" + metric); // chance is 0.54
      assertTrue(rank < 0.67, metric + " " + found);
    }
    assertTrue(found.get("pearson_delta") < 0.35, found::toString);
    // of 150 genes 90 change, so that naming any finds six of ten
    assertTrue(found.get("overlap_at_N") < 0.65, found::toString);
    assertTrue(found.get("de_direction_match") < 0.65, found::toString);
    assertTrue(found.get("de_spearman_lfc_sig") < 0.4, found::toString);
    assertTrue(found.get("roc_auc") < 0.66, found::toString);
    found.forEach((metric, value) -> assertTrue(Double.isFinite(value), metric + " " + value));
  }

  // -------------------------------------------------------------------------- our own profile

  private static PerturbationData data(SimulatedScreen.Cells cells, String source) {
    CellContext context = CellContext.of("A");
    List<CellLabel> labels = new ArrayList<>();
    for (String label : cells.labels()) {
      labels.add(
          new CellLabel(
              Optional.of(
                  label.equals(SimulatedScreen.CONTROL)
                      ? Perturbation.control()
                      : Perturbation.knockout(label)),
              context,
              Optional.empty()));
    }
    return PerturbationData.of(
        source, cells.matrix(source).genes(), cells.csr(), ExpressionUnits.rawCounts(), labels);
  }

  private static ScopeResult own(SimulatedScreen.Cells cells) {
    EvaluationResult result =
        PredictedCells.evaluate(
            data(REAL, "real"),
            data(cells, "prediction"),
            "predicted",
            EvaluationOptions.DEFAULT,
            Progress.SILENT);
    return result.scopes().get(0);
  }

  @ParameterizedTest
  @MethodSource("submissions")
  void nothingIsGainedUnderTheOwnProfile(String name) {
    ScopeResult scope = own(submission(name));
    Tally tally = scope.scrutiny().tally("predicted").orElseThrow();
    assertEquals(0, tally.better(), scope.plainVerdict("predicted")::toString);
    assertTrue(value(scope, Metric.RELATIVE_ERROR, Statistic.POOLED) > 0.97, scope::toString);
    assertTrue(value(scope, Metric.DISCRIMINATION_RANK, Statistic.MEAN) < 0.7);
    assertTrue(value(scope, Metric.COSINE_PROJECTED, Statistic.MEAN) < 0.25);
  }

  private static double value(ScopeResult scope, Metric metric, Statistic statistic) {
    return scope.score("predicted", metric, statistic).orElseThrow().value();
  }
}
