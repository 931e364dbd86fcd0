package org.virtualcell.bench.race;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.Progress;
import org.virtualcell.compute.Lane;
import org.virtualcell.stats.differential.CellGroups;
import org.virtualcell.stats.differential.CellValues;
import org.virtualcell.stats.differential.DifferentialExpression;
import org.virtualcell.stats.differential.DifferentialOptions;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * Differential expression of all groups against group 0, from a matrix in memory to the table:
 * tests, means, fold changes and false discovery rates; matrix x in log1p units and the group of
 * each cell; results u, p, fdr and fold without group 0.
 */
public final class DeRacer implements Racer {
  private Lane lane;
  private CsrMatrix x;
  private List<String> labels;
  private List<String> genes;
  private DifferentialTable table;

  /** Creates the racer. */
  public DeRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    x = inputs.csr("x");
    // names that sort as the numbers do
    labels = Arrays.stream(inputs.ints("group")).mapToObj(g -> "p" + (100_000 + g)).toList();
    genes = IntStream.range(0, x.genes()).mapToObj(g -> "g" + g).toList();
  }

  @Override
  public void run() {
    CellGroups groups = CellGroups.of(CellValues.of(x), genes, labels, "p100000");
    table =
        DifferentialExpression.of(lane, groups, DifferentialOptions.cellEval(), Progress.SILENT);
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    int rows = table.rows();
    outputs.write("u", IntStream.range(0, rows).mapToDouble(table::statistic).toArray());
    outputs.write("p", IntStream.range(0, rows).mapToDouble(table::p).toArray());
    outputs.write("fdr", IntStream.range(0, rows).mapToDouble(table::fdr).toArray());
    outputs.write("fold", IntStream.range(0, rows).mapToDouble(table::log2FoldChange).toArray());
  }

  @Override
  public void close() {}
}
