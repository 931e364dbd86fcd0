/**
 * Two files of cells side by side, the measured and the predicted: what makes them comparable, and
 * how their groups of cells are read, one batch of whole perturbations at a time.
 *
 * <p>The door is {@link org.virtualcell.evaluate.paired.PairedCells}; {@link
 * org.virtualcell.evaluate.paired.OwnTargets} says which gene a perturbation targets. Suites of
 * metrics build on both.
 */
package org.virtualcell.evaluate.paired;
