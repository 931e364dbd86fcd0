package org.virtualcell.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;
import org.virtualcell.api.VirtualCellException;

/** What became of each question: regime, support, verdict, width of the interval. */
final class PredictionSummary {
  private static final List<String> COLUMNS =
      List.of(
          "perturbation",
          "context",
          "regime",
          "measured_together",
          "sources",
          "distance",
          "gene_coverage",
          "verdict",
          "interval_width",
          "cells",
          "reason");
  private static final int SHOWN = 20;
  private static final String REFUSED = "refused";

  private final List<List<String>> rows = new ArrayList<>();
  private final Map<String, Integer> verdicts = new TreeMap<>();

  /**
   * Adds an answer or an abstention.
   *
   * @param label the perturbation as it was asked for
   * @param prediction the prediction
   */
  void add(String label, Prediction prediction) {
    Support support = prediction.support();
    String verdict = word(prediction.verdict().decision());
    long cells =
        prediction.outcome().flatMap(o -> o.cells()).map(state -> state.cells()).orElse(0L);
    rows.add(
        List.of(
            label,
            prediction.condition().context().name(),
            prediction.regime().label(),
            support.measuredTogether() ? "yes" : "no",
            Integer.toString(support.sources().size()),
            support.distance().isPresent() ? number(support.distance().getAsDouble()) : "",
            number(support.geneCoverage()),
            verdict,
            prediction.outcome().flatMap(o -> o.interval()).map(i -> number(width(i))).orElse(""),
            Long.toString(cells),
            prediction.verdict().reason()));
    verdicts.merge(verdict, 1, Integer::sum);
  }

  /**
   * Adds a question that could not be asked.
   *
   * @param request the question
   * @param context in which context
   * @param failure why
   */
  void addRefused(PerturbationRequest request, String context, VirtualCellException failure) {
    rows.add(
        List.of(
            request.perturbation(),
            context,
            "",
            "",
            "",
            "",
            "",
            REFUSED,
            "",
            "0",
            PredictVerb.reason(failure)));
    verdicts.merge(REFUSED, 1, Integer::sum);
  }

  private static String word(Verdict.Decision decision) {
    return switch (decision) {
      case ANSWER -> "answer";
      case NO_EVIDENCE -> "no-evidence";
      case ABSTAIN -> "abstain";
    };
  }

  /** The mean over genes of the width of the interval of the effect. */
  private static double width(Interval.PerGene interval) {
    GeneProfile lower = interval.lower();
    double sum = 0;
    for (int g = 0; g < lower.genes().size(); g++) {
      sum += interval.upper().get(g) - lower.get(g);
    }
    return sum / lower.genes().size();
  }

  private static String number(double value) {
    return Double.toString((float) value == value ? (float) value : value);
  }

  /**
   * How many questions have an outcome.
   *
   * @return answers, with and without evidence
   */
  int answered() {
    return rows.size() - unanswered();
  }

  /**
   * How many questions have none.
   *
   * @return abstentions and refusals
   */
  int unanswered() {
    return verdicts.getOrDefault(REFUSED, 0) + verdicts.getOrDefault("abstain", 0);
  }

  /**
   * The table as CSV.
   *
   * @return UTF-8 with a header and LF line ends
   */
  byte[] csv() {
    CsvSchema.Builder schema = CsvSchema.builder().setLineSeparator('\n').setUseHeader(true);
    COLUMNS.forEach(schema::addColumn);
    try {
      return new CsvMapper()
          .writer(schema.build())
          .writeValueAsString(rows)
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a table of texts can be written", e);
    }
  }

  /**
   * Shows the table to a person.
   *
   * @param terminal where
   * @param file the file of cells that was written
   */
  void print(Terminal terminal, Path file) {
    PrintStream out = terminal.results();
    TextTable table =
        new TextTable("perturbation", "context", "regime", "verdict", ">interval", ">cells");
    rows.stream()
        .limit(SHOWN)
        .forEach(
            row ->
                table.row(
                    row.get(0),
                    row.get(1),
                    row.get(2).isEmpty() ? "-" : row.get(2),
                    row.get(7),
                    row.get(8).isEmpty()
                        ? "-"
                        : String.format(Locale.ROOT, "%.3f", Double.parseDouble(row.get(8))),
                    row.get(9)));
    table.lines("").forEach(out::println);
    if (rows.size() > SHOWN) {
      out.println("... and " + (rows.size() - SHOWN) + " more; --summary writes them all");
    }
    List<List<String>> failed =
        rows.stream().filter(r -> r.get(7).equals(REFUSED) || r.get(7).equals("abstain")).toList();
    int width = terminal.resultColumns();
    if (!failed.isEmpty()) {
      TextTable reasons = new TextTable("Not answered:", "");
      failed.forEach(r -> reasons.row("  " + r.get(0) + " in " + r.get(1), r.get(10)));
      out.println();
      reasons.lines("", width).forEach(out::println);
    }
    Optional<List<String>> weak =
        rows.stream().filter(r -> r.get(7).equals("no-evidence")).findFirst();
    weak.ifPresent(
        r -> {
          String count = "no-evidence: " + verdicts.get("no-evidence") + ", such as ";
          out.println();
          TextTable.wrap(count + r.get(0) + " in " + r.get(1) + ". " + r.get(10), width)
              .forEach(out::println);
        });
    out.println();
    out.println("Written to " + file);
  }
}
