package org.virtualcell.compute;

/**
 * Operations on dense products and the elementwise work around them. Rules common to all operations
 * stand at {@link Lane}.
 */
public sealed interface DenseOps permits CoreDenseOps {}
