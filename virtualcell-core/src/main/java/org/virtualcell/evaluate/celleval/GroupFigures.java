package org.virtualcell.evaluate.celleval;

import java.util.Optional;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * All that is kept of one group of cells on one side.
 *
 * @param mean its mean log1p profile; empty where no metric reads it
 * @param energy its energy distance from the control, where a metric reads it
 * @param table its differential expression, where a metric reads it
 */
record GroupFigures(
    double[] mean, Optional<EnergyDistance.Value> energy, Optional<DifferentialTable> table) {}
