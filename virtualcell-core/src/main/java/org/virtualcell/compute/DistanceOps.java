package org.virtualcell.compute;

/**
 * Operations on distances between cells, energy distance and principal components. Rules common to
 * all operations stand at {@link Lane}.
 */
public sealed interface DistanceOps permits CoreDistanceOps {}
