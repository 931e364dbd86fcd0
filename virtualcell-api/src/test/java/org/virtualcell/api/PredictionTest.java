package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;
import static org.virtualcell.api.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.virtualcell.api.PredictedState.Responders;
import org.virtualcell.api.Support.Source;
import org.virtualcell.api.Verdict.Decision;

class PredictionTest {
  private static final GeneVocabulary GENES = GeneVocabulary.of(List.of("A", "B", "C", "D"));
  private static final GeneVocabulary OTHER = GeneVocabulary.of(List.of("A", "B", "D", "C"));
  private static final ExpressionUnits LOG = ExpressionUnits.logNormalized(10_000);
  private static final CellContext K562 = CellContext.of("K562");
  private static final Condition ASKED = new Condition(Perturbation.knockout("A"), K562);
  private static final Verdict ANSWER = new Verdict(Decision.ANSWER, "measured in 3 contexts");
  private static final Verdict ABSTENTION = new Verdict(Decision.ABSTAIN, "no gene is known");

  private static GeneProfile profile(GeneVocabulary genes, double... values) {
    return GeneProfile.of(genes, values);
  }

  private static PredictedState state(Optional<Interval.PerGene> interval) {
    return new PredictedState(
        LOG,
        profile(GENES, 1, 1, 1, 1),
        profile(GENES, 0.5, -2, 0, 0.5),
        profile(GENES, 1, -1, 0, 0),
        interval,
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  private static Support support(boolean together) {
    return new Support(together, List.of(), OptionalDouble.empty(), 1);
  }

  private static Prediction prediction(Verdict verdict, Optional<PredictedState> outcome) {
    return new Prediction(
        ASKED,
        Regime.UNSEEN_PERTURBATION_SEEN_CONTEXT,
        support(false),
        verdict,
        outcome,
        Map.of("seed", "0"));
  }

  @Test
  void anAnswerIsReadThroughShortPaths() {
    Prediction answer = prediction(ANSWER, Optional.of(state(Optional.empty())));
    assertEquals(-2, answer.effect().get("B"));
    assertEquals(1, answer.mean().get(0));
    assertEquals(Optional.empty(), answer.interval());
    assertEquals(-1, answer.state().rankEffect().get("B"));
  }

  @Test
  void anAbstentionHasNoOutcomeAndSaysWhy() {
    Prediction abstention = prediction(ABSTENTION, Optional.empty());
    assertFalse(abstention.verdict().answered());
    for (var read :
        List.<Executable>of(
            abstention::state, abstention::mean, abstention::effect, abstention::interval)) {
      assertRefused(
          AbstainedException.class, "The model abstained: no gene is known", "A in K562", read);
    }
  }

  @Test
  void outcomeAndVerdictMustAgree() {
    assertInvalid(
        "An answer has no outcome", "A in K562", () -> prediction(ANSWER, Optional.empty()));
    assertInvalid(
        "An abstention has an outcome",
        "A in K562",
        () -> prediction(ABSTENTION, Optional.of(state(Optional.empty()))));
    assertInvalid("A verdict has no reason", "ANSWER", () -> new Verdict(Decision.ANSWER, " "));
  }

  @Test
  void whatWasMeasuredTogetherIsSeen() {
    assertInvalid(
        "A condition measured in training is in regime unseen-context",
        "A in K562",
        () ->
            new Prediction(
                ASKED,
                Regime.SEEN_PERTURBATION_UNSEEN_CONTEXT,
                support(true),
                ABSTENTION,
                Optional.empty(),
                Map.of()));
  }

  @Test
  void provenanceIsCopiedAndSorted() {
    Map<String, String> facts = new HashMap<>(Map.of("b", "2", "a", "1"));
    Prediction prediction =
        new Prediction(
            ASKED, Regime.of(true, true), support(true), ABSTENTION, Optional.empty(), facts);
    facts.clear();
    assertEquals("{a=1, b=2}", prediction.provenance().toString());
    assertThrows(UnsupportedOperationException.class, () -> prediction.provenance().put("c", "3"));
  }

  @Test
  void partsOfAStateShareTheirGenes() {
    GeneProfile fits = profile(GENES, 0, 0, 0, 0);
    GeneProfile alien = profile(OTHER, 0, 0, 0, 0);
    String what = "The parts of a predicted state have different genes";
    assertInvalid(what, "effect", () -> build(fits, alien, fits, Map.of(), Optional.empty()));
    assertInvalid(what, "rank effect", () -> build(fits, fits, alien, Map.of(), Optional.empty()));
    assertInvalid(
        what, "substate G1", () -> build(fits, fits, fits, Map.of("G1", alien), Optional.empty()));
    assertInvalid(
        what,
        "interval",
        () ->
            build(
                fits,
                fits,
                fits,
                Map.of(),
                Optional.of(new Interval.PerGene(0.9, alien, alien, "test"))));
  }

  private static PredictedState build(
      GeneProfile mean,
      GeneProfile effect,
      GeneProfile rank,
      Map<String, GeneProfile> substates,
      Optional<Interval.PerGene> interval) {
    return new PredictedState(
        LOG, mean, effect, rank, interval, Optional.empty(), substates, Optional.empty());
  }

  @Test
  void sampledCellsHaveTheGenesOfTheState() {
    GeneProfile fits = profile(GENES, 0, 0, 0, 0);
    CellState cells =
        CellState.of(
            OTHER, CsrMatrix.ofDense(new float[1][4], 4), ExpressionUnits.rawCounts(), K562);
    assertInvalid(
        "The parts of a predicted state have different genes",
        "cells",
        () ->
            new PredictedState(
                LOG,
                fits,
                fits,
                fits,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.of(cells)));
  }

  @Test
  void aStateInRawCountsIsRefused() {
    GeneProfile fits = profile(GENES, 0, 0, 0, 0);
    assertInvalid(
        "A predicted state is in raw counts",
        "PredictedState",
        () ->
            new PredictedState(
                ExpressionUnits.rawCounts(),
                fits,
                fits,
                fits,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty()));
  }

  @Test
  void substatesAreCopiedAndSorted() {
    GeneProfile fits = profile(GENES, 0, 0, 0, 0);
    Map<String, GeneProfile> substates = new HashMap<>(Map.of("S", fits, "G1", fits, "M", fits));
    PredictedState state = build(fits, fits, fits, substates, Optional.empty());
    substates.clear();
    assertEquals(List.of("G1", "M", "S"), List.copyOf(state.substateEffects().keySet()));
    assertThrows(UnsupportedOperationException.class, () -> state.substateEffects().clear());
  }

  @Test
  void topGenesAreTheLargestChangesWhereNoIntervalIsKnown() {
    PredictedState state = state(Optional.empty());
    assertEquals(List.of(1, 0, 3), state.topGenes(10));
    assertEquals(List.of(1), state.topGenes(1));
    assertEquals(List.of(), state.topGenes(0));
    assertInvalid(
        "A negative number of genes was asked for", "topGenes(-1)", () -> state.topGenes(-1));
  }

  @Test
  void topGenesAreThoseWhoseIntervalLeavesOutZero() {
    PredictedState state =
        state(
            Optional.of(
                new Interval.PerGene(
                    0.9, profile(GENES, 0.1, -3, -1, -0.5), profile(GENES, 1, 1, 1, 2), "test")));
    assertEquals(List.of(0), state.topGenes(10));
  }

  @Test
  void sharesOfRespondersAreShares() {
    Interval range = new Interval(0.9, 0, 1);
    assertEquals(0.5, new Responders(0.5, range).share());
    String what = "A share of responders is out of range";
    assertInvalid(what, "1.5", () -> new Responders(1.5, range));
    assertInvalid(what, "NaN", () -> new Responders(Double.NaN, range));
  }

  @Test
  void numbersOfSupportAreInRange() {
    List<Source> sources = new ArrayList<>(List.of(new Source(ASKED, 10, 0.5)));
    Support support = new Support(true, sources, OptionalDouble.of(0), 0.5);
    sources.clear();
    assertEquals(1, support.sources().size());
    String what = "Support has a number out of range";
    assertInvalid(
        what,
        "coverage 1.5, distance OptionalDouble.empty",
        () -> new Support(true, List.of(), OptionalDouble.empty(), 1.5));
    assertInvalid(
        what,
        "coverage 1.0, distance OptionalDouble[-1.0]",
        () -> new Support(true, List.of(), OptionalDouble.of(-1), 1));
    assertInvalid(
        what,
        "coverage 1.0, distance OptionalDouble[Infinity]",
        () -> new Support(true, List.of(), OptionalDouble.of(Double.POSITIVE_INFINITY), 1));
    assertInvalid(
        "A source has a number out of range",
        "A in K562: -1 cells, weight 0.0",
        () -> new Source(ASKED, -1, 0));
    assertInvalid(
        "A source has a number out of range",
        "A in K562: 1 cells, weight NaN",
        () -> new Source(ASKED, 1, Double.NaN));
  }

  @Test
  void optionsAreInRange() {
    PredictionOptions options =
        PredictionOptions.DEFAULT.withSampledCells(5).withSeed(7).withIntervalLevel(0.5);
    assertEquals(new PredictionOptions(5, 7, 0.5), options);
    String what = "Prediction options are out of range";
    assertInvalid(what, "-1 cells, level 0.9", () -> new PredictionOptions(-1, 0, 0.9));
    assertInvalid(what, "0 cells, level 1.0", () -> new PredictionOptions(0, 0, 1));
    assertInvalid(what, "0 cells, level NaN", () -> new PredictionOptions(0, 0, Double.NaN));
  }

  @Test
  void aBatchIsItsSingleAnswersInOrder() {
    CellState baseline = CellState.of(GENES, CsrMatrix.ofDense(new float[1][4], 4), LOG, K562);
    try (Predictor abstaining = new Abstaining()) {
      List<Perturbation> asked =
          List.of(Perturbation.knockout("B"), Perturbation.control(), Perturbation.knockout("A"));
      List<Prediction> answers = abstaining.predict(baseline, asked, PredictionOptions.DEFAULT);
      assertEquals(
          asked, answers.stream().map(answer -> answer.condition().perturbation()).toList());
      assertEquals(answers.get(2), abstaining.predict(baseline, Perturbation.knockout("A")));
    }
  }

  private static final class Abstaining implements Predictor {
    @Override
    public Prediction predict(
        CellState baseline, Perturbation perturbation, PredictionOptions options) {
      return new Prediction(
          new Condition(perturbation, baseline.context()),
          Regime.of(false, false),
          support(false),
          ABSTENTION,
          Optional.empty(),
          Map.of());
    }

    @Override
    public ModelCard card() {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    public void close() {}
  }
}
