package org.virtualcell.model.effect;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/**
 * What was measured: the effect of each training condition and how uncertain it is, kept apart by
 * mode. Values are rounded to single precision on entry, so that a model read back from a file is
 * the same model. Immutable.
 *
 * @param genes the genes
 * @param units of the effects
 * @param contexts those with controls
 * @param modes one table per mode, sorted by mode
 */
record Screen(
    GeneVocabulary genes, ExpressionUnits units, List<Controls> contexts, List<Mode> modes) {

  Screen {
    contexts = List.copyOf(contexts);
    modes = List.copyOf(modes);
  }

  /**
   * The controls of a context.
   *
   * @param mean mean log1p expression per gene
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
  record Controls(CellContext context, long cells, float[] mean) {}

  /**
   * One training condition.
   *
   * @param effect log1p change per gene, against all controls
   * @param noise the sampling variance of the perturbed mean in units of the mode's {@link
   *     Mode#scale()} squared, the mean over genes
   * @param share per control population of the mode, the weight of its mean in the effect
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
  record Item(
      Condition condition,
      List<String> targets,
      long cells,
      float[] effect,
      float noise,
      float[] share) {
    CellContext context() {
      return condition.context();
    }
  }

  /**
   * A population of controls that several effects are measured against, whose sampling error they
   * share.
   *
   * @param variance the sampling variance of the mean per gene, as of log1p values
   * @param noise the same, scaled as the noise of items
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
  record Population(float[] variance, float noise) {}

  /**
   * All conditions of one mode.
   *
   * @param modes what is done, such as {@code [activation]}
   * @param scale per gene, the root of the mean sampling variance of the effects
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
  record Mode(
      SortedSet<String> modes, float[] scale, List<Item> items, List<Population> populations) {
    Mode {
      items = List.copyOf(items);
      populations = List.copyOf(populations);
    }
  }

  Optional<Mode> mode(Perturbation perturbation) {
    SortedSet<String> asked = Targets.modes(perturbation);
    return modes.stream().filter(m -> m.modes().equals(asked)).findFirst();
  }

  boolean hasPerturbation(Perturbation perturbation) {
    return modes.stream()
        .flatMap(m -> m.items().stream())
        .anyMatch(i -> i.condition().perturbation().equals(perturbation));
  }

  boolean hasPerturbed(CellContext context) {
    return modes.stream()
        .flatMap(m -> m.items().stream())
        .anyMatch(i -> i.context().equals(context));
  }

  List<CellContext> contextNames() {
    return contexts.stream().map(Controls::context).toList();
  }
}
