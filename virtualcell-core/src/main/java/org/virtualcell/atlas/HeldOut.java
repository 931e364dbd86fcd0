package org.virtualcell.atlas;

import java.util.List;
import org.virtualcell.api.MatchedCells;

/**
 * A condition that is held out and scored.
 *
 * <p>All control cells of a context are seen in training, so that their sampling error is part of
 * both the training effects and a test effect measured against the same controls. The parts with
 * separate control cells exist because that shared error looks like skill.
 */
public interface HeldOut extends MeasuredCondition {
  /**
   * All its cells against all controls.
   *
   * @return one or more groups
   */
  @Override
  List<MatchedCells> cells();

  /**
   * All its cells against the reserved half of the controls, which no model fitted on {@link
   * Fold#trainingHalf()} has seen.
   *
   * @return one or more groups
   */
  List<MatchedCells> reservedCells();

  /**
   * One half of its cells against the training half of the controls.
   *
   * @return one or more groups; empty when the condition or its context has fewer than two cells
   */
  default List<MatchedCells> firstHalf() {
    return firstHalf(0);
  }

  /**
   * The other half of its cells against the reserved half of the controls. No cell is in both
   * halves, on either side: agreement of the two is what a perfect model could reach.
   *
   * @return one or more groups; empty when the condition or its context has fewer than two cells
   */
  default List<MatchedCells> secondHalf() {
    return secondHalf(0);
  }

  /**
   * One half of its cells against one half of the controls, in one of many divisions. The halves of
   * few controls differ by chance, and all conditions of a context share that difference: agreement
   * of halves is steadier as a mean over divisions.
   *
   * @param division 0 for the division into training and reserved half, 1 and on for others
   * @return one or more groups; empty when the condition or its context has fewer than two cells
   */
  List<MatchedCells> firstHalf(int division);

  /**
   * The other half of its cells against the other half of the controls, in one of many divisions.
   *
   * @param division 0 for the division into training and reserved half, 1 and on for others
   * @return one or more groups; empty when the condition or its context has fewer than two cells
   */
  List<MatchedCells> secondHalf(int division);
}
