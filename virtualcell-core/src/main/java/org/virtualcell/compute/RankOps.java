package org.virtualcell.compute;

/** Operations on rank-sum tests. Rules common to all operations stand at {@link Lane}. */
public sealed interface RankOps permits CoreRankOps {}
