/**
 * Annotated cells as training and test data: which column says what was done to a cell, which
 * controls a cell is compared to, and splits that hold out what a model claims to predict.
 *
 * <p>Doors: {@link org.virtualcell.atlas.PerturbationKeys} for the columns, {@link
 * org.virtualcell.atlas.PerturbationData} for the cells, {@link org.virtualcell.atlas.Splits} for
 * folds, {@link org.virtualcell.atlas.LeakageReport} for what slips from one side to the other.
 */
package org.virtualcell.atlas;
