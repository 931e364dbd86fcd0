/**
 * Differential expression of groups of cells against a reference, by engines with names: each is
 * one documented convention, and none is ever taken in the place of another.
 *
 * <p>Doors: {@link org.virtualcell.stats.differential.DifferentialExpression} computes, {@link
 * org.virtualcell.stats.differential.DifferentialTable} is the result and reads and writes CSV,
 * {@link org.virtualcell.stats.differential.BenjaminiHochberg} adjusts p values. Everything is in
 * double precision and summed in the order of cells.
 */
package org.virtualcell.stats.differential;
