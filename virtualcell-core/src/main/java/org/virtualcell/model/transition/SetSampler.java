package org.virtualcell.model.transition;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;

/**
 * Sets of cells of one condition (and batch, where batches have controls) with as many of its
 * controls, drawn afresh at each step. What a step draws depends on seed and step alone, so that
 * the position in a run is the number of the step.
 *
 * <p>A fifth of the controls of every state is kept for evaluation and never trained on. A group
 * with fewer cells than a set gives each of them once before any a second time.
 */
final class SetSampler {
  private static final int EVALUATION = 5; // one in so many controls
  private static final int FEWEST_CONTROLS = 10; // below, the same serve both

  /** Cells of one condition and batch. */
  record Group(int question, int perturbed, int controls) {}

  private final ResidentCells cells;
  private final List<Group> groups = new ArrayList<>();
  private final int setCells;
  private final long seed;

  SetSampler(ResidentCells cells, int setCells, long seed) {
    this.cells = cells;
    this.setCells = setCells;
    this.seed = seed;
  }

  /**
   * Adds a condition's groups; one with a single cell is left out.
   *
   * @return how many groups were added
   */
  int add(int question, Condition condition, List<MatchedCells> matched) {
    int before = groups.size();
    for (MatchedCells group : matched) {
      if (group.perturbed().cells() >= 2 && group.controls().cells() >= 2) {
        groups.add(new Group(question, held(group.perturbed()), held(group.controls())));
      }
    }
    return groups.size() - before;
  }

  private int held(CellState state) {
    return cells.add(state);
  }

  List<Group> groups() {
    return groups;
  }

  /** The group of a position: every group once before any a second time. */
  Group group(long step, int set, int sets) {
    long position = step * sets + set;
    long round = position / groups.size();
    int[] order = new int[groups.size()];
    new CounterRandom(seed, 21, round)
        .deal(IntStream.range(0, order.length).toArray(), order, 0, order.length);
    return groups.get(order[(int) (position % groups.size())]);
  }

  /** Writes the controls and the perturbed cells of a set, row after row. */
  void fill(Group group, long step, int set, float[] controls, float[] perturbed, int from) {
    CounterRandom random = new CounterRandom(seed, 22, step, set);
    draw(group.controls(), controlRows(group.controls(), false), random, controls, from);
    int all = cells.cells(group.perturbed());
    draw(group.perturbed(), IntStream.range(0, all).toArray(), random, perturbed, from);
  }

  /** The same from controls that are kept for evaluation. */
  void fillForEvaluation(Group group, long draw, float[] controls, float[] perturbed, int from) {
    CounterRandom random = new CounterRandom(seed, 23, draw);
    draw(group.controls(), controlRows(group.controls(), true), random, controls, from);
    int all = cells.cells(group.perturbed());
    draw(group.perturbed(), IntStream.range(0, all).toArray(), random, perturbed, from);
  }

  private void draw(int state, int[] rows, CounterRandom random, float[] out, int from) {
    int[] drawn = new int[setCells];
    random.deal(rows, drawn, 0, setCells);
    for (int i = 0; i < setCells; i++) {
      cells.dense(state, drawn[i], out, from + i * cells.columns());
    }
  }

  /** The controls of a state that are trained on, or those that are kept for evaluation. */
  int[] controlRows(int state, boolean forEvaluation) {
    int n = cells.cells(state);
    if (n < FEWEST_CONTROLS) {
      return IntStream.range(0, n).toArray();
    }
    int[] order = new int[n];
    new CounterRandom(seed, 24, state).deal(IntStream.range(0, n).toArray(), order, 0, n);
    int kept = n / EVALUATION;
    int[] rows =
        forEvaluation
            ? java.util.Arrays.copyOf(order, kept)
            : java.util.Arrays.copyOfRange(order, kept, n);
    java.util.Arrays.sort(rows);
    return rows;
  }
}
