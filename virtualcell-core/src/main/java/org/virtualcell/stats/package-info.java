/**
 * Statistics of cell populations: normalisation, pseudobulk moments, effects with their sampling
 * variance.
 *
 * <p>Doors: {@link org.virtualcell.stats.Pseudobulk} for one population, {@link
 * org.virtualcell.stats.GroupPseudobulk} for many on a device, {@link org.virtualcell.stats.Effect}
 * for perturbed cells against their controls, {@link org.virtualcell.stats.RankSumTest} for
 * rank-sum tests of all genes, {@link org.virtualcell.stats.PrincipalComponents} for components,
 * {@link org.virtualcell.stats.Normalization} for units.
 */
package org.virtualcell.stats;
