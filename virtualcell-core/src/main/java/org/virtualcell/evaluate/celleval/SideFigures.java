package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.Progress;
import org.virtualcell.stats.differential.CellGroups;
import org.virtualcell.stats.differential.CellValues;
import org.virtualcell.stats.differential.DifferentialExpression;
import org.virtualcell.stats.differential.DifferentialOptions;
import org.virtualcell.stats.differential.DifferentialTable;
import org.virtualcell.stats.differential.GeneGate;

/**
 * Makes the figures of the groups of one side. Its control cells are held; groups are gathered
 * batch by batch, and nothing about a group depends on which others it is gathered with.
 */
final class SideFigures {
  private final CellEvalSide side;
  private final Map<String, int[]> rows;
  private final CellEvalOptions options;
  private final CellValues control;
  private final boolean tests;
  private final double[] controlMean;
  private final Optional<EnergyDistance> energy;

  /**
   * A side.
   *
   * @param side its cells in log1p values
   * @param rows the cells of each label
   * @param control the control cells to compare with, in memory
   * @param tests whether differential expression is asked for
   */
  SideFigures(
      CellEvalSide side,
      Map<String, int[]> rows,
      CellValues control,
      CellEvalOptions options,
      boolean tests) {
    this.tests = tests;
    this.side = side;
    this.rows = rows;
    this.options = options;
    this.control = control;
    this.controlMean = options.profile().needs(CellEvalMetric.Input.CELLS) ? mean(control) : none();
    this.energy =
        options.profile().metrics().contains(CellEvalMetric.PEARSON_ENERGY_DISTANCE)
            ? Optional.of(new EnergyDistance(control))
            : Optional.empty();
  }

  private static double[] none() {
    return new double[0];
  }

  private static double[] mean(CellValues cells) {
    return MeanProfiles.mean(cells, IntStream.range(0, cells.cells()).toArray());
  }

  CellValues control() {
    return control;
  }

  double[] controlMean() {
    return controlMean;
  }

  /** How many bytes a group needs once it is gathered. */
  long bytes(String label) {
    return side.values().gatheredBytes(rows.get(label));
  }

  /** Groups in memory, one after the other. */
  final class Gathered {
    private final List<String> labels;
    private final CellValues cells;
    private final int[] start;

    Gathered(List<String> labels) {
      this.labels = labels;
      this.start = new int[labels.size() + 1];
      for (int i = 0; i < labels.size(); i++) {
        start[i + 1] = start[i] + rows.get(labels.get(i)).length;
      }
      this.cells =
          side.values()
              .gather(labels.stream().flatMapToInt(l -> Arrays.stream(rows.get(l))).toArray());
    }

    private CellValues select(int from, int to) {
      return cells.select(IntStream.range(start[from], start[to]).toArray());
    }

    /** The figures of some of the groups. */
    List<GroupFigures> figures(int from, int to, Progress progress) {
      Optional<DifferentialTable> tables =
          tests ? Optional.of(table(from, to, progress)) : Optional.empty();
      List<GroupFigures> all = new ArrayList<>();
      for (int i = from; i < to; i++) {
        progress.check("groups of cells");
        String label = labels.get(i);
        CellValues own = select(i, i + 1);
        all.add(
            new GroupFigures(
                controlMean.length > 0 ? mean(own) : none(),
                energy.map(e -> e.to(own)),
                tables.map(t -> t.only(label))));
      }
      return all;
    }

    private DifferentialTable table(int from, int to, Progress progress) {
      List<String> names = new ArrayList<>();
      for (int i = from; i < to; i++) {
        for (int k = start[i]; k < start[i + 1]; k++) {
          names.add(labels.get(i));
        }
      }
      CellGroups groups =
          CellGroups.ofAll(select(from, to), side.genes(), names)
              .against(control, options.control());
      return DifferentialExpression.of(groups, rules(options), progress);
    }
  }

  Gathered gather(List<String> labels) {
    return new Gathered(labels);
  }

  static DifferentialOptions rules(CellEvalOptions options) {
    DifferentialOptions rules = DifferentialOptions.cellEval();
    return options.cpmGate().isPresent()
        ? rules.withGate(GeneGate.pooledEitherSide(options.cpmGate().getAsDouble()))
        : rules;
  }
}
