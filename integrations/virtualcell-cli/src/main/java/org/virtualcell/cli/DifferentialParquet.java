package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.StreamSupport;
import org.virtualcell.stats.differential.DifferentialTable;

/**
 * Writes a table of differential expression as Parquet, in the columns of the CSV, and the context.
 */
final class DifferentialParquet {
  private static final List<ParquetTable.Column> COLUMNS =
      List.of(
          new ParquetTable.Column("target", ParquetTable.Kind.TEXT),
          new ParquetTable.Column("feature", ParquetTable.Kind.TEXT),
          new ParquetTable.Column("target_mean", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("ref_mean", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("target_membership", ParquetTable.Kind.COUNT),
          new ParquetTable.Column("ref_membership", ParquetTable.Kind.COUNT),
          new ParquetTable.Column("log2_fold_change", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("percent_change", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("p_value", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("statistic", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("fdr", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("p_adj", ParquetTable.Kind.NUMBER),
          new ParquetTable.Column("context", ParquetTable.Kind.TEXT));

  private DifferentialParquet() {}

  static void write(Map<String, DifferentialTable> tables, Path out, boolean force) {
    ParquetTable.write(
        out,
        force,
        COLUMNS,
        () ->
            tables.entrySet().stream()
                .flatMap(
                    table -> {
                      Iterable<List<?>> rows = () -> new Rows(table.getKey(), table.getValue());
                      return StreamSupport.stream(rows.spliterator(), false);
                    })
                .iterator());
  }

  /** The rows one after the other. */
  private static final class Rows implements Iterator<List<?>> {
    private final String context;
    private final DifferentialTable table;
    private int row;
    private int group;

    Rows(String context, DifferentialTable table) {
      this.context = context;
      this.table = table;
    }

    @Override
    public boolean hasNext() {
      return row < table.rows();
    }

    @Override
    public List<?> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      while (table.firstRow(group + 1) <= row) {
        group++;
      }
      List<?> values =
          Arrays.asList(
              table.groups().get(group),
              table.genes().get(table.gene(row)),
              table.targetMean(row),
              table.referenceMean(row),
              table.cells(group),
              table.referenceCells(group),
              table.log2FoldChange(row),
              table.percentChange(row),
              table.p(row),
              table.statistic(row),
              table.fdr(row),
              table.fdr(row),
              context.isEmpty() ? null : context);
      row++;
      return values;
    }
  }
}
