package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.CellHalves;
import org.virtualcell.atlas.Half;

/**
 * The controls in two halves: one for members to learn from, one to measure what they are compared
 * with. With common controls their sampling error would be in both and look like skill. Every half
 * is made once, so that what is measured in it can be kept. Not thread-safe.
 */
final class ControlHalves {
  private final TrainingSet data;
  private final long seed;
  private final Map<Half, IdentityHashMap<CellState, CellState>> halves = new HashMap<>();
  private final Map<Half, Map<Condition, List<MatchedCells>>> cells = new HashMap<>();

  ControlHalves(TrainingSet data, long seed) {
    this.data = data;
    this.seed = seed;
    for (Half half : List.of(Half.TRAIN, Half.RESERVED)) {
      halves.put(half, new IdentityHashMap<>());
      cells.put(half, new HashMap<>());
    }
  }

  List<MatchedCells> cells(Condition condition, Half which) {
    return cells
        .get(which)
        .computeIfAbsent(
            condition,
            c -> {
              List<MatchedCells> groups = new ArrayList<>();
              for (MatchedCells group : data.cells(c)) {
                CellState controls =
                    halves
                        .get(which)
                        .computeIfAbsent(group.controls(), state -> half(state, which));
                groups.add(new MatchedCells(group.perturbed(), controls, group.level()));
              }
              return List.copyOf(groups);
            });
  }

  /** A single control has no halves: it serves both. */
  private CellState half(CellState state, Half which) {
    int n = Math.toIntExact(state.cells());
    if (n < 2) {
      return state;
    }
    CsrMatrix matrix =
        state.expression() instanceof CsrMatrix inMemory
            ? inMemory
            : state.expression().block(0, n);
    int[] rows = new CellHalves(matrix).half(IntStream.range(0, n).toArray(), which, seed);
    return new CellState(
        state.genes(), matrix.select(rows), state.units(), state.context(), Optional.empty());
  }
}
