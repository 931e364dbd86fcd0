package org.virtualcell.evaluate;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;

/**
 * Everything measured that a prediction of one held-out condition is judged against.
 *
 * @param condition what was held out
 * @param ownTargets its target genes
 * @param genes the genes that count: all but its targets
 * @param expressed the genes its context expresses
 * @param shared its effect against all controls, and the mean effect of its context
 * @param separate its effect against the reserved half of the controls, and the mean effect of its
 *     context in the training halves; empty where there are too few cells
 * @param lineup the effects a prediction is ranked among; empty where there are too few cells
 * @param population its cells, for judging predicted cells
 * @param strangers effects of other conditions in the other half of their cells and controls: what
 *     a shuffled label would predict
 * @param ceiling what a repetition of the experiment with half the cells scores
 */
record MeasuredCase(
    Condition condition,
    List<Integer> ownTargets,
    GeneChoice genes,
    BitSet expressed,
    Target shared,
    Optional<Target> separate,
    Optional<Lineup> lineup,
    Population population,
    List<MeasuredEffect> strangers,
    Map<Metric, MetricValue> ceiling) {

  /**
   * An effect to be predicted.
   *
   * @param effect the measured effect
   * @param mean the mean effect of the context, to be projected out; empty where nothing else was
   *     measured
   * @param cells what it was measured in; empty where nobody asks
   */
  record Target(MeasuredEffect effect, Optional<Template> mean, List<MatchedCells> cells) {}

  /** The mean of other measured effects, one value per gene. */
  static final class Template {
    private final double[] mean;
    private final double[] equal;

    Template(double[] mean, double[] equal) {
      this.mean = mean;
      this.equal = equal;
    }

    /** Every condition once, however many cells it has. */
    double[] equal() {
      return equal;
    }

    /** Every condition as often as it has cells. */
    double[] mean() {
      return mean;
    }
  }

  /**
   * Two disjoint halves of the cells against two disjoint halves of the controls.
   *
   * @param first against one half of the controls
   * @param second against the other half
   * @param mean the mean effect of the context in the first half of everything
   */
  record Halves(MeasuredEffect first, MeasuredEffect second, Optional<Template> mean) {}

  /**
   * The effects a prediction is ranked among, all measured alike: half of the cells against the
   * reserved half of the controls.
   *
   * @param own the effect of the condition itself
   * @param others the effects of other conditions in the same context
   * @param genes the genes that count: all but the targets of any of them
   */
  record Lineup(MeasuredEffect own, List<MeasuredEffect> others, GeneChoice genes) {}
}
