package org.virtualcell.stats.differential;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;

/** Tables of differential expression as CSV, in the columns pdex and cell-eval write. */
final class DifferentialCsv {
  private static final List<String> COLUMNS =
      List.of(
          "target",
          "feature",
          "target_mean",
          "ref_mean",
          "target_membership",
          "ref_membership",
          "fold_change",
          "log2_fold_change",
          "percent_change",
          "p_value",
          "statistic",
          "fdr",
          "p_adj");

  private DifferentialCsv() {}

  static void writeHeader(Writer out, boolean context) throws IOException {
    out.write(String.join(",", COLUMNS) + (context ? ",context" : "") + "\n");
  }

  static void writeRows(DifferentialTable table, Writer out, String context) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int group = 0; group < table.groups().size(); group++) {
      String target = quoted(table.groups().get(group));
      for (int row = table.firstRow(group); row < table.firstRow(group + 1); row++) {
        line.setLength(0);
        line.append(target).append(',').append(quoted(table.genes().get(table.gene(row))));
        add(line, table.targetMean(row));
        add(line, table.referenceMean(row));
        line.append(',').append(table.cells(group)).append(',').append(table.referenceCells(group));
        add(line, table.log2FoldChange(row));
        add(line, table.log2FoldChange(row));
        add(line, table.percentChange(row));
        add(line, table.p(row));
        add(line, table.statistic(row));
        add(line, table.fdr(row));
        add(line, table.fdr(row));
        if (context != null) {
          line.append(',').append(quoted(context));
        }
        out.append(line.append('\n'));
      }
    }
  }

  private static void add(StringBuilder line, double number) {
    line.append(',');
    if (Double.isInfinite(number)) {
      line.append(number > 0 ? "inf" : "-inf");
    } else {
      line.append(number);
    }
  }

  private static String quoted(String name) {
    boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  static DifferentialTable read(Reader in, String source) throws IOException {
    CsvMapper mapper = CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
    try (MappingIterator<String[]> lines = mapper.readerFor(String[].class).readValues(in)) {
      if (!lines.hasNext()) {
        throw new DataFormatException("The table is empty", source, "Write a header line.");
      }
      Header header = new Header(lines.next(), source);
      Map<String, List<String[]>> byGroup = new TreeMap<>();
      Map<String, Integer> genes = new LinkedHashMap<>();
      Set<List<String>> seen = new HashSet<>();
      int number = 1;
      while (lines.hasNext()) {
        String[] line = lines.next();
        number++;
        String group = header.text(line, "target", number);
        String gene = header.text(line, "feature", number);
        if (!seen.add(List.of(group, gene))) {
          throw new DataFormatException(
              "Group '" + group + "' and gene '" + gene + "' occur twice",
              source + ", line " + number,
              "Keep one row per pair.");
        }
        genes.putIfAbsent(gene, genes.size());
        byGroup.computeIfAbsent(group, g -> new ArrayList<>()).add(line);
      }
      return build(header, byGroup, genes);
    }
  }

  private static DifferentialTable build(
      Header header, Map<String, List<String[]>> byGroup, Map<String, Integer> genes) {
    List<String> groups = new ArrayList<>(byGroup.keySet());
    int[] cells = new int[groups.size()];
    int[] reference = new int[groups.size()];
    TableRows rows = new TableRows();
    for (int group = 0; group < groups.size(); group++) {
      List<String[]> lines = byGroup.get(groups.get(group));
      cells[group] = header.whole(lines.get(0), "target_membership");
      reference[group] = header.whole(lines.get(0), "ref_membership");
      for (String[] line : lines) {
        rows.add(
            new DifferentialTable.Row(
                group,
                genes.get(header.text(line, "feature", 0)),
                header.number(line, "target_mean"),
                header.number(line, "ref_mean"),
                header.number(line, "log2_fold_change"),
                header.number(line, "percent_change"),
                header.number(line, "statistic"),
                header.number(line, "p_value"),
                header.number(line, "fdr")));
      }
    }
    return new DifferentialTable(
        groups, new ArrayList<>(genes.keySet()), cells, reference, rows, Map.of());
  }

  /** Where the columns are. */
  private static final class Header {
    private final Map<String, Integer> at = new HashMap<>();
    private final String source;

    Header(String[] names, String source) {
      this.source = source;
      for (int c = 0; c < names.length; c++) {
        at.put(names[c], c);
      }
      if (at.containsKey("p_adj")) {
        at.putIfAbsent("fdr", at.get("p_adj"));
      }
      for (String needed : List.of("target", "feature", "log2_fold_change", "p_value", "fdr")) {
        if (!at.containsKey(needed)) {
          throw new DataFormatException(
              "There is no column '" + needed + "'",
              source + ", columns " + Arrays.toString(names),
              "A table of differential expression needs target, feature, log2_fold_change,"
                  + " p_value and fdr.");
        }
      }
    }

    String text(String[] line, String column, int number) {
      int c = at.get(column);
      if (c >= line.length || line[c].isEmpty()) {
        throw new DataFormatException(
            "The column '" + column + "' is empty", source + ", line " + number, "Fill it in.");
      }
      return line[c];
    }

    double number(String[] line, String column) {
      Integer c = at.get(column);
      if (c == null || c >= line.length || line[c].isEmpty()) {
        return Double.NaN;
      }
      String text = line[c];
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan", "NaN", "null" -> Double.NaN;
        default -> parse(text, column);
      };
    }

    int whole(String[] line, String column) {
      double number = number(line, column);
      return Double.isNaN(number) ? -1 : (int) number;
    }

    private double parse(String text, String column) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new DataFormatException(
            "'" + text + "' is not a number", source + ", column " + column, "Write numbers.", e);
      }
    }
  }
}
