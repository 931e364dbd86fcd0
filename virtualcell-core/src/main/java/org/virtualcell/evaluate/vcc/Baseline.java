package org.virtualcell.evaluate.vcc;

import java.util.Map;
import org.virtualcell.evaluate.paired.GroupedCells;

/** What the lower end of the scale is made of: the mean response, which knows no perturbation. */
public sealed interface Baseline {
  /**
   * The competition's form: every cell of every perturbation is the mean over perturbations of
   * their mean counts.
   */
  record MeanResponseTiled() implements Baseline {}

  /**
   * The mean response carried by resampled control cells: their counts times the ratio of the mean
   * response to the mean control, gene by gene. Each gene leaves out the perturbations that target
   * it.
   *
   * @param seed of the resampling, as numpy draws
   */
  record MeanResponseDispersed(long seed) implements Baseline {}

  /**
   * Cells from elsewhere, such as a baseline another program has written; fractional counts are
   * allowed.
   *
   * @param contexts the cells by context
   */
  record Given(Map<String, GroupedCells> contexts) implements Baseline {
    /** Copies the map. */
    public Given {
      contexts = Map.copyOf(contexts);
    }
  }

  /**
   * The competition's form.
   *
   * @return tiled
   */
  static Baseline tiled() {
    return new MeanResponseTiled();
  }

  /**
   * What it is, for the record of a run.
   *
   * @return a short phrase
   */
  default String description() {
    if (this instanceof MeanResponseDispersed dispersed) {
      return "mean response on resampled control cells, own target left out, seed "
          + dispersed.seed();
    }
    return this instanceof Given ? "given cells" : "mean response, the same in every cell";
  }
}
