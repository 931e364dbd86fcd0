/**
 * Screens whose noise-free effects are known, and what models make of them. Start {@link
 * org.virtualcell.bench.simulation.EffectSimulation} for effects, {@link
 * org.virtualcell.bench.simulation.CellSimulation} for laws of single cells.
 *
 * <p>Real data are too small to tell whether intervals cover, whether abstaining helps, and whether
 * planted shares of an effect are found again; these screens are made to tell.
 */
package org.virtualcell.bench.simulation;
