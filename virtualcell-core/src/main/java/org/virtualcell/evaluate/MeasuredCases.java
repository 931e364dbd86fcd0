package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
import org.virtualcell.evaluate.MeasuredCase.Template;
import org.virtualcell.stats.Pseudobulk;

/**
 * Measures the held-out conditions of a fold.
 *
 * <p>The mean effect that is projected out is the unweighted mean over the training conditions of
 * the same context; where the context has none (it is held out), over the other held-out conditions
 * of the context; where there are none either, over the training conditions of all contexts.
 */
final class MeasuredCases {
  private final Fold fold;
  private final TargetGenes targets;
  private final Profile profile;
  private final ControlMoments controls = new ControlMoments();
  private final Map<Condition, MeasuredEffect> sharedEffects = new HashMap<>();
  private final Map<Condition, MeasuredEffect> halfEffects = new HashMap<>();
  private final Map<Condition, Optional<MeasuredEffect>> sharedBeside = new HashMap<>();
  private final Map<Condition, Optional<MeasuredEffect>> halfBeside = new HashMap<>();
  private final Map<CellContext, List<Candidate>> candidates = new HashMap<>();
  private final Map<CellContext, BitSet> expressed = new HashMap<>();

  private record Candidate(Condition condition, MeasuredEffect effect) {}

  MeasuredCases(Fold fold, TargetGenes targets, Profile profile) {
    this.fold = fold;
    this.targets = targets;
    this.profile = profile;
  }

  List<MeasuredCase> measure(Progress progress) {
    List<MeasuredCase> cases = new ArrayList<>();
    for (HeldOut heldOut : fold.heldOut()) {
      progress.check("measuring held-out conditions");
      cases.add(measure(heldOut));
    }
    return cases;
  }

  private MeasuredCase measure(HeldOut heldOut) {
    Condition condition = heldOut.condition();
    List<Integer> own = targets.of(condition.perturbation());
    Optional<MeasuredEffect> separate = effect(heldOut.reservedCells());
    List<Halves> halves = halves(heldOut);
    return new MeasuredCase(
        condition,
        own,
        new GeneChoice(targets.without(new HashSet<>(own))),
        expressed.computeIfAbsent(condition.context(), this::expressed),
        new Target(
            MeasuredEffect.of(heldOut.cells(), controls),
            mean(
                condition, fold.training(), sharedEffects, sharedBeside, MeasuredCondition::cells)),
        separate.map(
            effect ->
                new Target(
                    effect,
                    mean(
                        condition,
                        fold.trainingHalf(),
                        halfEffects,
                        halfBeside,
                        HeldOut::firstHalf))),
        halves,
        halves.stream().findFirst().map(division -> lineup(condition, division.second())));
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
        halves.add(new Halves(first.get(), second.get()));
        long controlCells = first.get().controlCells() + second.get().controlCells();
        divisions = profile.divisions(controlCells);
      }
    }
    return halves;
  }

  private Optional<MeasuredEffect> effect(List<MatchedCells> cells) {
    return MeasuredEffect.ofAny(cells, controls);
  }

  private Optional<Template> mean(
      Condition condition,
      TrainingSet training,
      Map<Condition, MeasuredEffect> known,
      Map<Condition, Optional<MeasuredEffect>> beside,
      Function<HeldOut, List<MatchedCells>> part) {
    List<double[]> inContext = trained(training, known, condition.context());
    if (inContext.isEmpty()) {
      inContext =
          fold.heldOut().stream()
              .filter(other -> isOther(other.condition(), condition))
              .flatMap(
                  other ->
                      beside
                          .computeIfAbsent(other.condition(), c -> effect(part.apply(other)))
                          .stream())
              .map(MeasuredEffect::delta)
              .toList();
    }
    if (inContext.isEmpty()) {
      inContext = trained(training, known, null);
    }
    return MeasuredEffect.mean(inContext).map(Template::new);
  }

  private static boolean isOther(Condition other, Condition condition) {
    return other.context().equals(condition.context()) && !other.equals(condition);
  }

  /** The effects of the training conditions of a context, or of all contexts for null. */
  private List<double[]> trained(
      TrainingSet training, Map<Condition, MeasuredEffect> known, CellContext context) {
    return training.conditions().stream()
        .filter(c -> context == null || c.context().equals(context))
        .map(
            c ->
                known
                    .computeIfAbsent(c, k -> MeasuredEffect.of(training.cells(k), controls))
                    .delta())
        .toList();
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
    Pseudobulk moments = this.controls.of(state);
    BitSet genes = new BitSet();
    for (int g = 0; g < state.genes().size(); g++) {
      genes.set(g, moments.detected(g) >= profile.leastDetection() * moments.cells());
    }
    return genes;
  }
}
