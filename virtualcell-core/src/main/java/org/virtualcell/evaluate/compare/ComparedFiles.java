package org.virtualcell.evaluate.compare;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.CsvTable;
import org.virtualcell.evaluate.report.HtmlPage;
import org.virtualcell.io.AtomicFile;

/** Writes a comparison as {@code compare.csv} and as a page {@code compare.html}. */
public final class ComparedFiles {
  /** The table. */
  public static final String CSV = "compare.csv";

  /** The page. */
  public static final String HTML = "compare.html";

  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

  private ComparedFiles() {}

  /**
   * Writes both files, each whole or not at all.
   *
   * @param lines the comparison
   * @param command the command that made it
   * @param folder an existing folder
   * @param force whether files that are there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if a file is there and {@code force} is false
   * @throws org.virtualcell.api.StorageException if the folder cannot be written
   */
  public static void write(List<ComparedModel> lines, String command, Path folder, boolean force) {
    Path csv = folder.resolve(CSV);
    Path html = folder.resolve(HTML);
    AtomicFile.requireWritable(csv, force);
    AtomicFile.requireWritable(html, force);
    byte[] table = csv(lines).getBytes(StandardCharsets.UTF_8);
    byte[] page = html(lines, command).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(csv, force, out -> out.write(table));
    AtomicFile.write(html, force, out -> out.write(page));
  }

  /**
   * The table as text.
   *
   * @param lines the comparison
   * @return CSV with a header line
   */
  public static String csv(List<ComparedModel> lines) {
    CsvTable table =
        new CsvTable(
            "regime",
            "metric",
            "better",
            "model",
            "value",
            "low",
            "high",
            "cohort",
            "conditions",
            "missing",
            "rank",
            "rank_low",
            "rank_high",
            "verdict");
    for (ComparedModel line : lines) {
      table.add(
          line.regime(),
          line.metric(),
          line.higherIsBetter() ? "higher" : "lower",
          line.model(),
          CsvTable.number(line.value()),
          line.interval().map(i -> CsvTable.number(i.lower())).orElse(""),
          line.interval().map(i -> CsvTable.number(i.upper())).orElse(""),
          String.valueOf(line.perturbations()),
          String.valueOf(line.items()),
          String.valueOf(line.missing()),
          CsvTable.number(line.rank()),
          line.rankInterval().map(i -> CsvTable.number(i.lower())).orElse(""),
          line.rankInterval().map(i -> CsvTable.number(i.upper())).orElse(""),
          line.verdict());
    }
    return table.text();
  }

  private static String html(List<ComparedModel> lines, String command) {
    Map<String, Map<String, List<ComparedModel>>> byRegime = new LinkedHashMap<>();
    for (ComparedModel line : lines) {
      byRegime
          .computeIfAbsent(line.regime(), r -> new LinkedHashMap<>())
          .computeIfAbsent(line.metric(), m -> new ArrayList<>())
          .add(line);
    }
    StringBuilder body = new StringBuilder();
    byRegime.forEach(
        (regime, metrics) -> {
          body.append("<section><h2>")
              .append(HtmlPage.escaped(regime.isEmpty() ? "predicted cells" : regime))
              .append("</h2>\n<div class=\"panels\">\n");
          metrics.forEach((metric, models) -> table(body, metric, models));
          body.append("</div></section>\n");
        });
    return HtmlPage.resource(ComparedFiles.class, "compare-page.html")
        .replace(
            "{{head}}",
            HtmlPage.head(
                "Models side by side",
                POLICY,
                HtmlPage.resource(ComparedFiles.class, "compare.css")))
        .replace("{{command}}", HtmlPage.escaped(command))
        .replace("{{body}}", body.toString());
  }

  private static void table(StringBuilder body, String metric, List<ComparedModel> models) {
    ComparedModel first = models.get(0);
    body.append("<div class=\"panel\"><table><caption><strong>")
        .append(HtmlPage.escaped(metric))
        .append("</strong>, ")
        .append(first.higherIsBetter() ? "higher" : "lower")
        .append(" is better, n = ")
        .append(first.perturbations())
        .append(first.perturbations() == 1 ? " perturbation in " : " perturbations in ")
        .append(first.items())
        .append(
            " conditions</caption><thead><tr><th>model</th><th>value</th><th>95 % interval</th>"
                + "<th>rank</th><th>95 % of ranks</th><th>left out</th></tr></thead><tbody>");
    for (ComparedModel line : models) {
      body.append("<tr><th scope=\"row\">")
          .append(HtmlPage.escaped(line.model()))
          .append("</th><td>")
          .append(number(line.value()))
          .append("</td><td>")
          .append(range(line.interval(), "%.2f"))
          .append("</td><td>")
          .append(rank(line.rank()))
          .append("</td><td>")
          .append(range(line.rankInterval(), "%.1f"))
          .append("</td><td>")
          .append(line.missing() == 0 ? "" : line.missing())
          .append("</td></tr>");
    }
    body.append("</tbody></table>");
    if (models.stream().anyMatch(line -> !line.verdict().isEmpty())) {
      body.append("<details><summary>In words</summary><ul>");
      for (ComparedModel line : models) {
        body.append("<li>").append(HtmlPage.escaped(line.verdict())).append("</li>");
      }
      body.append("</ul></details>");
    }
    body.append("</div>\n");
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return (text.equals("-0.000") ? "0.000" : text).replace('-', '\u2212');
  }

  private static String rank(double rank) {
    return rank == Math.rint(rank)
        ? String.valueOf((long) rank)
        : String.format(Locale.ROOT, "%.1f", rank);
  }

  private static String range(Optional<Interval> interval, String format) {
    return interval
        .map(
            i ->
                String.format(Locale.ROOT, format, i.lower()).replace('-', '\u2212')
                    + " to "
                    + String.format(Locale.ROOT, format, i.upper()).replace('-', '\u2212'))
        .orElse("\u2013");
  }
}
