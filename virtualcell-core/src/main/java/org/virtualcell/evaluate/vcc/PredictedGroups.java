package org.virtualcell.evaluate.vcc;

import java.util.List;
import org.virtualcell.evaluate.paired.GroupedCells;

/** Predicted cells by label, from a file or made on the spot. Safe for concurrent use. */
interface PredictedGroups {
  /** The files that are read with each batch; empty where nothing is read. */
  List<GroupedCells> files();

  /** Reads a batch, not yet checked. */
  Batch read(List<String> labels);

  /** The pseudobulk of cells that came from here. */
  default GroupBulk bulk(CellCounts cells, ChallengeRules rules) {
    return GroupBulk.of(cells, rules.bulkTargetSum());
  }

  /**
   * Whether the cells are made from measured cells, so that their figures serve other predictions.
   */
  default boolean madeFromMeasured() {
    return false;
  }

  /** A batch of labels. */
  interface Batch {
    /** The cells of one label, checked. */
    CellCounts cells(int i);
  }
}
