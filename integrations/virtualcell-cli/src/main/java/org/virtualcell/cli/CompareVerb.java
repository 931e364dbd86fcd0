package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.compare.ComparedFiles;
import org.virtualcell.evaluate.compare.ComparedModel;
import org.virtualcell.evaluate.compare.ComparedModels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts the models of several runs into one table. */
@Command(
    name = "compare",
    header = "Put the models of several runs into one table, ranked with intervals.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc compare RESULTS... [--metric NAME...] [--out DIR] [options]"},
    descriptionHeading = "%n",
    description =
        "RESULTS are folders that quickstart or evaluate wrote, or their results.csv. All models are judged on the conditions they share.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Writes into DIR: compare.csv, compare.html.",
      "",
      "Examples:",
      "  vc compare quickstart",
      "  vc compare runs/state runs/linear runs/gears --out comparison",
      "  vc compare runs/* --metric discrimination_rank --metric pds_cosine"
    })
final class CompareVerb extends Verb {
  private static final List<String> USUAL =
      List.of(
          "relative_error_separate_pooled",
          "cosine_projected_separate",
          "discrimination_rank",
          "relative_error_pooled",
          "pds_cosine",
          "expr_mse_unbiased_capped",
          "de_wilcoxon_lfc_nmae");

  /** Up to so many models each gets its sentence; of more only the first. */
  private static final int WORDY = 8;

  @Parameters(arity = "1..*", paramLabel = "RESULTS", description = "Result folders or files.")
  private List<Path> sources = List.of();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "Metrics to print, as compare.csv names them. Default: the relative error, the agreement"
              + " beyond the mean and the rank, or the first there are. The files have all, and the strata of regimes.")
  private List<String> metrics = List.of();

  @Option(names = "--out", paramLabel = "DIR", description = "Folder to write.")
  private Path out;

  @Option(names = "--force", description = "Replace the results of an earlier run.")
  private boolean force;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the bootstrap. Default: 0.")
  private long seed;

  CompareVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    List<ComparedModel> lines = ComparedModels.of(named(), seed);
    if (out != null) {
      try (OutputFolder folder =
          OutputFolder.prepare(out, force, Set.of(ComparedFiles.CSV, ComparedFiles.HTML))) {
        ComparedFiles.write(lines, command(), folder.folder(), false);
        folder.commit();
      }
    }
    progress.close();
    print(lines);
    return ExitStatus.DONE;
  }

  /** Runs by the name of their folder; by the whole path where names are the same. */
  private Map<String, Path> named() {
    Map<String, Path> runs = new LinkedHashMap<>();
    for (Path source : sources) {
      Path path = source.toAbsolutePath().normalize();
      Path folder = java.nio.file.Files.isDirectory(path) ? path : path.getParent();
      String name = String.valueOf(folder.getFileName());
      if (runs.putIfAbsent(runs.containsKey(name) ? source.toString() : name, path) != null) {
        throw usageError("'" + source + "' is named twice");
      }
    }
    return runs;
  }

  private String command() {
    return "vc compare "
        + sources.stream().map(p -> p.getFileName().toString()).collect(Collectors.joining(" "));
  }

  private void print(List<ComparedModel> lines) {
    Map<String, List<ComparedModel>> byTable = new LinkedHashMap<>();
    List<String> there = lines.stream().map(ComparedModel::metric).distinct().toList();
    List<String> asked = new ArrayList<>(metrics.isEmpty() ? USUAL : metrics);
    asked.retainAll(there);
    if (!metrics.isEmpty() && asked.size() < metrics.size()) {
      throw usageError("There is no metric " + metrics + " in these results; there are " + there);
    }
    List<String> shown = asked.isEmpty() ? there.subList(0, Math.min(3, there.size())) : asked;
    for (ComparedModel line : lines) {
      if (shown.contains(line.metric()) && !line.regime().contains("/")) {
        byTable
            .computeIfAbsent(line.regime() + "\n" + line.metric(), k -> new ArrayList<>())
            .add(line);
      }
    }
    byTable.values().forEach(this::print1);
    terminal()
        .results()
        .println(
            "Ranks in brackets hold 95 percent of the draws; where they overlap nobody leads.");
    if (out != null) {
      terminal().results().println("Written to " + out);
    }
  }

  private void print1(List<ComparedModel> models) {
    ComparedModel first = models.get(0);
    terminal()
        .results()
        .println(
            (first.regime().isEmpty() ? "predicted cells" : first.regime())
                + ", "
                + first.metric()
                + " ("
                + (first.higherIsBetter() ? "higher" : "lower")
                + " is better), n = "
                + first.perturbations()
                + " in "
                + first.items()
                + " conditions");
    TextTable table = new TextTable("model", ">value", ">95 %", ">rank", ">95 %", ">left out");
    for (ComparedModel line : models) {
      table.row(
          line.model(),
          number(line.value(), "%.3f"),
          range(line.interval(), "%.2f"),
          number(line.rank(), line.rank() == Math.rint(line.rank()) ? "%.0f" : "%.1f"),
          range(line.rankInterval(), "%.1f"),
          String.valueOf(line.missing()));
    }
    table.lines("  ").forEach(terminal().results()::println);
    models.stream()
        .map(ComparedModel::verdict)
        .filter(verdict -> !verdict.isEmpty())
        .filter(verdict -> models.size() <= WORDY || verdict.startsWith(first.model()))
        .forEach(verdict -> terminal().results().println("  " + verdict));
    terminal().results().println();
  }

  private static String number(double value, String format) {
    String text = String.format(Locale.ROOT, format, value);
    return text.matches("-0[.0]*") ? text.substring(1) : text;
  }

  private static String range(Optional<Interval> interval, String format) {
    return interval
        .map(i -> "[" + number(i.lower(), format) + ", " + number(i.upper(), format) + "]")
        .orElse("-");
  }
}
