package org.virtualcell.stats.differential;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Differential expression, a row per group and tested gene; groups are sorted, genes in the order
 * of the data. A gene that a gate left out has no row. Immutable.
 */
public final class DifferentialTable {
  /** The numbers of one row; what a file does not state is NaN. */
  record Row(
      int group,
      int gene,
      double targetMean,
      double referenceMean,
      double log2FoldChange,
      double percentChange,
      double statistic,
      double p,
      double fdr) {}

  /** The fact that says how many tests gave no p value. */
  static final String ABSTAINED = "tests without p";

  private static final int NUMBERS = 7;

  private final List<String> groups;
  private final List<String> genes;
  private final int[] cells;
  private final int[] referenceCells;
  private final int[] firstRow;
  private final int[] gene;
  private final double[][] numbers;
  private final Map<String, String> facts;

  DifferentialTable(
      List<String> groups,
      List<String> genes,
      int[] cells,
      int[] referenceCells,
      TableRows rows,
      Map<String, String> facts) {
    this.groups = List.copyOf(groups);
    this.genes = List.copyOf(genes);
    this.cells = cells.clone();
    this.referenceCells = referenceCells.clone();
    this.firstRow = rows.firstRow(groups.size());
    this.gene = rows.genes();
    this.numbers = rows.numbers();
    this.facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }

  /**
   * One group alone.
   *
   * @param group its name
   * @return its rows; a table without a row where there is no such group
   */
  public DifferentialTable only(String group) {
    int at = groups.indexOf(group);
    TableRows rows = new TableRows();
    long abstained = 0;
    for (int row = at < 0 ? 0 : firstRow[at]; row < (at < 0 ? 0 : firstRow[at + 1]); row++) {
      rows.add(row(0, row));
      abstained += Double.isNaN(p(row)) ? 1 : 0;
    }
    Map<String, String> own = new LinkedHashMap<>(facts);
    if (own.containsKey(ABSTAINED)) {
      own.put(ABSTAINED, Long.toString(abstained));
    }
    return new DifferentialTable(
        at < 0 ? List.of() : List.of(group),
        genes,
        at < 0 ? new int[0] : new int[] {cells[at]},
        at < 0 ? new int[0] : new int[] {referenceCells[at]},
        rows,
        own);
  }

  private Row row(int group, int row) {
    return new Row(
        group,
        gene[row],
        targetMean(row),
        referenceMean(row),
        log2FoldChange(row),
        percentChange(row),
        statistic(row),
        p(row),
        fdr(row));
  }

  /**
   * Writes the table in a form that {@link #read} takes back bit by bit; the genes' names are not
   * part of it.
   *
   * @param out where to write; not closed
   * @throws IOException if writing fails
   */
  public void write(DataOutputStream out) throws IOException {
    out.writeInt(groups.size());
    for (int group = 0; group < groups.size(); group++) {
      out.writeUTF(groups.get(group));
      out.writeInt(cells[group]);
      out.writeInt(referenceCells[group]);
      out.writeInt(firstRow[group + 1] - firstRow[group]);
    }
    out.writeInt(facts.size());
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      out.writeUTF(fact.getKey());
      out.writeUTF(fact.getValue());
    }
    ByteBuffer bytes = ByteBuffer.allocate(gene.length * (Integer.BYTES + NUMBERS * Double.BYTES));
    for (int row = 0; row < gene.length; row++) {
      bytes.putInt(gene[row]);
      for (int c = 0; c < NUMBERS; c++) {
        bytes.putDouble(numbers[c][row]);
      }
    }
    out.write(bytes.array());
  }

  /**
   * Reads a table back.
   *
   * @param in what {@link #write} wrote
   * @param genes the genes' names
   * @return the table
   * @throws IOException if it is of another form, or of other genes
   */
  public static DifferentialTable read(DataInputStream in, List<String> genes) throws IOException {
    int count = in.readInt();
    List<String> groups = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    List<Integer> references = new ArrayList<>();
    List<Integer> rowsOf = new ArrayList<>();
    for (int group = 0; group < count; group++) {
      groups.add(in.readUTF());
      sizes.add(in.readInt());
      references.add(in.readInt());
      rowsOf.add(in.readInt());
    }
    Map<String, String> facts = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      facts.put(in.readUTF(), in.readUTF());
    }
    TableRows rows = new TableRows();
    for (int group = 0; group < count; group++) {
      int bytes = Math.multiplyExact(rowsOf.get(group), Integer.BYTES + NUMBERS * Double.BYTES);
      ByteBuffer all = ByteBuffer.wrap(in.readNBytes(bytes));
      for (int row = 0; row < rowsOf.get(group); row++) {
        int gene = all.getInt();
        if (gene < 0 || gene >= genes.size()) {
          throw new IOException("gene " + gene + " of " + genes.size());
        }
        rows.add(
            new Row(
                group,
                gene,
                all.getDouble(),
                all.getDouble(),
                all.getDouble(),
                all.getDouble(),
                all.getDouble(),
                all.getDouble(),
                all.getDouble()));
      }
    }
    return new DifferentialTable(
        groups,
        genes,
        sizes.stream().mapToInt(n -> n).toArray(),
        references.stream().mapToInt(n -> n).toArray(),
        rows,
        facts);
  }

  /**
   * The facts of two tables that were made the same way: what counts tests is summed.
   *
   * @param a facts of a table
   * @param b facts of another
   * @return facts of both together
   */
  public static Map<String, String> joinedFacts(Map<String, String> a, Map<String, String> b) {
    Map<String, String> joined = new LinkedHashMap<>(a);
    joined.computeIfPresent(
        ABSTAINED,
        (name, count) ->
            Long.toString(Long.parseLong(count) + Long.parseLong(b.getOrDefault(name, "0"))));
    return joined;
  }

  /**
   * Several tables as one, their groups one after the other.
   *
   * @param tables tables of the same genes, made the same way, no group in two of them; at least
   *     one
   * @return the table
   */
  public static DifferentialTable union(List<DifferentialTable> tables) {
    List<String> groups = new ArrayList<>();
    TableRows rows = new TableRows();
    Map<String, String> facts = tables.get(0).facts;
    for (DifferentialTable table : tables) {
      facts = table == tables.get(0) ? facts : joinedFacts(facts, table.facts);
      for (int group = 0; group < table.groups.size(); group++) {
        for (int row = table.firstRow[group]; row < table.firstRow[group + 1]; row++) {
          rows.add(table.row(groups.size() + group, row));
        }
      }
      groups.addAll(table.groups);
    }
    return new DifferentialTable(
        groups,
        tables.get(0).genes,
        tables.stream().flatMapToInt(t -> Arrays.stream(t.cells)).toArray(),
        tables.stream().flatMapToInt(t -> Arrays.stream(t.referenceCells)).toArray(),
        rows,
        facts);
  }

  /**
   * The groups.
   *
   * @return their names, sorted
   */
  public List<String> groups() {
    return groups;
  }

  /**
   * The genes of the data, tested or not.
   *
   * @return their names
   */
  public List<String> genes() {
    return genes;
  }

  /**
   * How the table was made: engine, units, fold change, gate, scope, small groups, and how many
   * tests abstained.
   *
   * @return empty for a table that was read from a file
   */
  public Map<String, String> facts() {
    return facts;
  }

  /**
   * The number of rows.
   *
   * @return zero or more
   */
  public int rows() {
    return gene.length;
  }

  /**
   * The first row of a group.
   *
   * @param group 0 to the number of groups, the last being the end
   * @return an index of rows
   */
  public int firstRow(int group) {
    return firstRow[group];
  }

  /**
   * The gene of a row.
   *
   * @param row 0 to {@link #rows()} - 1
   * @return an index into {@link #genes()}
   */
  public int gene(int row) {
    return gene[row];
  }

  /**
   * The number of cells of a group.
   *
   * @param group an index into {@link #groups()}
   * @return one or more; -1 where a file does not state it
   */
  public int cells(int group) {
    return cells[group];
  }

  /**
   * The number of cells a group was compared with.
   *
   * @param group an index into {@link #groups()}
   * @return one or more; -1 where a file does not state it
   */
  public int referenceCells(int group) {
    return referenceCells[group];
  }

  /**
   * The mean of the group in count space.
   *
   * @param row a row
   * @return by the convention of the fold change; NaN where a file does not state it
   */
  public double targetMean(int row) {
    return numbers[0][row];
  }

  /**
   * The mean of the reference in count space.
   *
   * @param row a row
   * @return by the convention of the fold change; NaN where a file does not state it
   */
  public double referenceMean(int row) {
    return numbers[1][row];
  }

  /**
   * The log2 fold change.
   *
   * @param row a row
   * @return infinite where epsilon is 0 and one mean is
   */
  public double log2FoldChange(int row) {
    return numbers[2][row];
  }

  /**
   * The relative change.
   *
   * @param row a row
   * @return (mean - reference) / reference; NaN where a file does not state it
   */
  public double percentChange(int row) {
    return numbers[3][row];
  }

  /**
   * The statistic: U of the group, or the engine's score.
   *
   * @param row a row
   * @return NaN where a file does not state it
   */
  public double statistic(int row) {
    return numbers[4][row];
  }

  /**
   * The two-sided p value.
   *
   * @param row a row
   * @return 0 to 1; NaN where the engine abstained
   */
  public double p(int row) {
    return numbers[5][row];
  }

  /**
   * The adjusted p value.
   *
   * @param row a row
   * @return 0 to 1; NaN where the engine abstained
   */
  public double fdr(int row) {
    return numbers[6][row];
  }

  /**
   * Writes the table as CSV with the columns target, feature, target_mean, ref_mean,
   * target_membership, ref_membership, fold_change, log2_fold_change, percent_change, p_value,
   * statistic, fdr, p_adj; fold_change repeats log2_fold_change, as in pdex, and p_adj repeats fdr,
   * as cell-eval2 calls it.
   *
   * @param out where to write; not closed
   * @throws IOException if writing fails
   */
  public void writeCsv(Writer out) throws IOException {
    DifferentialCsv.writeHeader(out, false);
    DifferentialCsv.writeRows(this, out, null);
  }

  /**
   * Writes the table's rows without the header line, to go on after {@link
   * #writeCsvHeader(Writer)}.
   *
   * @param out where to write; not closed
   * @throws IOException if writing fails
   */
  public void writeCsvRows(Writer out) throws IOException {
    DifferentialCsv.writeRows(this, out, null);
  }

  /**
   * Writes the header line of {@link #writeCsv(Writer)}.
   *
   * @param out where to write; not closed
   * @throws IOException if writing fails
   */
  public static void writeCsvHeader(Writer out) throws IOException {
    DifferentialCsv.writeHeader(out, false);
  }

  /**
   * Writes tables of several contexts as one CSV: the columns of {@link #writeCsv(Writer)} and then
   * {@code context}.
   *
   * @param tables a table per context
   * @param out where to write; not closed
   * @throws IOException if writing fails
   */
  public static void writeCsv(Map<String, DifferentialTable> tables, Writer out)
      throws IOException {
    DifferentialCsv.writeHeader(out, true);
    for (Map.Entry<String, DifferentialTable> table : tables.entrySet()) {
      DifferentialCsv.writeRows(table.getValue(), out, table.getKey());
    }
  }

  /**
   * Reads a table of this or another program. Needed are target, feature, log2_fold_change, p_value
   * and fdr (or p_adj); other columns are read where they are there.
   *
   * @param in CSV with a header; not closed
   * @param source the file, for messages
   * @return the table; genes in the order they first occur
   * @throws IOException if reading fails
   * @throws org.virtualcell.api.DataFormatException if a column is missing, a number is none, or a
   *     pair of group and gene occurs twice
   */
  public static DifferentialTable readCsv(Reader in, String source) throws IOException {
    return DifferentialCsv.read(in, source);
  }
}
