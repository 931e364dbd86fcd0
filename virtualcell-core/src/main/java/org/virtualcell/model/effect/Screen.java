package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
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

    private Item with(float[] shares) {
      return new Item(condition, targets, cells, effect, noise, shares);
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
  record Population(float[] variance, float noise) {
    private boolean same(Population other) {
      return noise == other.noise && Arrays.equals(variance, other.variance);
    }
  }

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

    private Mode with(Mode added) {
      List<Population> all = new ArrayList<>(populations);
      int[] place = new int[added.populations().size()];
      for (int p = 0; p < place.length; p++) {
        Population population = added.populations().get(p);
        place[p] = 0;
        while (place[p] < all.size() && !all.get(place[p]).same(population)) {
          place[p]++;
        }
        if (place[p] == all.size()) {
          all.add(population);
        }
      }
      List<Item> both = new ArrayList<>();
      for (Item item : items) {
        both.add(item.with(Arrays.copyOf(item.share(), all.size())));
      }
      for (Item item : added.items()) {
        float[] share = new float[all.size()];
        for (int p = 0; p < place.length; p++) {
          share[place[p]] += item.share()[p];
        }
        both.add(item.with(share));
      }
      return new Mode(modes, scale, both, all);
    }
  }

  /**
   * This screen and another one, whose effects are in the scale of this one's where a mode is in
   * both. A context that is in both keeps its profile; a control population with the same moments
   * is the same population, whose error the effects of both screens share.
   */
  Screen with(Screen added) {
    List<Controls> all = new ArrayList<>(contexts);
    List<CellContext> known = contextNames();
    added.contexts().stream().filter(c -> !known.contains(c.context())).forEach(all::add);
    TreeMap<String, Mode> merged = new TreeMap<>();
    modes.forEach(m -> merged.put(m.modes().toString(), m));
    added.modes().forEach(m -> merged.merge(m.modes().toString(), m, Mode::with));
    return new Screen(genes, units, all, List.copyOf(merged.values()));
  }

  Optional<Mode> mode(Perturbation perturbation) {
    SortedSet<String> asked = Targets.modes(perturbation);
    return modes.stream().filter(m -> m.modes().equals(asked)).findFirst();
  }

  List<CellContext> contextNames() {
    return contexts.stream().map(Controls::context).toList();
  }
}
