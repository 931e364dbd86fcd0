package org.virtualcell.evaluate;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.virtualcell.api.CellState;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.stats.Pseudobulk;

/**
 * The moments of control populations, which many effects are measured against; those of perturbed
 * cells are forgotten after each effect. Used by one thread.
 */
final class ControlMoments {
  private final IdentityHashMap<CellState, Pseudobulk> known = new IdentityHashMap<>();

  /** Gives the moments of the states of some groups. */
  Function<CellState, Pseudobulk> with(List<MatchedCells> groups) {
    IdentityHashMap<CellState, Pseudobulk> perturbed = new IdentityHashMap<>();
    groups.forEach(group -> of(group.controls()));
    return state ->
        known.containsKey(state)
            ? known.get(state)
            : perturbed.computeIfAbsent(state, Pseudobulk::logNormalized);
  }

  Pseudobulk of(CellState controls) {
    return known.computeIfAbsent(controls, Pseudobulk::logNormalized);
  }
}
