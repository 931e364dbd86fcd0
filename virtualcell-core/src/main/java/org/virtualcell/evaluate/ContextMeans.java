package org.virtualcell.evaluate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.HeldOut;
import org.virtualcell.evaluate.MeasuredCase.Template;
import org.virtualcell.stats.KeptEffects;

/**
 * The mean effects that are projected out, in one part of the cells.
 *
 * <p>For a held-out condition it is the mean over all perturbed training cells of the same context;
 * where the context has none (it is held out), over those of the other held-out conditions of the
 * context; where there are none either, over the training cells of all contexts.
 */
final class ContextMeans {
  private final TrainingSet training;
  private final List<HeldOut> heldOut;
  private final Function<HeldOut, List<MatchedCells>> part;
  private final KeptEffects kept;
  private final Map<CellContext, Sum> trained = new HashMap<>();
  private final Map<CellContext, Sum> beside = new HashMap<>();
  private Sum everywhere;

  ContextMeans(
      Fold fold,
      TrainingSet training,
      Function<HeldOut, List<MatchedCells>> part,
      KeptEffects kept) {
    this.training = training;
    this.heldOut = fold.heldOut();
    this.part = part;
    this.kept = kept;
  }

  /** A sum of effects, each as often as it has perturbed cells. */
  private static final class Sum {
    private double[] total;
    private double[] each;
    private long cells;
    private int conditions;

    void add(MeasuredEffect effect) {
      total = total == null ? new double[effect.delta().length] : total;
      each = each == null ? new double[total.length] : each;
      for (int g = 0; g < total.length; g++) {
        total[g] += effect.cells() * effect.delta()[g];
        each[g] += effect.delta()[g];
      }
      cells += effect.cells();
      conditions++;
    }

    /** The mean without one effect that was added; empty if nothing else was. */
    Optional<Template> without(Optional<MeasuredEffect> own) {
      if (conditions - (own.isPresent() ? 1 : 0) <= 0) {
        return Optional.empty();
      }
      double[] mean = total.clone();
      double[] equal = each.clone();
      int left = conditions - (own.isPresent() ? 1 : 0);
      long others = cells - own.map(MeasuredEffect::cells).orElse(0L);
      for (int g = 0; g < mean.length; g++) {
        double mine = own.isPresent() ? own.get().cells() * own.get().delta()[g] : 0;
        mean[g] = (mean[g] - mine) / others;
        equal[g] = (equal[g] - (own.isPresent() ? own.get().delta()[g] : 0)) / left;
      }
      return Optional.of(new Template(mean, equal));
    }
  }

  /**
   * The mean for a held-out condition.
   *
   * @param own its own effect in this part, which no mean may hold; empty where it has too few
   *     cells for one
   */
  Optional<Template> of(Condition condition, Optional<MeasuredEffect> own) {
    CellContext context = condition.context();
    return trained
        .computeIfAbsent(context, this::sumOfTraining)
        .without(Optional.empty())
        .or(() -> beside.computeIfAbsent(context, this::sumOfHeldOut).without(own))
        .or(() -> everywhere().without(Optional.empty()));
  }

  private Sum sumOfTraining(CellContext context) {
    Sum sum = new Sum();
    for (Condition condition : training.conditions()) {
      if (context == null || condition.context().equals(context)) {
        sum.add(MeasuredEffect.of(training.cells(condition), kept));
      }
    }
    return sum;
  }

  private Sum sumOfHeldOut(CellContext context) {
    Sum sum = new Sum();
    for (HeldOut other : heldOut) {
      if (other.condition().context().equals(context)) {
        MeasuredEffect.ofAny(part.apply(other), kept).ifPresent(sum::add);
      }
    }
    return sum;
  }

  private Sum everywhere() {
    if (everywhere == null) {
      everywhere = sumOfTraining(null);
    }
    return everywhere;
  }
}
