package org.virtualcell.evaluate.celleval;

import org.virtualcell.stats.differential.DifferentialTable;

/**
 * Takes tables of differential expression as they are made, so that those of large files need not
 * be held. Calls come one at a time, perturbations in order.
 */
public interface TableSink {
  /**
   * The tables of one perturbation.
   *
   * @param real of its measured cells
   * @param predicted of its predicted cells
   */
  void take(DifferentialTable real, DifferentialTable predicted);
}
