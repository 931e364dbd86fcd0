package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.CONTROLS;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.SCREEN;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.cancellingScatter;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.constant;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.control;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.controls;
import static org.virtualcell.evaluate.vcc.IgnorantSubmissions.smallGroups;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.paired.LabelledMatrix;

/**
 * Submissions that know nothing of the effects but play on the rules. Each has paid under some
 * earlier rule of such a suite; none may pay here.
 */
class AdversarialSubmissionTest {
  private static final LabelledMatrix REAL = IgnorantSubmissions.REAL.matrix("real");
  private static final ContextResult HONEST =
      SimulatedScreen.score(REAL, SCREEN.draw(2).matrix("honest"), ChallengeOptions.DEFAULT);
  private static final ChallengeOptions KNOWN =
      ChallengeOptions.DEFAULT.withAnchors(
          new Anchors.Known(java.util.Map.of("A", HONEST.anchors().orElseThrow())));

  private static ContextResult score(SimulatedScreen.Cells cells) {
    return SimulatedScreen.score(REAL, cells.matrix("prediction"), KNOWN);
  }

  private static double member(ContextResult result, ChallengeMetric metric) {
    return result.score(metric).fromReplicate().getAsDouble();
  }

  @Test
  void anHonestSecondDrawScoresNearOne() {
    assertEquals(1, HONEST.score().getAsDouble(), 0.5);
    assertTrue(HONEST.score().getAsDouble() > 0.8, HONEST.scores().toString());
  }

  @Test
  void copiedControlsDoNotScore() {
    ContextResult result = score(SCREEN.draw(3, (p, random) -> control(random)));
    assertTrue(result.score().getAsDouble() < 0.05, result.scores().toString());
    SimulatedScreen.Cells pasted = controls();
    for (int p = 0; p < SCREEN.perturbations; p++) {
      String label = SCREEN.label(p);
      CONTROLS.forEach(row -> pasted.add(label, row));
    }
    ContextResult paste = score(pasted);
    assertEquals(0.5, paste.score(ChallengeMetric.PDS_COSINE).value());
    assertEquals(0, paste.score(ChallengeMetric.DIRECTION_REACH_RAW).value());
    assertEquals(1, paste.score(ChallengeMetric.LFC_NMAE).value());
    assertTrue(paste.score().getAsDouble() < 0, paste.scores().toString());
  }

  @Test
  void oneRowForAllCellsOfAllPerturbationsDoesNotScore() {
    float[] mean = new float[SCREEN.genes];
    for (int p = 0; p < SCREEN.perturbations; p++) {
      double[] m = SCREEN.mean(p);
      for (int g = 0; g < mean.length; g++) {
        mean[g] += (float) (m[g] / SCREEN.perturbations);
      }
    }
    for (int g = 0; g < mean.length; g++) {
      mean[g] = Math.round(10 * mean[g]);
    }
    ContextResult result = score(SCREEN.draw(3, (p, random) -> mean.clone()));
    assertEquals(0.5, result.score(ChallengeMetric.PDS_COSINE).value(), 1e-12);
    assertTrue(result.score().getAsDouble() < 0.1, result.scores().toString());
    assertTrue(score(SCREEN.draw(3, (p, random) -> constant())).score().getAsDouble() < 0);
  }

  @Test
  void spikingTheTargetGenesDoesNotHelpToTellPerturbationsApart() {
    ContextResult own =
        score(
            SCREEN.draw(
                3,
                (p, random) -> {
                  float[] row = control(random);
                  row[p] = 0;
                  return row;
                }));
    ContextResult others =
        score(
            SCREEN.draw(
                3,
                (p, random) -> {
                  float[] row = control(random);
                  for (int q = 0; q < SCREEN.perturbations; q++) {
                    row[q] += q == p ? 0 : 40;
                  }
                  return row;
                }));
    for (ContextResult result : List.of(own, others)) {
      assertTrue(result.score(ChallengeMetric.PDS_COSINE).value() < 0.65); // 0.5 is chance
      assertTrue(result.score().getAsDouble() < 0.1, result.scores().toString());
    }
  }

  @Test
  void scatterThatCancelsInThePseudobulkIsNotGrantedAsSamplingNoise() {
    ContextResult result = score(cancellingScatter());
    assertTrue(result.rho() < 0.1, "rho " + result.rho());
    assertTrue(
        result.warnings().stream().anyMatch(w -> w.contains("cancels")),
        result.warnings().toString());
    assertEquals(0, member(result, ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM));
  }

  @Test
  void groupsOfOneCellGainNothing() {
    ContextResult result = score(smallGroups(1));
    assertEquals(0, member(result, ChallengeMetric.EXPR_MSE_UNBIASED_CAPPED_NORM));
    assertTrue(result.score().getAsDouble() < 0, result.scores().toString());
  }

  @Test
  void theOrderOfNamesDecidesNothing() {
    // equal predictions of all perturbations tie; their places in the alphabet must not rank them
    float[] row = CONTROLS.get(0);
    ContextResult result = score(SCREEN.draw(3, (p, random) -> row.clone()));
    List<Double> ranks = new ArrayList<>();
    for (int p = 0; p < SCREEN.perturbations; p++) {
      ranks.add(result.table().value(p, ChallengeMetric.PDS_COSINE).getAsDouble());
    }
    assertEquals(0.5, ranks.stream().mapToDouble(r -> r).average().orElseThrow(), 1e-12);
    ContextResult zero =
        score(
            SCREEN.draw(
                3,
                (p, random) -> {
                  return new float[SCREEN.genes];
                }));
    for (int p = 0; p < SCREEN.perturbations; p++) {
      double value = zero.table().value(p, ChallengeMetric.PDS_COSINE).getAsDouble();
      assertTrue(value >= 0 && value <= 1);
    }
  }

  /** A gene silent in the controls can only go up: its sign is known without a measurement. */
  @Test
  void genesSilentInTheControlsAreNotCalled() {
    LabelledMatrix real = silenced(SCREEN.draw(1), false).matrix("real");
    LabelledMatrix leaking = silenced(SCREEN.draw(3, (p, r) -> control(r)), true).matrix("leak");
    ContextResult result =
        SimulatedScreen.score(
            real, leaking, ChallengeOptions.DEFAULT.withAnchors(new Anchors.None()));
    // the thirty genes would be a third of all findings, every one of them right
    assertTrue(
        result.score(ChallengeMetric.DIRECTION_FIDELITY_YIELD_RAW).value() < 0.15,
        result.scores().toString());
    assertTrue(result.score(ChallengeMetric.SIG_JACCARD).value() < 0.15);
    assertTrue(result.score(ChallengeMetric.DIRECTION_REACH_RAW).value() < 0.15);
  }

  private static SimulatedScreen.Cells silenced(SimulatedScreen.Cells cells, boolean all) {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < cells.rows().size(); i++) {
      boolean control = cells.labels().get(i).equals(SimulatedScreen.CONTROL);
      for (int g = 120; g < SCREEN.genes; g++) {
        boolean there = random.nextInt(10) < (all ? 5 : 3);
        cells.rows().get(i)[g] = !control && there ? 1 : 0;
      }
    }
    return cells;
  }

  @Test
  void touchingTheSubmittedControlsChangesNothing() {
    SimulatedScreen.Cells plain = SCREEN.draw(4);
    SimulatedScreen.Cells touched = SCREEN.draw(4);
    for (int i = 0; i < SCREEN.controls; i++) {
      java.util.Arrays.fill(touched.rows().get(i), 7);
    }
    assertEquals(score(plain).scores(), score(touched).scores());
  }

  @Test
  void leavingOutPerturbationsOrGenesOrSendingNothingANumberIsRefused() {
    SimulatedScreen.Cells fewer = SCREEN.draw(3);
    for (int i = 0; i < fewer.labels().size(); i++) {
      if (fewer.labels().get(i).equals(SCREEN.label(3))) {
        fewer.labels().set(i, SCREEN.label(4));
      }
    }
    assertThrows(InvalidDataException.class, () -> score(fewer));
    SimulatedScreen.Cells half = SCREEN.draw(3);
    half.rows().get(0)[7] = 0.5f;
    assertTrue(
        assertThrows(InvalidDataException.class, () -> score(half))
            .getMessage()
            .contains("gene G007"));
    SimulatedScreen.Cells negative = SCREEN.draw(3);
    negative.rows().get(250)[1] = -1;
    assertTrue(
        assertThrows(InvalidDataException.class, () -> score(negative))
            .getMessage()
            .contains("negative"));
    SimulatedScreen.Cells deep = SCREEN.draw(3);
    deep.rows().get(0)[1] = 2_000_000;
    assertTrue(
        assertThrows(InvalidDataException.class, () -> score(deep))
            .getMessage()
            .contains("more than 1000000"));
    SimulatedScreen.Cells undefined = SCREEN.draw(3);
    undefined.rows().get(9)[1] = Float.NaN;
    assertThrows(InvalidDataException.class, () -> score(undefined));
  }

  @Test
  void aScaleWithoutRoomIsRefusedNotLeftOut() {
    SimulatedScreen tiny = new SimulatedScreen(3, 2, 6, 30, 1);
    LabelledMatrix real = tiny.draw(1).matrix("real");
    assertThrows(
        InvalidDataException.class,
        () -> SimulatedScreen.score(real, real, ChallengeOptions.DEFAULT));
  }
}
