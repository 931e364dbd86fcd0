package org.virtualcell.atlas;

import java.util.List;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;

/** A condition with the cells it was measured in. Immutable; cells are copied out on demand. */
public interface MeasuredCondition {
  /**
   * What was done, to which cells.
   *
   * @return the condition
   */
  Condition condition();

  /**
   * Its cells with the controls they are compared to.
   *
   * @return one group per batch where batches are known and have controls, else one group
   */
  List<MatchedCells> cells();
}
