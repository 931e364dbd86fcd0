/**
 * Single cells out of predicted means, and what single cells tell of a response. Door: {@link
 * org.virtualcell.model.cells.CellGenerator} makes cells that carry an effect out of unperturbed
 * ones, molecule by molecule. Used by every model that predicts a mean; knows no model.
 */
package org.virtualcell.model.cells;
