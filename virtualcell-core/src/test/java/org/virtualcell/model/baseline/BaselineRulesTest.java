package org.virtualcell.model.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Support;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.Verdict;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.TinyData;

/**
 * Two genes g, h. All controls of x are (2, 2), of y (1, 3), of z (2, 2.5). Measured in x: A (+1,
 * 0) in 1 cell, B (0, -1) in 3 cells, C+D (+2, +2) in 1 cell; in y: A (+0.5, +0.5) in 1 cell; in z
 * only the repression of A (-1, -1), which is another mode.
 */
class BaselineRulesTest {
  private static final Perturbation CONTROL = Perturbation.control();
  private static final Perturbation A = Perturbation.activation("A");
  private static final Perturbation B = Perturbation.activation("B");
  private static final Perturbation C = Perturbation.activation("C");
  private static final Perturbation D = Perturbation.activation("D");
  private static final Perturbation CD = Perturbation.combination(C, D);
  private static final Perturbation A_DOWN = Perturbation.interference("A");

  private static TinyData cells() {
    return new TinyData("g", "h")
        .cell(CONTROL, "x", 2, 2)
        .cell(CONTROL, "x", 2, 2)
        .cell(CONTROL, "y", 1, 3)
        .cell(CONTROL, "z", 2, 2.5f)
        .cell(A, "x", 3, 2)
        .cell(B, "x", 2, 1)
        .cell(B, "x", 2, 0.5f)
        .cell(B, "x", 2, 1.5f)
        .cell(CD, "x", 4, 4)
        .cell(A, "y", 1.5f, 3.5f)
        .cell(A_DOWN, "z", 1, 1.5f);
  }

  private static Prediction predict(String model, String context, Perturbation p) {
    PerturbationData data = cells().build();
    Trainer<? extends Predictor> trainer = Baselines.trainer(model);
    try (Predictor predictor = trainer.train(data.everything(), Progress.SILENT)) {
      CellState baseline =
          context.equals("w")
              ? CellState.of(
                  data.genes(),
                  CsrMatrix.ofDense(new float[][] {{1.1f, 3}}, 2),
                  data.units(),
                  CellContext.of("w"))
              : data.controls(CellContext.of(context));
      return predictor.predict(baseline, p);
    }
  }

  private static void assertEffect(Prediction p, double... expected) {
    assertArrayEquals(expected, p.effect().toArray(), 1e-6, p.verdict().reason());
  }

  private static void assertDecision(Verdict.Decision expected, Prediction p) {
    assertEquals(expected, p.verdict().decision(), p.verdict().reason());
  }

  @Test
  void noChangeAnswersZeroAndClaimsNoEvidence() {
    Prediction p = predict("no-change", "x", A);
    assertEffect(p, 0, 0);
    assertDecision(Verdict.Decision.NO_EVIDENCE, p);
    assertArrayEquals(new double[] {2, 2}, p.mean().toArray(), 1e-6);
  }

  @Test
  void contextMeanPoolsAllPerturbedCellsOfTheContextAndMode() {
    // (1 x (1, 0) + 3 x (0, -1) + 1 x (2, 2)) / 5
    Prediction p = predict("context-mean", "x", D);
    assertEffect(p, 0.6, -0.2);
    assertDecision(Verdict.Decision.ANSWER, p);
    assertEquals(3, p.support().sources().size());
    assertEquals(B, p.support().sources().get(0).condition().perturbation());
    assertEquals(0.6, p.support().sources().get(0).weight(), 1e-12);
  }

  @Test
  void contextMeanOfAnUnseenContextIsTheMeanOverOthersWithoutEvidence() {
    // mean of x (0.6, -0.2) and y (0.5, 0.5); the repression in z is another mode
    Prediction p = predict("context-mean", "w", A);
    assertEffect(p, 0.55, 0.15);
    assertDecision(Verdict.Decision.NO_EVIDENCE, p);
    assertEquals(Regime.SEEN_PERTURBATION_UNSEEN_CONTEXT, p.regime());
  }

  @Test
  void perturbationMeanAveragesContextsOfTheSameModeOnly() {
    Prediction p = predict("perturbation-mean", "z", A);
    assertEffect(p, 0.75, 0.25);
    assertDecision(Verdict.Decision.ANSWER, p);
    assertEffect(predict("perturbation-mean", "x", A_DOWN), -1, -1);
  }

  @Test
  void perturbationMeanOfAnUnseenOneIsTheMeanOverPerturbations() {
    // A (0.75, 0.25), B (0, -1), C+D (2, 2), each once
    Prediction p = predict("perturbation-mean", "x", D);
    assertEffect(p, 2.75 / 3, 1.25 / 3);
    assertDecision(Verdict.Decision.NO_EVIDENCE, p);
    assertEquals(Regime.UNSEEN_PERTURBATION_SEEN_CONTEXT, p.regime());
  }

  @Test
  void nothingTransfersFromAnotherMode() {
    Perturbation cut = Perturbation.knockout("A");
    for (String model : Baselines.names()) {
      Prediction p = predict(model, "x", cut);
      assertEffect(p, 0, 0);
      assertDecision(Verdict.Decision.NO_EVIDENCE, p);
      assertFalse(p.regime().seenPerturbation(), model);
    }
  }

  @Test
  void additiveSumsPartsMeasuredInTheContext() {
    Prediction p = predict("additive", "x", Perturbation.combination(A, B));
    assertEffect(p, 1, -1);
    assertDecision(Verdict.Decision.ANSWER, p);
  }

  @Test
  void additiveTakesPartsFromOtherContextsAndSaysSo() {
    Prediction p = predict("additive", "y", Perturbation.combination(A, B));
    assertEffect(p, 0.5, -0.5);
    assertTrue(p.verdict().reason().contains("other contexts only: [B]"), p.verdict().reason());
  }

  @Test
  void additiveNamesPartsItNeverSaw() {
    Prediction partial = predict("additive", "x", Perturbation.combination(A, D));
    assertEffect(partial, 1, 0);
    assertTrue(partial.verdict().reason().contains("[D]"), partial.verdict().reason());
    Prediction none =
        predict("additive", "x", Perturbation.combination(D, Perturbation.activation("E")));
    assertEffect(none, 0, 0);
    assertDecision(Verdict.Decision.NO_EVIDENCE, none);
  }

  @Test
  void additiveAnswersAMeasuredCombinationAsMeasured() {
    assertEffect(predict("additive", "x", CD), 2, 2);
  }

  @Test
  void nearestTakesTheSamePerturbationFromTheMostSimilarContext() {
    // controls of w (1.1, 3) rise from g to h as those of y (1, 3) do; x is flat
    Prediction p = predict("nearest", "w", A);
    assertEffect(p, 0.5, 0.5);
    Support.Source source = p.support().sources().get(0);
    assertEquals("y", source.condition().context().name());
    Prediction here = predict("nearest", "x", A);
    assertEffect(here, 1, 0);
    assertEquals(0, here.support().distance().orElseThrow());
    assertTrue(here.support().measuredTogether());
  }

  @Test
  void nearestAveragesConditionsThatShareMostTargets() {
    // C shares half of C+D; B+D shares a third with C+D and half with B
    assertEffect(predict("nearest", "x", C), 2, 2);
    Prediction p = predict("nearest", "x", Perturbation.combination(A, B));
    assertEffect(p, 0.5, -0.5);
    assertEquals(0.5, p.support().distance().orElseThrow(), 1e-12);
  }

  @Test
  void nearestWithoutAnythingAlikeSaysSo() {
    Prediction p = predict("nearest", "x", Perturbation.activation("E"));
    assertEffect(p, 0, 0);
    assertDecision(Verdict.Decision.NO_EVIDENCE, p);
  }

  @Test
  void nearestUsesCoExpressionOfTargetsAmongControls() {
    TinyData cells = new TinyData("P", "Q", "R");
    for (int i = 0; i < 40; i++) {
      // P and Q go together, R goes its own way
      cells.cell(CONTROL, "x", i % 4, 1 + i % 4, (i / 4) % 3);
    }
    cells.cell(Perturbation.activation("Q"), "x", 1, 5, 0);
    cells.cell(Perturbation.activation("R"), "x", 0, 0, 5);
    PerturbationData data = cells.build();
    try (Predictor model = Baselines.trainer("nearest").train(data.everything(), Progress.SILENT)) {
      Prediction p =
          model.predict(data.controls(CellContext.of("x")), Perturbation.activation("P"));
      assertEquals(
          Perturbation.activation("Q"), p.support().sources().get(0).condition().perturbation());
      assertDecision(Verdict.Decision.ANSWER, p);
    }
  }

  @Test
  void aControlLeavesCellsAsTheyAre() {
    for (String model : Baselines.names()) {
      Prediction p = predict(model, "x", new Perturbation.Control("non-targeting"));
      assertEffect(p, 0, 0);
      assertDecision(Verdict.Decision.ANSWER, p);
    }
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> Baselines.trainer("linear"));
    Baselines.names().forEach(name -> assertTrue(e.getMessage().contains(name), e.getMessage()));
  }

  @Test
  void regimesFollowTheTrainingData() {
    assertEquals(Regime.SEEN_PERTURBATION_SEEN_CONTEXT, predict("no-change", "y", B).regime());
    assertEquals(Regime.UNSEEN_PERTURBATION_UNSEEN_CONTEXT, predict("no-change", "w", D).regime());
    assertEquals(List.of(), predict("no-change", "w", D).support().sources());
  }
}
