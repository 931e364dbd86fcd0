package org.virtualcell.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.stats.differential.CellGroups;
import org.virtualcell.stats.differential.CellValues;
import org.virtualcell.stats.differential.DifferentialEngine;
import org.virtualcell.stats.differential.DifferentialExpression;
import org.virtualcell.stats.differential.DifferentialOptions;
import org.virtualcell.stats.differential.DifferentialTable;
import org.virtualcell.stats.differential.FdrScope;
import org.virtualcell.stats.differential.FoldChange;
import org.virtualcell.stats.differential.GeneGate;
import org.virtualcell.stats.differential.SmallGroups;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Differential expression of every perturbation. */
@Command(
    name = "de",
    header = "Differential expression of every perturbation against the control.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc de --data FILE --out TABLE [options]"},
    descriptionHeading = "%n",
    description =
        "A row per perturbation and gene, CSV or Parquet by the ending of --out. Engines are conventions with names; what each does is printed, and none is ever taken for another.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc de --data screen.h5ad --out de.csv",
      "  vc de --data screen.h5ad --engine pdex --epsilon 0 --out de.csv",
      "  vc de --data counts.h5ad --engine cell-eval2 --control-cpm-gate 5 \\",
      "     --out de.parquet"
    })
final class DeVerb extends Verb {
  private static final double LEVEL = 0.05;
  private static final int LISTED = 20;

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "Cells.")
  private Path data;

  @Option(names = "--out", required = true, paramLabel = "TABLE", description = "File to write.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "exact-ties",
      description =
          "exact-ties, pdex, cell-eval2, scanpy-wilcoxon, scanpy-wilcoxon-ties, welch-t,"
              + " pseudobulk-paired-t or pseudobulk-moderated-t (over the batches). Default:"
              + " exact-ties.")
  private String engine;

  @Option(
      names = "--fold-change",
      paramLabel = "MEANS",
      description = "geometric or arithmetic. Default: geometric for log1p, arithmetic for counts.")
  private String means;

  @Option(
      names = "--epsilon",
      paramLabel = "X",
      description = "Added to both means of a fold change. Default: 1e-9.")
  private Double epsilon;

  @Option(
      names = "--cpm-gate",
      paramLabel = "CPM",
      description = "Test genes whose pooled CPM exceeds this on either side.")
  private Double eitherSide;

  @Option(
      names = "--control-cpm-gate",
      paramLabel = "CPM",
      description = "Test genes whose mean CPM in the control exceeds this. Needs counts.")
  private Double controlMean;

  @Option(
      names = "--fdr",
      paramLabel = "SCOPE",
      defaultValue = "per-group",
      description = "per-group or global. Default: per-group.")
  private String scope;

  @Option(
      names = "--small-groups",
      paramLabel = "RULE",
      description =
          "Below five cells a side: approximate, exact (else no p) or abstain. Default: exact for"
              + " exact-ties, approximate for the conventions of other programs.")
  private String smallGroups;

  @Option(
      names = "--versus-rest",
      description = "Compare each group, the control among them, with all other cells.")
  private boolean versusRest;

  @Option(
      names = "--on-target",
      description = "Only the gene each perturbation is named after; one rate over all.")
  private boolean onTarget;

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions columns = new CellOptions();

  DeVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    DifferentialEngine convention = DifferentialEngine.of(engine);
    AtomicFile.requireWritable(out, force);
    progress.update("reading cells", 0, 1);
    DifferentialTable table;
    try (AnnotatedData file = columns.open(data)) {
      PerturbationKeys keys = columns.keys(file, this::note);
      DifferentialOptions options = options(convention, file);
      CellGroups groups = groups(file, keys);
      table =
          onTarget
              ? DifferentialExpression.ofTargets(groups, targets(groups), options, progress)
              : DifferentialExpression.of(groups, options, progress);
    }
    progress.check("writing");
    write(table);
    progress.close();
    table.facts().forEach((fact, value) -> note(fact + ": " + value));
    print(table);
    return ExitStatus.DONE;
  }

  private CellGroups groups(AnnotatedData file, PerturbationKeys keys) {
    CellValues cells = CellValues.of(file.expressionInMemory());
    java.util.List<String> labels = file.observations().column(keys.perturbation()).strings();
    if (versusRest) {
      return CellGroups.ofAll(cells, file.genes().ids(), labels);
    }
    CellGroups groups = CellGroups.of(cells, file.genes().ids(), labels, keys.control());
    if (keys.batch().isEmpty() || !engine.startsWith("pseudobulk")) {
      return groups;
    }
    java.util.List<String> batches = file.observations().column(keys.batch().get()).strings();
    return groups.withReplicates(
        batches,
        java.util.stream.IntStream.range(0, labels.size())
            .filter(cell -> keys.control().equals(labels.get(cell)))
            .mapToObj(batches::get)
            .toList());
  }

  private static Map<String, String> targets(CellGroups groups) {
    Map<String, String> targets =
        groups.names().stream()
            .filter(groups.genes()::contains)
            .collect(Collectors.toMap(Function.identity(), Function.identity()));
    if (targets.isEmpty()) {
      throw new InvalidDataException(
          "No perturbation is named after a gene of the data",
          groups.names().subList(0, Math.min(10, groups.names().size())).toString(),
          "Leave --on-target out.");
    }
    return targets;
  }

  private DifferentialOptions options(DifferentialEngine convention, AnnotatedData file) {
    ExpressionUnits units =
        file.units()
            .units()
            .orElseThrow(
                () ->
                    new InvalidDataException(
                        "The units of the values are unknown: " + file.units().rule(),
                        data.toString(),
                        "State them with --units counts or --units log1p."));
    boolean counts = units instanceof ExpressionUnits.RawCounts;
    DifferentialOptions options =
        DifferentialOptions.of(
            convention,
            counts ? DifferentialOptions.Units.COUNTS : DifferentialOptions.Units.LOG1P);
    FoldChange change = options.foldChange();
    options =
        options.withFoldChange(
            new FoldChange(
                means == null ? change.mean() : one(FoldChange.Mean.class, "--fold-change", means),
                epsilon == null ? change.epsilon() : epsilon,
                change.clip()));
    if (eitherSide != null && controlMean != null) {
      throw usageError("--cpm-gate and --control-cpm-gate exclude each other");
    }
    if (eitherSide != null) {
      options = options.withGate(GeneGate.pooledEitherSide(eitherSide));
    }
    if (controlMean != null) {
      options = options.withGate(GeneGate.referenceMean(controlMean));
    }
    if (smallGroups != null) {
      options = options.withSmallGroups(small(smallGroups));
    }
    return options.withScope(one(FdrScope.class, "--fdr", scope));
  }

  private SmallGroups small(String rule) {
    final int fewest = 5;
    return switch (rule) {
      case "approximate" -> SmallGroups.APPROXIMATE;
      case "exact" -> new SmallGroups(SmallGroups.Rule.EXACT_OR_ABSTAIN, fewest);
      case "abstain" -> new SmallGroups(SmallGroups.Rule.ABSTAIN, fewest);
      default -> throw usageError("--small-groups " + rule + " is not approximate, exact, abstain");
    };
  }

  private <E extends Enum<E>> E one(Class<E> type, String option, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(value)) {
        return constant;
      }
    }
    throw usageError(
        option
            + " "
            + value
            + " is not one of "
            + java.util.Arrays.stream(type.getEnumConstants())
                .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", ")));
  }

  private void write(DifferentialTable table) {
    if (out.toString().endsWith(".parquet")) {
      DifferentialParquet.write(table, out, force);
    } else {
      AtomicFile.write(
          out,
          force,
          stream -> {
            java.io.Writer text =
                new java.io.BufferedWriter(
                    new java.io.OutputStreamWriter(stream, StandardCharsets.UTF_8));
            table.writeCsv(text);
            text.flush();
          });
    }
  }

  private void print(DifferentialTable table) {
    TextTable summary = new TextTable("target", ">cells", ">tested", ">up", ">down", ">no p");
    int shown = Math.min(LISTED, table.groups().size());
    for (int group = 0; group < shown; group++) {
      int up = 0;
      int down = 0;
      int abstained = 0;
      for (int row = table.firstRow(group); row < table.firstRow(group + 1); row++) {
        boolean significant = table.fdr(row) < LEVEL;
        up += significant && table.log2FoldChange(row) > 0 ? 1 : 0;
        down += significant && table.log2FoldChange(row) < 0 ? 1 : 0;
        abstained += Double.isNaN(table.p(row)) ? 1 : 0;
      }
      summary.row(
          table.groups().get(group),
          Integer.toString(table.cells(group)),
          Integer.toString(table.firstRow(group + 1) - table.firstRow(group)),
          Integer.toString(up),
          Integer.toString(down),
          Integer.toString(abstained));
    }
    summary.lines("").forEach(terminal().results()::println);
    if (shown < table.groups().size()) {
      terminal().results().println("and " + (table.groups().size() - shown) + " more");
    }
    terminal().results().println("Significant: adjusted p below " + LEVEL + ". Written to " + out);
  }
}
