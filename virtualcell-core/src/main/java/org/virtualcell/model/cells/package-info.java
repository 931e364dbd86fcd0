/**
 * Single cells out of predicted means, and what single cells tell of a response. Doors: {@link
 * org.virtualcell.model.cells.CellGenerator} makes cells that carry an effect out of unperturbed
 * ones, molecule by molecule; {@link org.virtualcell.model.cells.ResponderEstimate} tells which
 * share of measured cells responds; {@link org.virtualcell.model.cells.Substates} and {@link
 * org.virtualcell.model.cells.SubstateEffects} tell effects of substates apart. Knows no model.
 */
package org.virtualcell.model.cells;
