package org.virtualcell.atlas;

import java.util.List;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.TrainingSet;

/**
 * One turn of a split: what a model may learn from, and what it is asked afterwards. Immutable and
 * thread-safe.
 */
public interface Fold {
  /**
   * Which of the hard questions this fold asks.
   *
   * @return the label of a {@link SplitPolicy}, such as {@code unseen-perturbation}; {@code seen}
   *     where a split file holds out a pair whose perturbation and context are seen apart
   */
  String protocol();

  /**
   * For combinations, how many of the parts were measured alone in the same context and are in
   * training.
   *
   * @return {@code "0"}, {@code "1"}, {@code "2"} ...; empty text for other protocols
   */
  String stratum();

  /**
   * All cells of the training conditions and all controls.
   *
   * @return the training set
   */
  TrainingSet training();

  /**
   * The training half of the cells of each training condition and of the controls of each context.
   * A model fitted on it has seen none of {@link HeldOut#reservedCells()} controls and none of the
   * cells of {@link #candidates()}.
   *
   * @return the training set
   */
  default TrainingSet trainingHalf() {
    return trainingHalf(0);
  }

  /**
   * One half of the cells of each training condition and of the controls of each context, in one of
   * many divisions: the same as {@link HeldOut#firstHalf(int)}.
   *
   * @param division 0 for the division into training and reserved half, 1 and on for others
   * @return the training set
   */
  TrainingSet trainingHalf(int division);

  /**
   * What is held out and scored.
   *
   * @return one or more conditions in a fixed order
   */
  List<HeldOut> heldOut();

  /**
   * Every other condition measured in the contexts of {@link #heldOut()}: the reserved half of its
   * cells against the reserved half of the controls. These are the alternatives a prediction is
   * ranked against, in cells that {@link #trainingHalf()} does not hold.
   *
   * @return conditions in a fixed order; may be empty
   */
  List<MeasuredCondition> candidates();

  /**
   * The digest of what is trained on, what is held out, the seed and the data.
   *
   * @return equal for equal folds, on every platform
   */
  ContentDigest digest();
}
