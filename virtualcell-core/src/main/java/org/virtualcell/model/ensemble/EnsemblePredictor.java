package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictedState;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;
import org.virtualcell.model.Absence;
import org.virtualcell.model.EffectOutcome;
import org.virtualcell.model.LastPrepared;
import org.virtualcell.model.PreparedState;
import org.virtualcell.model.StorableModel;
import org.virtualcell.model.StoredModel;

/** The ensemble at work. Thread-safe; it owns its members. */
final class EnsemblePredictor implements Predictor, StorableModel {
  private static final int MOST_SOURCES = 20;

  private final List<String> names;
  private final List<Predictor> members;
  private final String fallback;
  private final List<Stack> stacks;
  private final Map<Stratum, Stack> byStratum = new HashMap<>();
  private final ModelCard card;
  private final LastPrepared<PreparedState> prepared;

  EnsemblePredictor(
      List<String> names,
      List<Predictor> members,
      String fallback,
      List<Stack> stacks,
      ModelCard card) {
    this.names = List.copyOf(names);
    this.members = List.copyOf(members);
    this.fallback = fallback;
    this.stacks = List.copyOf(stacks);
    this.card = card;
    this.prepared =
        new LastPrepared<>(
            card.name(),
            state -> new PreparedState(state, card.genes(), card.units(), card.contexts()));
    stacks.forEach(stack -> byStratum.put(stack.stratum(), stack));
  }

  @Override
  public Prediction predict(
      CellState baseline, Perturbation perturbation, PredictionOptions options) {
    prepared.requireOpen("predicting");
    Predictor alone = members.get(names.indexOf(fallback));
    Prediction first = alone.predict(baseline, perturbation, options.withSampledCells(0));
    if (perturbation.parts().isEmpty()) {
      return passed(alone.predict(baseline, perturbation, options), "");
    }
    if (first.support().measuredTogether()) {
      return passed(
          alone.predict(baseline, perturbation, options),
          "Measured in training: the member '" + fallback + "' answers alone. ");
    }
    Absence absence =
        Absence.of(perturbation, first.regime().seenPerturbation(), first.regime().seenContext());
    Stack stack = byStratum.get(Stratum.of(perturbation, absence));
    if (stack == null || !stack.decided()) {
      int n = stack == null ? 0 : stack.perturbations();
      return passed(
          alone.predict(baseline, perturbation, options),
          n
              + " held-out perturbations, leaving out "
              + absence.words()
              + ", are fewer than "
              + Stack.FEWEST
              + ": the member '"
              + fallback
              + "' answers alone. ");
    }
    return stacked(prepared.of(baseline), perturbation, stack, first, options);
  }

  /** An answer of the default member, with the ensemble's provenance. */
  private Prediction passed(Prediction of, String why) {
    Map<String, String> facts = new TreeMap<>(of.provenance());
    facts.put("model", card.name());
    facts.put("member", fallback);
    return new Prediction(
        of.condition(),
        of.regime(),
        of.support(),
        new Verdict(of.verdict().decision(), why + of.verdict().reason()),
        of.outcome(),
        facts);
  }

  private Prediction stacked(
      PreparedState baseline,
      Perturbation perturbation,
      Stack stack,
      Prediction first,
      PredictionOptions options) {
    double[] effect = new double[baseline.genes().size()];
    double[] rank = new double[effect.length];
    Map<Condition, Support.Source> sources = new LinkedHashMap<>();
    List<String> weighed = new ArrayList<>();
    boolean supported = false;
    for (int m = 0; m < members.size(); m++) {
      double weight = stack.weights()[m];
      if (weight > 0) {
        Prediction p =
            names.get(m).equals(fallback)
                ? first
                : members
                    .get(m)
                    .predict(baseline.given(), perturbation, options.withSampledCells(0));
        weighed.add(String.format(Locale.ROOT, "%s %.2f", names.get(m), weight));
        supported |= p.verdict().decision() == Verdict.Decision.ANSWER;
        if (p.outcome().isPresent()) {
          add(effect, p.effect(), weight);
          add(rank, p.state().rankEffect(), weight);
          p.support().sources().forEach(s -> merge(sources, s, weight));
        }
      }
    }
    Optional<double[]> widths = stack.widths(options.intervalLevel());
    return new Prediction(
        new Condition(perturbation, baseline.given().context()),
        first.regime(),
        new Support(
            false, strongest(sources), first.support().distance(), first.support().geneCoverage()),
        verdict(stack, weighed, supported, widths.isPresent()),
        Optional.of(outcome(baseline, effect, rank, widths, stack, first, options)),
        baseline.provenance(card, options));
  }

  private static void add(double[] sum, GeneProfile values, double weight) {
    for (int g = 0; g < sum.length; g++) {
      sum[g] += weight * values.get(g);
    }
  }

  private static void merge(
      Map<Condition, Support.Source> sources, Support.Source source, double weight) {
    sources.merge(
        source.condition(),
        new Support.Source(source.condition(), source.cells(), weight * source.weight()),
        (a, b) -> new Support.Source(a.condition(), a.cells(), a.weight() + b.weight()));
  }

  private static List<Support.Source> strongest(Map<Condition, Support.Source> sources) {
    return sources.values().stream()
        .sorted(
            Comparator.comparingDouble((Support.Source s) -> -s.weight())
                .thenComparing(s -> s.condition().perturbation().canonical())
                .thenComparing(s -> s.condition().context().digest().hex()))
        .limit(MOST_SOURCES)
        .toList();
  }

  private Verdict verdict(
      Stack stack, List<String> weighed, boolean supported, boolean hasInterval) {
    String tried =
        stack.perturbations()
            + " held-out perturbations, leaving out "
            + stack.stratum().absence().words();
    String interval =
        hasInterval ? "" : " No interval: too few perturbations calibrate this level.";
    if (weighed.isEmpty()) {
      return new Verdict(
          Verdict.Decision.NO_EVIDENCE,
          "On " + tried + ", no member is surely better than 'no change'." + interval);
    }
    String what =
        String.join(", ", weighed)
            + String.format(Locale.ROOT, "; error %.2f of 'no change' on ", stack.error())
            + tried
            + ".";
    return supported
        ? new Verdict(Verdict.Decision.ANSWER, what + interval)
        : new Verdict(
            Verdict.Decision.NO_EVIDENCE,
            "No member with a weight has evidence on this question: " + what + interval);
  }

  private static PredictedState outcome(
      PreparedState baseline,
      double[] effect,
      double[] rank,
      Optional<double[]> widths,
      Stack stack,
      Prediction first,
      PredictionOptions options) {
    String basis =
        "split-conformal over "
            + stack.perturbations()
            + " held-out perturbations of the ensemble, leaving out "
            + stack.stratum().absence().words();
    return new EffectOutcome(
            baseline,
            effect,
            rank,
            widths.map(baseline::pick),
            basis,
            first.outcome().flatMap(PredictedState::responders))
        .predicted(options);
  }

  List<Stack> stacks() {
    return stacks;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public StoredModel store() {
    prepared.requireOpen("saving");
    return EnsembleStore.write(names, members, fallback, stacks, card);
  }

  @Override
  public void close() {
    prepared.close();
    members.forEach(Predictor::close);
  }
}
