package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.cache.ResultCache;
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
  private static final String STAGE = "groups of cells";

  private final CellEvalSide side;
  private final Map<String, int[]> rows;
  private final CellEvalOptions options;
  private final CellValues control;
  private final boolean tests;
  private final double[] controlMean;
  private final ResultCache cache;
  private final ResultCache.Scope scope;
  private final Optional<ContentDigest> common;
  private final Optional<EnergyDistance> energy;

  /**
   * A side.
   *
   * @param side its cells in log1p values
   * @param rows the cells of each label
   * @param control the control cells to compare with, in memory
   * @param tests whether differential expression is asked for
   * @param cache keeps the figures of groups
   * @param scope where they belong
   */
  SideFigures(
      CellEvalSide side,
      Map<String, int[]> rows,
      CellValues control,
      CellEvalOptions options,
      boolean tests,
      ResultCache cache,
      ResultCache.Scope scope) {
    this.tests = tests;
    this.cache = cache;
    this.scope = scope;
    this.side = side;
    this.rows = rows;
    this.options = options;
    this.control = control;
    this.controlMean = options.profile().needs(CellEvalMetric.Input.CELLS) ? mean(control) : none();
    this.energy =
        options.profile().metrics().contains(CellEvalMetric.PEARSON_ENERGY_DISTANCE)
            ? Optional.of(new EnergyDistance(control))
            : Optional.empty();
    this.common = cache.keeps(scope) ? Optional.of(common()) : Optional.empty();
  }

  /** What goes into the figures of every group of the side. */
  private ContentDigest common() {
    ContentDigest.Builder digest =
        ResultCache.key("suite-side/1")
            .add(options.control())
            .add(tests ? rules(options).toString() : "no tests")
            .add(controlMean.length > 0 ? 1 : 0)
            .add(energy.isPresent() ? 1 : 0)
            .add(digest(control));
    side.genes().forEach(digest::add);
    return digest.build();
  }

  private static ContentDigest digest(CellValues cells) {
    ContentDigest.Builder digest = ContentDigest.of("cells/1").add(cells.cells());
    int[] gene = new int[cells.genes()];
    double[] value = new double[gene.length];
    for (int cell = 0; cell < cells.cells(); cell++) {
      int count = cells.row(cell, gene, value);
      for (int k = 0; k < count; k++) {
        if (value[k] != 0) {
          digest.add(gene[k]).add(value[k]);
        }
      }
      digest.add(-1L);
    }
    return digest.build();
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

    private CellValues select(int... groups) {
      return cells.select(
          IntStream.of(groups).flatMap(i -> IntStream.range(start[i], start[i + 1])).toArray());
    }

    /** The figures of some of the groups. */
    List<GroupFigures> figures(int from, int to, Progress progress) {
      Map<Integer, GroupFigures> all = new TreeMap<>();
      Map<Integer, ContentDigest> keys = new TreeMap<>();
      if (common.isPresent()) {
        for (int i = from; i < to; i++) {
          progress.check(STAGE);
          int group = i;
          keys.put(i, key(i));
          cache
              .find(scope, keys.get(i), in -> GroupFigures.read(in, side.genes()))
              .ifPresent(figures -> all.put(group, figures));
        }
      }
      int[] missing = IntStream.range(from, to).filter(i -> !all.containsKey(i)).toArray();
      Optional<DifferentialTable> tables =
          tests && missing.length > 0 ? Optional.of(table(missing, progress)) : Optional.empty();
      for (int i : missing) {
        progress.check(STAGE);
        String label = labels.get(i);
        CellValues own = select(i);
        GroupFigures figures =
            new GroupFigures(
                controlMean.length > 0 ? mean(own) : none(),
                energy.map(e -> e.to(own)),
                tables.map(t -> t.only(label)));
        if (common.isPresent()) {
          cache.keep(scope, keys.get(i), figures, GroupFigures::write);
        }
        all.put(i, figures);
      }
      return List.copyOf(all.values());
    }

    private ContentDigest key(int group) {
      ContentDigest content =
          (cells instanceof BaselineValues baseline
                  ? baseline.profileDigest(start[group], start[group + 1])
                  : Optional.<ContentDigest>empty())
              .orElseGet(() -> digest(select(group)));
      return ContentDigest.of("suite-group/1")
          .add(common.orElseThrow())
          .add(labels.get(group))
          .add(content)
          .build();
    }

    private DifferentialTable table(int[] chosen, Progress progress) {
      List<String> names = new ArrayList<>();
      for (int i : chosen) {
        names.addAll(Collections.nCopies(start[i + 1] - start[i], labels.get(i)));
      }
      CellGroups groups =
          CellGroups.ofAll(select(chosen), side.genes(), names).against(control, options.control());
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
