package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.virtualcell.api.Refusals.assertInvalid;
import static org.virtualcell.api.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.ModelCard.Score;
import org.virtualcell.api.ModelCard.Status;

/** Profiles, intervals, regimes, model cards, progress. */
class ValuesTest {
  private static final GeneVocabulary GENES = GeneVocabulary.of(List.of("A", "B"));
  private static final ContentDigest DIGEST = ContentDigest.of("test/1").build();

  @Test
  void profilesAreCopiedInAndOut() {
    double[] values = {1, 2};
    GeneProfile profile = GeneProfile.of(GENES, values);
    values[0] = 9;
    profile.toArray()[1] = 9;
    assertEquals(1, profile.get("A"));
    assertEquals(2, profile.get(1));
    assertEquals(profile, GeneProfile.of(GENES, new double[] {1, 2}));
    assertEquals(profile.hashCode(), GeneProfile.of(GENES, new double[] {1, 2}).hashCode());
    assertNotEquals(profile, GeneProfile.of(GENES, new double[] {1, 3}));
    assertNotEquals(
        profile, GeneProfile.of(GeneVocabulary.of(List.of("A", "C")), new double[] {1, 2}));
    assertThrows(UnknownGeneException.class, () -> profile.get("C"));
    assertThrows(IndexOutOfBoundsException.class, () -> profile.get(2));
  }

  @Test
  void profilesHaveOneFiniteValuePerGene() {
    assertInvalid(
        "1 values for 2 genes", "GeneProfile", () -> GeneProfile.of(GENES, new double[1]));
    assertInvalid(
        "The value of gene B is NaN",
        "GeneProfile",
        () -> GeneProfile.of(GENES, new double[] {0, Double.NaN}));
  }

  @Test
  void intervalsHoldTheirEnds() {
    Interval interval = new Interval(0.9, -1, 2);
    assertTrue(interval.contains(-1) && interval.contains(2) && interval.contains(0));
    assertFalse(interval.contains(2.1) || interval.contains(Double.NaN));
    assertEquals(3, interval.width());
  }

  @Test
  void intervalsNeedALevelAndOrderedEnds() {
    String what = "An interval needs a level between 0 and 1 and ordered ends";
    assertInvalid(what, "level 0.9, 2.0 to 1.0", () -> new Interval(0.9, 2, 1));
    assertInvalid(what, "level 1.0, 1.0 to 2.0", () -> new Interval(1, 1, 2));
    assertInvalid(what, "level 0.9, NaN to 2.0", () -> new Interval(0.9, Double.NaN, 2));
  }

  @Test
  void intervalsPerGeneAreReadByName() {
    GeneProfile lower = GeneProfile.of(GENES, new double[] {-1, 0});
    GeneProfile upper = GeneProfile.of(GENES, new double[] {1, 3});
    Interval.PerGene intervals = new Interval.PerGene(0.9, lower, upper, "40 perturbations");
    assertEquals(new Interval(0.9, 0, 3), intervals.get("B"));
    assertEquals(new Interval(0.9, -1, 1), intervals.get(0));
    assertInvalid(
        "The ends of an interval are swapped",
        "gene A: 1.0 to -1.0",
        () -> new Interval.PerGene(0.9, upper, lower, "test"));
    assertInvalid(
        "The level of an interval is not between 0 and 1",
        "level 0.0, test",
        () -> new Interval.PerGene(0, lower, upper, "test"));
    assertInvalid(
        "The ends of an interval have different genes",
        "test",
        () ->
            new Interval.PerGene(
                0.9,
                lower,
                GeneProfile.of(GeneVocabulary.of(List.of("A", "C")), new double[2]),
                "test"));
  }

  @Test
  void theFourRegimesAreToldApart() {
    Set<Regime> regimes = new HashSet<>();
    for (boolean perturbation : new boolean[] {true, false}) {
      for (boolean context : new boolean[] {true, false}) {
        Regime regime = Regime.of(perturbation, context);
        assertEquals(perturbation, regime.seenPerturbation());
        assertEquals(context, regime.seenContext());
        regimes.add(regime);
      }
    }
    assertEquals(Set.of(Regime.values()), regimes);
    assertEquals(
        List.of("seen", "unseen-perturbation", "unseen-context", "unseen-both"),
        Arrays.stream(Regime.values()).map(Regime::label).toList());
  }

  @Test
  void modelCardsCopyTheirCollections() {
    List<Condition> conditions =
        new ArrayList<>(List.of(new Condition(Perturbation.knockout("A"), CellContext.of("x"))));
    Map<String, Long> seeds = new HashMap<>(Map.of("split", 1L, "model", 2L));
    ModelCard card = card("model", conditions, seeds);
    conditions.clear();
    seeds.clear();
    assertEquals(1, card.conditions().size());
    assertEquals("{model=2, split=1}", card.seeds().toString());
    assertThrows(UnsupportedOperationException.class, () -> card.seeds().clear());
    assertThrows(UnsupportedOperationException.class, () -> card.environment().put("a", "b"));
    assertThrows(UnsupportedOperationException.class, () -> card.limitations().clear());
    assertInvalid("A model has no name", "ModelCard", () -> card(" ", conditions, seeds));
  }

  @Test
  void scoresCanBeAddedAfterEvaluation() {
    ModelCard card = card("model", List.of(), Map.of());
    Score score =
        new Score("unseen-context", "ceiling", "pearson", 0.5, Optional.empty(), 12, Status.TESTED);
    assertEquals(List.of(score), card.withScores(List.of(score)).scores());
    assertEquals(List.of(), card.scores());
    assertEquals(card, card.withScores(List.of(score)).withScores(List.of()));
  }

  @Test
  void scoresAreNumbersUnlessTheirStatusSaysWhyNot() {
    assertTrue(Double.isNaN(score(Double.NaN, 0, Status.TOO_FEW).value()));
    assertInvalid(
        "A score of NaN on 5 perturbations cannot be TESTED",
        "model, pearson, unseen-both",
        () -> score(Double.NaN, 5, Status.TESTED));
    assertInvalid(
        "A score of Infinity on 5 perturbations cannot be NO_SIGNAL",
        "model, pearson, unseen-both",
        () -> score(Double.POSITIVE_INFINITY, 5, Status.NO_SIGNAL));
    assertInvalid(
        "A score of 1.0 on -1 perturbations cannot be TESTED",
        "model, pearson, unseen-both",
        () -> score(1, -1, Status.TESTED));
  }

  @Test
  void progressEndsTheWorkOnlyWhenAsked() {
    Progress.SILENT.update("training", 1, 2);
    Progress.SILENT.check("training");
    Progress impatient =
        new Progress() {
          @Override
          public void update(String stage, long done, long total) {}

          @Override
          public boolean cancelled() {
            return true;
          }
        };
    assertRefused(
        CancelledException.class,
        "Cancelled on request",
        "training",
        () -> impatient.check("training"));
  }

  private static Score score(double value, int perturbations, Status status) {
    return new Score(
        "unseen-both", "model", "pearson", value, Optional.empty(), perturbations, status);
  }

  private static ModelCard card(String name, List<Condition> conditions, Map<String, Long> seeds) {
    return new ModelCard(
        name,
        "a model",
        DIGEST,
        DIGEST,
        GENES,
        ExpressionUnits.rawCounts(),
        "control",
        conditions,
        List.of(),
        List.of(),
        seeds,
        Map.of(),
        List.of("only a test"));
  }
}
