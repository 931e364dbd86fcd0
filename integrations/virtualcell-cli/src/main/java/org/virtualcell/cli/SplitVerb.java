package org.virtualcell.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.LeakageReport;
import org.virtualcell.atlas.SplitFile;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;
import org.virtualcell.features.CompoundTable;
import org.virtualcell.io.AtomicFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Makes or checks a split. */
@Command(
    name = "split",
    header = "Make a split that asks a hard question, or check one.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {
      "vc split --data FILE --policy NAME --out TOML [options]",
      "       vc split --data FILE --check TOML [options]"
    },
    descriptionHeading = "%n",
    description =
        "The split is a TOML file with the tables [datasets], [training], [zeroshot] and [fewshot],"
            + " which 'vc train --split' reads. The leakage report stands in its comments and is"
            + " printed.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc split --data screen.h5ad --policy unseen-perturbation --out split.toml",
      "  vc split --data screen.h5ad --policy unseen-context --share 0.3 --seed 7 \\",
      "     --out split.toml",
      "  vc split --data screen.h5ad --check split.toml"
    })
final class SplitVerb extends Verb {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Measured cells, perturbed and controls.")
  private Path data;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      converter = PolicyConverter.class,
      description =
          "What is held out: unseen-perturbation, unseen-combination, unseen-context or"
              + " unseen-both.")
  private SplitPolicy policy;

  @Option(
      names = "--share",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description = "Share of targets, combinations or contexts to hold out. Default: 0.2.")
  private double share;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Decides what is held out. Default: 0.")
  private long seed;

  @Option(
      names = "--scaffolds",
      paramLabel = "CSV",
      description =
          "Table of compounds and their SMILES: compounds of one scaffold are held out together.")
  private Path scaffolds;

  @Option(names = "--out", paramLabel = "TOML", description = "File to write.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Option(
      names = "--check",
      paramLabel = "TOML",
      description = "Check this split against the data instead; exit 3 when it leaks.")
  private Path check;

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions columns = new CellOptions();

  /** Reads the value of {@code --policy}. */
  static final class PolicyConverter implements ITypeConverter<SplitPolicy> {
    @Override
    public SplitPolicy convert(String value) {
      return Arrays.stream(SplitPolicy.values())
          .filter(p -> p.label().equals(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + value
                          + "' is not one of "
                          + Arrays.stream(SplitPolicy.values())
                              .map(SplitPolicy::label)
                              .collect(Collectors.joining(", "))));
    }
  }

  SplitVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    if (check == null && (policy == null || out == null)) {
      throw usageError("Name --policy and --out to make a split, or --check to check one");
    }
    if (check != null && (policy != null || out != null)) {
      throw usageError("--check writes nothing: leave out --policy and --out");
    }
    if (scaffolds != null
        && policy != SplitPolicy.UNSEEN_PERTURBATION
        && policy != SplitPolicy.UNSEEN_BOTH) {
      throw usageError("--scaffolds goes with --policy unseen-perturbation or unseen-both");
    }
    if (!(share > 0 && share < 1)) {
      throw usageError("--share " + share + " is not between 0 and 1");
    }
    if (out != null) {
      AtomicFile.requireWritable(out, force);
    }
    SplitFile given = check == null ? null : SplitFile.read(check);
    progress.update("reading cells", 0, 1);
    try (LabelledCells cells = columns.read(data, this::note)) {
      String dataset = given == null ? nameOf(data) : datasetOf(given, data);
      SplitFile split =
          given == null
              ? Splits.draw(cells.data(), dataset, data.toString(), policy, share, seed, groups())
              : given;
      List<Fold> folds = Splits.of(cells.data(), dataset, split, seed);
      List<LeakageReport> reports =
          folds.stream().map(fold -> LeakageReport.of(cells.data(), fold)).toList();
      List<String> report = lines(folds, reports);
      if (given == null) {
        String text =
            split.toToml()
                + "\n# Leakage report\n"
                + report.stream()
                    .map(line -> ("# " + line).stripTrailing() + "\n")
                    .collect(Collectors.joining());
        AtomicFile.write(out, force, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
      }
      progress.close();
      return finish(report, reports);
    }
  }

  /** The scaffold of a compound; a target without one is a group of its own. */
  private UnaryOperator<String> groups() {
    if (scaffolds == null) {
      return target -> target;
    }
    Map<String, Optional<String>> known = CompoundTable.read(scaffolds).scaffolds();
    return target ->
        known.getOrDefault(target, Optional.empty()).map(s -> "scaffold " + s).orElse(target);
  }

  private int finish(List<String> report, List<LeakageReport> reports) {
    PrintStream results = terminal().results();
    for (String line : report) {
      TextTable.wrap(line, terminal().resultColumns()).forEach(results::println);
    }
    boolean clean = reports.stream().allMatch(LeakageReport::clean);
    if (check != null) {
      results.println(clean ? "No leak found." : "The split leaks.");
      return clean ? ExitStatus.DONE : ExitStatus.BAD_INPUT;
    }
    results.println("Written to " + out);
    return ExitStatus.DONE;
  }

  private static List<String> lines(List<Fold> folds, List<LeakageReport> reports) {
    List<String> lines = new ArrayList<>();
    if (folds.isEmpty()) {
      lines.add("Nothing is tested.");
    }
    for (int i = 0; i < folds.size(); i++) {
      Fold fold = folds.get(i);
      String stratum = fold.stratum().isEmpty() ? "" : " (singles seen: " + fold.stratum() + ")";
      lines.add(
          fold.protocol()
              + stratum
              + ": "
              + fold.heldOut().size()
              + " conditions tested, "
              + fold.training().conditions().size()
              + " trained on");
      reports.get(i).lines().forEach(line -> lines.add("  " + line));
    }
    return lines;
  }

  private static String nameOf(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /**
   * The name a split gives to a file of cells.
   *
   * @param split the split
   * @param file the file
   * @return its only data set; of several, the one with the file's name
   * @throws InvalidDataException if that cannot be told
   */
  static String datasetOf(SplitFile split, Path file) {
    if (split.datasets().size() == 1) {
      return split.datasets().keySet().iterator().next();
    }
    String name = file.getFileName().toString();
    List<String> same =
        split.datasets().entrySet().stream()
            .filter(e -> Path.of(e.getValue()).endsWith(name))
            .map(java.util.Map.Entry::getKey)
            .toList();
    if (same.size() != 1) {
      throw new InvalidDataException(
          "Which data set of the split the file is cannot be told",
          file + ", [datasets] " + split.datasets(),
          "Name the file in [datasets], once.");
    }
    return same.get(0);
  }
}
