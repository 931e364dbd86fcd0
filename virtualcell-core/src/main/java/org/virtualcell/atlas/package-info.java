/**
 * Annotated cells as training and test data: which column says what was done to a cell, which
 * controls a cell is compared to, and splits that hold out what a model claims to predict.
 *
 * <p>Door to the parts of a split: {@link org.virtualcell.atlas.Fold}.
 */
package org.virtualcell.atlas;
