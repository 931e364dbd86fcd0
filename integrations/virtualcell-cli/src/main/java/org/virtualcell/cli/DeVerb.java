package org.virtualcell.cli;

import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
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
        "A row per perturbation and gene, each context against its own controls; CSV or Parquet by the ending of --out. Engines are conventions with names; what each does is printed, and none is ever taken for another.",
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

  @ArgGroup(validate = false, heading = "%nWhere the work runs:%n")
  private DeviceOptions devices = new DeviceOptions();

  DeVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    DifferentialEngine convention = DifferentialEngine.of(engine);
    AtomicFile.requireWritable(out, force);
    progress.update("reading cells", 0, 1);
    Map<String, DifferentialTable> tables = new TreeMap<>();
    LaneOptions work = LaneOptions.defaults().withThreads(devices.threads);
    try (AnnotatedData file = columns.open(data);
        Lane lane = devices.select().open(work)) {
      PerturbationKeys keys = columns.keys(file, this::note);
      DifferentialOptions options = options(convention, file);
      CellValues cells = CellValues.of(file.expressionInMemory());
      List<String> contexts =
          keys.context()
              .map(column -> file.observations().column(column).strings())
              .orElse(Collections.nCopies(cells.cells(), ""));
      for (String context : new TreeSet<>(known(contexts))) {
        int[] rows =
            IntStream.range(0, cells.cells())
                .filter(i -> context.equals(contexts.get(i)))
                .toArray();
        CellGroups groups = groups(file, keys, cells, rows, context);
        if (groups != null) {
          tables.put(
              context,
              onTarget
                  ? DifferentialExpression.ofTargets(
                      lane, groups, targets(groups), options, progress)
                  : DifferentialExpression.of(lane, groups, options, progress));
        }
      }
    }
    if (tables.isEmpty()) {
      throw new InvalidDataException(
          "No context has control cells and perturbed ones",
          data.toString(),
          "Name the columns and the control, or --context-key none to pool all cells.");
    }
    progress.check("writing");
    write(tables);
    progress.close();
    tables.values().iterator().next().facts().forEach((fact, value) -> note(fact + ": " + value));
    tables.forEach(this::print);
    terminal().results().println("Significant: adjusted p below " + LEVEL + ". Written to " + out);
    return ExitStatus.DONE;
  }

  /** Every cell must say its context where a column does. */
  private List<String> known(List<String> contexts) {
    int bare = new ArrayList<>(contexts).indexOf(null);
    if (bare >= 0) {
      throw new InvalidDataException(
          "A cell has no context", data + ", cell " + bare, "State the context of every cell.");
    }
    return contexts;
  }

  /** The groups of one context; null where it has no control or nothing else. */
  private CellGroups groups(
      AnnotatedData file, PerturbationKeys keys, CellValues all, int[] rows, String context) {
    CellValues cells = all.select(rows);
    List<String> genes = file.genes().ids();
    List<String> labels = chosen(file.observations().column(keys.perturbation()).strings(), rows);
    if (versusRest) {
      return CellGroups.ofAll(cells, genes, labels);
    }
    boolean control = labels.contains(keys.control());
    if (!control || labels.stream().allMatch(label -> keys.control().equals(label))) {
      note("context " + context + ": left out, " + (control ? "controls only" : "no control"));
      return null;
    }
    CellGroups groups = CellGroups.of(cells, genes, labels, keys.control());
    if (keys.batch().isEmpty() || !engine.startsWith("pseudobulk")) {
      return groups;
    }
    List<String> batches = chosen(file.observations().column(keys.batch().get()).strings(), rows);
    return groups.withReplicates(
        batches,
        IntStream.range(0, labels.size())
            .filter(cell -> keys.control().equals(labels.get(cell)))
            .mapToObj(batches::get)
            .toList());
  }

  private static List<String> chosen(List<String> values, int[] rows) {
    List<String> chosen = new ArrayList<>();
    for (int row : rows) {
      chosen.add(values.get(row));
    }
    return chosen;
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

  private void write(Map<String, DifferentialTable> tables) {
    boolean split = tables.size() > 1;
    if (out.toString().endsWith(".parquet")) {
      DifferentialParquet.write(tables, out, force);
      return;
    }
    AtomicFile.write(
        out,
        force,
        stream -> {
          Writer text = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
          if (split) {
            DifferentialTable.writeCsv(tables, text);
          } else {
            tables.values().iterator().next().writeCsv(text);
          }
          text.flush();
        });
  }

  private void print(String context, DifferentialTable table) {
    if (!context.isEmpty()) {
      terminal().results().println(context);
    }
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
  }
}
