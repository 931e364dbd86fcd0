/**
 * How far batches are mixed and labels kept apart in a space of cells: silhouettes, principal
 * component regression, connectivity, LISI and kBET by the definitions of scIB.
 *
 * <p>The door is {@link org.virtualcell.stats.batch.BatchMixing}. Everything is exact, in double
 * precision and without chance: all cells, all distances.
 */
package org.virtualcell.stats.batch;
