package org.virtualcell.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import org.virtualcell.atlas.PerturbationData;

/** What quickstart says at its end: the data, the judged table, where things are, what is next. */
final class QuickstartSummary {
  private final Terminal terminal;
  private final Path folder;
  private final BundledData bundled;
  private final Quickstart.Outcome outcome;

  QuickstartSummary(
      Terminal terminal, Path folder, BundledData bundled, Quickstart.Outcome outcome) {
    this.terminal = terminal;
    this.folder = folder;
    this.bundled = bundled;
    this.outcome = outcome;
  }

  /** Prints everything to standard output. */
  void print() {
    PrintStream out = terminal.results();
    PerturbationData data = outcome.cells().data();
    out.println(bundled.title());
    out.println(
        data.cells()
            + " cells x "
            + data.genes().size()
            + " genes, "
            + data.conditions().size()
            + " measured conditions in "
            + data.contexts().size()
            + (data.contexts().size() == 1 ? " context" : " contexts"));
    out.println();
    new JudgedTable(outcome.result(), terminal.coloursResults()).lines().forEach(out::println);
    out.println();
    TextTable.wrap(
            "Kept model: " + outcome.best().model() + ", " + outcome.best().reason() + ".",
            terminal.resultColumns())
        .forEach(out::println);
    out.println();
    TextTable files = new TextTable("", "");
    files.row(path(Quickstart.REPORT), "open it in a browser");
    files.row(path(Quickstart.MODEL), "the kept model, with its scores");
    files.row(
        path(Quickstart.PREDICTIONS),
        outcome.predictedCells() + " predicted cells of held-out conditions, and the controls");
    files.row(path("results.csv"), "every score; agg_results.csv sums them up");
    files.row(path(bundled.file()), "the data");
    out.println("Written to " + folder);
    files.lines("  ", terminal.resultColumns()).stream().skip(1).forEach(out::println);
    out.println();
    out.println("Next:");
    next().forEach(line -> out.println("  " + line));
  }

  private java.util.List<String> next() {
    String model = path(Quickstart.MODEL);
    String data = path(bundled.file());
    return java.util.List.of(
        "vc predict --model " + model + " --data " + data + " \\",
        "  " + wanted() + " --out predicted.h5ad");
  }

  private String wanted() {
    return switch (bundled) {
      case NORMAN -> "--perturbation KLF1+MIDN --context k562";
      case PAPALEXI -> "--perturbation JAK2+STAT1";
    };
  }

  private String path(String name) {
    String joined = folder.resolve(name).toString();
    return joined.contains(" ") ? "'" + joined + "'" : joined;
  }
}
