package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.HeldOut;
import org.virtualcell.atlas.MeasuredCondition;
import org.virtualcell.evaluate.MeasuredCase.Halves;
import org.virtualcell.evaluate.MeasuredCase.Lineup;
import org.virtualcell.evaluate.MeasuredCase.Target;
import org.virtualcell.stats.KeptEffects;
import org.virtualcell.stats.Pseudobulk;

/** Measures the held-out conditions of a fold. */
final class MeasuredCases {
  /** How many wrong labels stand behind each right one in the self-test. */
  private static final int STRANGERS = 3;

  private final Fold fold;
  private final TargetGenes targets;
  private final Profile profile;
  private final KeptEffects kept;
  private final ContextMeans sharedMeans;
  private final List<ContextMeans> halfMeans = new ArrayList<>(); // by division
  private final Map<CellContext, List<Candidate>> candidates = new HashMap<>();
  private final Map<CellContext, BitSet> expressed = new HashMap<>();

  private record Candidate(Condition condition, MeasuredEffect effect) {}

  MeasuredCases(Fold fold, TargetGenes targets, Profile profile, KeptEffects kept) {
    this.fold = fold;
    this.targets = targets;
    this.profile = profile;
    this.kept = kept;
    this.sharedMeans = new ContextMeans(fold, fold.training(), HeldOut::cells, kept);
  }

  List<MeasuredCase> measure(Progress progress) {
    List<MeasuredCase> cases = new ArrayList<>();
    for (HeldOut heldOut : fold.heldOut()) {
      progress.check("measuring held-out conditions");
      cases.add(measure(heldOut));
    }
    return cases;
  }

  /** First halves of some other conditions of the context, in training or else held out. */
  private List<MeasuredEffect> strangers(Condition condition) {
    TrainingSet half = fold.trainingHalf();
    List<List<MatchedCells>> others = new ArrayList<>();
    for (Condition other : half.conditions()) {
      if (other.context().equals(condition.context())) {
        others.add(half.cells(other));
      }
    }
    if (others.isEmpty()) {
      for (HeldOut other : fold.heldOut()) {
        if (other.condition().context().equals(condition.context())
            && !other.condition().equals(condition)) {
          others.add(other.firstHalf());
        }
      }
    }
    List<MeasuredEffect> chosen = new ArrayList<>();
    int start = Math.floorMod(condition.perturbation().canonical().hashCode(), 1 << 16);
    for (int i = 0; i < others.size() && chosen.size() < STRANGERS; i++) {
      // a step that shares no divisor with any small number of conditions spreads the choice
      effect(others.get((start + i * 7919) % others.size())).ifPresent(chosen::add);
    }
    return chosen;
  }

  private MeasuredCase measure(HeldOut heldOut) {
    Condition condition = heldOut.condition();
    List<Integer> own = targets.of(condition.perturbation());
    MeasuredEffect shared = MeasuredEffect.of(heldOut.cells(), kept);
    Optional<MeasuredEffect> separate = effect(heldOut.reservedCells());
    Optional<MeasuredEffect> first = effect(heldOut.firstHalf());
    Optional<MeasuredEffect> second = effect(heldOut.secondHalf());
    GeneChoice genes = new GeneChoice(targets.without(new HashSet<>(own)));
    Optional<Lineup> lineup = second.map(effect -> lineup(condition, effect));
    return new MeasuredCase(
        condition,
        own,
        genes,
        expressed.computeIfAbsent(condition.context(), this::expressed),
        new Target(shared, sharedMeans.of(condition, Optional.of(shared)), heldOut.cells()),
        separate.map(
            effect ->
                new Target(effect, halfMeans(0).of(condition, first), heldOut.reservedCells())),
        lineup,
        new Population(states(heldOut.cells()), expressedPlaces(condition, genes, shared)),
        separate.isPresent() ? strangers(condition) : List.of(),
        ceiling(heldOut, genes, lineup, expressedPlaces(condition, genes, shared)));
  }

  private Map<Metric, MetricValue> ceiling(
      HeldOut heldOut, GeneChoice genes, Optional<Lineup> lineup, int[] expressedGenes) {
    Map<Metric, MetricValue> ceiling =
        new EnumMap<>(NoiseCeiling.of(genes, halves(heldOut), lineup));
    List<CellState> first = states(heldOut.firstHalf());
    List<CellState> second = states(heldOut.secondHalf());
    if (!first.isEmpty() && !second.isEmpty()) {
      ceiling.putAll(new Population(second, expressedGenes).judge(first));
    }
    return ceiling;
  }

  private static List<CellState> states(List<MatchedCells> groups) {
    return groups.stream().map(MatchedCells::perturbed).toList();
  }

  /** The expressed genes that count, at most {@link Population#MOST_GENES}, in their order. */
  private int[] expressedPlaces(Condition condition, GeneChoice genes, MeasuredEffect effect) {
    BitSet in = expressed.get(condition.context());
    double[] before = effect.controlMean();
    return IntStream.range(0, genes.size())
        .map(genes::place)
        .filter(in::get)
        .boxed()
        .sorted(Comparator.comparingDouble(g -> -before[g]))
        .limit(Population.MOST_GENES)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /**
   * The two halves in several divisions: more where there are few controls, whose halves differ
   * much by chance.
   */
  private List<Halves> halves(HeldOut heldOut) {
    List<Halves> halves = new ArrayList<>();
    int divisions = 1;
    for (int division = 0; division < divisions; division++) {
      Optional<MeasuredEffect> first = effect(heldOut.firstHalf(division));
      Optional<MeasuredEffect> second = effect(heldOut.secondHalf(division));
      if (first.isPresent() && second.isPresent()) {
        halves.add(
            new Halves(
                first.get(), second.get(), halfMeans(division).of(heldOut.condition(), first)));
        divisions = profile.divisions(first.get().controlCells() + second.get().controlCells());
      }
    }
    return halves;
  }

  private ContextMeans halfMeans(int division) {
    while (halfMeans.size() <= division) {
      int next = halfMeans.size();
      halfMeans.add(
          new ContextMeans(fold, fold.trainingHalf(next), other -> other.firstHalf(next), kept));
    }
    return halfMeans.get(division);
  }

  private Optional<MeasuredEffect> effect(List<MatchedCells> cells) {
    return MeasuredEffect.ofAny(cells, kept);
  }

  private Lineup lineup(Condition condition, MeasuredEffect own) {
    Set<Integer> excluded = new HashSet<>(targets.of(condition.perturbation()));
    List<MeasuredEffect> others = new ArrayList<>();
    for (Candidate candidate : candidates.computeIfAbsent(condition.context(), this::candidates)) {
      if (!candidate.condition().equals(condition)) {
        excluded.addAll(targets.of(candidate.condition().perturbation()));
        others.add(candidate.effect());
      }
    }
    return new Lineup(own, others, new GeneChoice(targets.without(excluded)));
  }

  /** The fold's candidates in a context, and the held-out conditions that are not among them. */
  private List<Candidate> candidates(CellContext context) {
    List<Candidate> found = new ArrayList<>();
    Set<Condition> seen = new HashSet<>();
    for (MeasuredCondition candidate : fold.candidates()) {
      if (candidate.condition().context().equals(context) && seen.add(candidate.condition())) {
        addCandidate(found, candidate.condition(), candidate.cells());
      }
    }
    for (HeldOut heldOut : fold.heldOut()) {
      if (heldOut.condition().context().equals(context) && seen.add(heldOut.condition())) {
        addCandidate(found, heldOut.condition(), heldOut.secondHalf());
      }
    }
    return found;
  }

  private void addCandidate(List<Candidate> found, Condition condition, List<MatchedCells> cells) {
    effect(cells).ifPresent(effect -> found.add(new Candidate(condition, effect)));
  }

  private BitSet expressed(CellContext context) {
    CellState state = fold.training().controls(context);
    Pseudobulk moments = kept.moments(state);
    BitSet genes = new BitSet();
    for (int g = 0; g < state.genes().size(); g++) {
      genes.set(g, moments.detected(g) >= profile.leastDetection() * moments.cells());
    }
    return genes;
  }
}
