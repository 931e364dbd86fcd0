package org.virtualcell.evaluate;

import java.util.Optional;
import org.virtualcell.api.Interval;

/**
 * Whether a metric can tell anything on this data: where a repetition of the experiment stands
 * between an uninformed baseline and perfection, {@code (repetition - baseline) / (perfect -
 * baseline)} per condition, cut at -1 and 1. Near 0 even the experiment itself, done again, is no
 * better than the baseline, and no score means anything (dynamic range fraction, bioRxiv
 * 2025.10.20.683304). The repetition is one half of the cells with its own half of the controls, so
 * that the fraction is what half the cells can reach; for squared errors it is shrunk to its best
 * size first.
 *
 * @param metric the metric
 * @param baseline the uninformed baseline: the better of no change and the mean effect here; of no
 *     change and cells that are all alike where cells are judged
 * @param fraction the mean over perturbations
 * @param interval its 95 % interval over perturbations, where there are enough
 * @param perturbations on how many perturbations it rests
 */
public record DynamicRange(
    Metric metric,
    String baseline,
    double fraction,
    Optional<Interval> interval,
    int perturbations) {
  /**
   * What that comes to.
   *
   * @return {@code can tell}, {@code cannot tell} or {@code too few}
   */
  public String reading() {
    return interval.map(i -> i.lower() > 0 ? "can tell" : "cannot tell").orElse("too few");
  }
}
