/**
 * The 2025 suite: the metrics, profiles, aggregation and scores of cell-eval 0.8.1 under their
 * names, quirks included, and a strict reading of the same metrics beside it.
 *
 * <p>The door is {@link org.virtualcell.evaluate.celleval.CellEval}; {@link
 * org.virtualcell.evaluate.celleval.CellEvalScore} places a result against a baseline, {@link
 * org.virtualcell.evaluate.celleval.MeanBaseline} makes one and {@link
 * org.virtualcell.evaluate.celleval.DataCeiling} estimates how far the data themselves get.
 */
package org.virtualcell.evaluate.celleval;
