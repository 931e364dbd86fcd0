package org.virtualcell.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.EvaluationOptions;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.PredictedCells;
import org.virtualcell.evaluate.Profile;
import org.virtualcell.evaluate.ResultFiles;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.celleval.CellEvalFiles;
import org.virtualcell.evaluate.celleval.CellEvalProfile;
import org.virtualcell.evaluate.celleval.CellEvalResult;
import org.virtualcell.evaluate.celleval.CellEvalScores;
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.evaluate.report.FactCard;
import org.virtualcell.evaluate.report.HtmlReport;
import org.virtualcell.evaluate.report.ReportInput;
import org.virtualcell.evaluate.report.SuiteReport;
import org.virtualcell.evaluate.report.SuiteScores;
import org.virtualcell.evaluate.vcc.ChallengeFiles;
import org.virtualcell.evaluate.vcc.ChallengeProfile;
import org.virtualcell.evaluate.vcc.ChallengeResult;
import org.virtualcell.evaluate.vcc.ChallengeScores;
import org.virtualcell.provenance.Environment;
import org.virtualcell.provenance.FileDigest;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scores predicted cells against measured ones. */
@Command(
    name = "evaluate",
    header = "Score predicted cells against measured ones.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc evaluate --real FILE --predicted FILE --out DIR [options]"},
    descriptionHeading = "%n",
    description =
        "Predictions may come from any program. Beside them stand 'no change', the mean effect of the context, and the noise of the data. Both files name columns and labels alike.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Writes into DIR: report.html to look at, results.csv, agg_results.csv and",
      "run.json; beside them comparisons.csv, or under a challenge profile",
      "metric_aggregation.csv, scores.csv and anchors.json, or under a profile of 2025",
      "scores.csv and the files of cell-eval: wide_results.csv, wide_agg_results.csv,",
      "real_de.csv, pred_de.csv.",
      "",
      "Examples:",
      "  vc evaluate --real screen.h5ad --predicted predicted.h5ad --out scores",
      "  vc evaluate --real screen.h5ad --predicted predicted.h5ad --out scores \\",
      "     --perturbation-key target_gene --control non-targeting --force",
      "  vc evaluate --real counts.h5ad --predicted predicted.h5ad --out scores \\",
      "     --profile vcc2026 --context-key context --target-gene-map genes.json",
      "  vc evaluate --real screen.h5ad --predicted predicted.h5ad --out scores \\",
      "     --profile full-v1 --celltype-key cell_line --ceiling"
    })
final class EvaluateVerb extends Verb {
  @Option(names = "--real", required = true, paramLabel = "FILE", description = "Measured cells.")
  private Path real;

  @Option(
      names = "--predicted",
      required = true,
      paramLabel = "FILE",
      description = "Predicted cells, with control cells.")
  private Path predicted;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "virtualcell",
      description =
          "Rules to score by: virtualcell (default); vcc2026 and full-v2, the six scored and all"
              + " 54 metrics of the Virtual Cell Challenge 2026, on raw counts; vcc2025, full-v1,"
              + " minimal, de, anndata and pds, as cell-eval 0.8.1.")
  private String profile;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write.")
  private Path out;

  @Option(names = "--force", description = "Replace the results of an earlier run.")
  private boolean force;

  @Option(
      names = "--parquet",
      description = "Write results, aggregates and scores as Parquet, too.")
  private boolean parquet;

  @Option(
      names = "--anchors",
      paramLabel = "WHAT",
      description =
          "Ends of the scale of a challenge profile: compute (default), none, or the anchors.json"
              + " of an earlier run on the same measured cells.")
  private String anchors;

  @Option(
      names = "--replicate-splits",
      paramLabel = "WHAT",
      description =
          "Halves of the measured cells for the upper end: own (default), numpy (as the original"
              + " draws them), or a table with columns cell, split0, split1, ...")
  private String replicateSplits;

  @Option(
      names = "--baseline",
      paramLabel = "WHAT",
      description =
          "Lower end: tiled (default: the mean response in every cell), dispersed (on resampled"
              + " control cells), or a file of cells.")
  private String baseline;

  @Option(
      names = "--target-gene-map",
      paramLabel = "FILE",
      description = "JSON object from perturbation label to gene, where labels are not genes.")
  private Path targetGeneMap;

  @Option(
      names = "--allow-fractional-counts",
      description =
          "Take predicted counts that are not whole numbers under a challenge profile; its results"
              + " say so.")
  private boolean fractional;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Cells to hold at a time, controls included, such as 500M or 4G, under profiles of the"
              + " challenges. Default: a quarter of the Java heap. The result is the same for any"
              + " size.")
  private Long memory;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all randomness. Default: 0.")
  private long seed;

  @ArgGroup(validate = false, heading = "%nProfiles of the challenges only:%n")
  private KeepOptions keep = new KeepOptions();

  @ArgGroup(validate = false, heading = "%nProfiles of 2025 only:%n")
  private SuiteOptions suite = new SuiteOptions();

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions columns = new CellOptions();

  @ArgGroup(validate = false, heading = "%nWhere the work runs:%n")
  private DeviceOptions devices = new DeviceOptions();

  EvaluateVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    requireServed();
    devices.select();
    if (!Profile.names().contains(profile)) {
      return suite(progress);
    }
    Set<String> names = new LinkedHashSet<>(Quickstart.RESULT_FILES);
    names.add(Quickstart.REPORT);
    names.addAll(ResultsParquet.names());
    try (OutputFolder folder = OutputFolder.prepare(out, force, names)) {
      progress.update("reading measured cells", 0, 1);
      try (LabelledCells measured = columns.read(real, this::note)) {
        progress.update("reading predicted cells", 0, 1);
        EvaluationResult result;
        try (LabelledCells cells = columns.read(predicted, line -> {})) {
          result =
              PredictedCells.evaluate(
                  measured.data(),
                  cells.data(),
                  "predicted",
                  EvaluationOptions.DEFAULT
                      .withProfile(Profile.of(profile))
                      .withSeed(seed)
                      .withThreads(devices.threads),
                  progress);
        }
        write(measured, result, folder);
        progress.check("putting the results in place");
        folder.commit();
        progress.close();
        new JudgedTable(result, terminal().coloursResults())
            .lines()
            .forEach(terminal().results()::println);
        terminal().results().println();
        terminal().results().println("Written to " + out);
      }
    }
    return ExitStatus.DONE;
  }

  private void write(LabelledCells measured, EvaluationResult result, OutputFolder folder) {
    Map<String, String> facts = new TreeMap<>(Environment.facts());
    facts.put("real", FileDigest.of(real).toString());
    facts.put("predicted", FileDigest.of(predicted).toString());
    ResultFiles.write(result, folder.folder(), command(), facts, false);
    List<FactCard.Fact> shown = new ArrayList<>();
    facts.forEach((label, value) -> shown.add(new FactCard.Fact(label, value)));
    HtmlReport.write(
        new ReportInput(
            title(),
            String.join(" ", command()),
            shown,
            FactCards.ofData(measured),
            FactCard.of(
                new FactCard.Fact(
                    "split", "unknown", "the files do not say what the model was trained on")),
            result),
        folder.file(Quickstart.REPORT),
        false);
    alsoParquet(folder);
  }

  private void alsoParquet(OutputFolder folder) {
    if (parquet) {
      ResultsParquet.write(folder.folder());
    }
  }

  /** File names without their folders, which are nobody's business. */
  private List<String> command() {
    List<String> words =
        new ArrayList<>(
            List.of(
                "vc",
                "evaluate",
                "--real",
                real.getFileName().toString(),
                "--predicted",
                predicted.getFileName().toString(),
                "--profile",
                profile,
                "--seed",
                Long.toString(seed),
                "--out",
                out.toAbsolutePath().normalize().getFileName().toString()));
    add(words, "--anchors", anchors);
    add(words, "--replicate-splits", replicateSplits);
    add(words, "--baseline", baseline);
    add(words, "--target-gene-map", targetGeneMap);
    if (fractional) {
      words.add("--allow-fractional-counts");
    }
    columns.words().forEach((name, value) -> add(words, name, value));
    words.addAll(suite.words());
    return words;
  }

  private static void add(List<String> words, String name, Object value) {
    if (value != null) {
      words.add(name);
      Path file = Path.of(value.toString());
      words.add(Files.exists(file) ? String.valueOf(file.getFileName()) : value.toString());
    }
  }

  /** A profile of a challenge, whose work is kept until it is done. */
  private int suite(ProgressDisplay progress) {
    if (keep.resume && !force && FinishedRun.isThere(out)) {
      FinishedRun.requireSame(out, command(), inputs());
      terminal().results().println("Already complete: " + out);
      return ExitStatus.DONE;
    }
    boolean challenge = ChallengeProfile.names().contains(profile);
    try (KeptResults kept = kept()) {
      try {
        Resources resources = resources(kept.cache());
        int status = challenge ? challenge(resources, progress) : suite2025(resources, progress);
        kept.done();
        return status;
      } catch (CancelledException e) {
        if (kept.hasPart()) {
          note("To go on: vc " + String.join(" ", words()) + (keep.resume ? "" : " --resume"));
        }
        throw e;
      } catch (InvalidDataException | DataFormatException e) {
        if (!keep.resume) {
          kept.done(); // bad input stays bad
        }
        throw e;
      } finally {
        kept.cache().notes().forEach(this::note);
      }
    }
  }

  private KeptResults kept() {
    return keep.none
        ? KeptResults.none()
        : KeptResults.beside(out, Optional.ofNullable(keep.cache), keep.resume);
  }

  private Map<String, String> inputs() {
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("real", FileDigest.of(real).toString());
    inputs.put("predicted", FileDigest.of(predicted).toString());
    if (targetGeneMap != null) {
      inputs.put("target-gene-map", FileDigest.of(targetGeneMap).toString());
    }
    return inputs;
  }

  private int suite2025(Resources resources, ProgressDisplay progress) {
    Map<String, Map<String, CellEvalResult>> results;
    try (LateFolder folder = new LateFolder()) {
      results =
          new SuiteEvaluation(columns, suite, seed, this::note)
              .run(
                  real,
                  predicted,
                  CellEvalProfile.of(profile),
                  resources,
                  types -> folder.open(suiteFiles(types)),
                  progress);
      Map<String, String> inputs = inputs();
      CellEvalFiles.write(results, folder.opened.folder(), command(), inputs);
      writeSuiteReport(CellEvalScores.of(results), inputs, folder.opened);
      progress.check("putting the results in place");
      folder.opened.commit();
    }
    progress.close();
    new SuiteTable(results).lines().forEach(terminal().results()::println);
    terminal().results().println();
    terminal().results().println("Written to " + out);
    return ExitStatus.DONE;
  }

  private static Set<String> suiteFiles(Set<String> types) {
    Set<String> names = new LinkedHashSet<>(CellEvalFiles.names(types));
    names.add(Quickstart.REPORT);
    names.addAll(ResultsParquet.names());
    return names;
  }

  /** An output folder whose files are known only once the data have been looked at. */
  private final class LateFolder implements AutoCloseable {
    private OutputFolder opened;

    Path open(Set<String> names) {
      opened = OutputFolder.prepare(out, force, names);
      return opened.folder();
    }

    @Override
    public void close() {
      if (opened != null) {
        opened.close();
      }
    }
  }

  private Resources resources(ResultCache cache) {
    Resources resources = Resources.defaults().withThreads(devices.threads).withCache(cache);
    return memory == null ? resources : resources.withBytes(memory);
  }

  private int challenge(Resources resources, ProgressDisplay progress) {
    Set<String> names = new LinkedHashSet<>(ChallengeFiles.NAMES);
    names.add(Quickstart.REPORT);
    names.addAll(ResultsParquet.names());
    try (OutputFolder folder = OutputFolder.prepare(out, force, names)) {
      ChallengeResult result =
          new ChallengeEvaluation(columns, resources, seed, this::note)
              .run(
                  new ChallengeEvaluation.Request(
                      real,
                      predicted,
                      ChallengeProfile.of(profile),
                      Objects.requireNonNullElse(anchors, "compute"),
                      Objects.requireNonNullElse(replicateSplits, "own"),
                      Objects.requireNonNullElse(baseline, "tiled"),
                      Optional.ofNullable(targetGeneMap),
                      fractional),
                  progress);
      Map<String, String> inputs = inputs();
      ChallengeFiles.write(result, folder.folder(), command(), inputs, false);
      writeSuiteReport(ChallengeScores.of(result), inputs, folder);
      progress.check("putting the results in place");
      folder.commit();
      progress.close();
      result
          .contexts()
          .forEach(
              context ->
                  context.warnings().forEach(warning -> note(context.context() + ": " + warning)));
      new ChallengeTable(result).lines().forEach(terminal().results()::println);
      terminal().results().println();
      terminal().results().println("Written to " + out);
    }
    return ExitStatus.DONE;
  }

  private void writeSuiteReport(
      SuiteScores scores, Map<String, String> inputs, OutputFolder folder) {
    Map<String, String> facts = new TreeMap<>(Environment.facts());
    inputs.forEach((name, digest) -> facts.put(name + " file", digest));
    SuiteReport.write(
        scores,
        title(),
        String.join(" ", command()),
        facts.entrySet().stream().map(f -> new FactCard.Fact(f.getKey(), f.getValue())).toList(),
        folder.file(Quickstart.REPORT),
        false);
    alsoParquet(folder);
  }

  private String title() {
    return predicted.getFileName() + " against " + real.getFileName();
  }

  private void requireServed() {
    boolean challenge = ChallengeProfile.names().contains(profile);
    boolean cellEval = CellEvalProfile.labels().contains(profile);
    if (!challenge && !cellEval && !Profile.names().contains(profile)) {
      throw usageError(
          "There is no profile '"
              + profile
              + "' in this version; there is "
              + Stream.of(Profile.names(), ChallengeProfile.names(), CellEvalProfile.labels())
                  .flatMap(List::stream)
                  .toList());
    }
    if (keep.used() && !cellEval && !challenge) {
      throw usageError(
          "Only profiles of the challenges have --cache, --no-cache and --resume: "
              + Stream.of(ChallengeProfile.names(), CellEvalProfile.labels())
                  .flatMap(List::stream)
                  .toList());
    }
    if (keep.none && (keep.cache != null || keep.resume)) {
      throw usageError("--no-cache keeps nothing: leave out --cache and --resume");
    }
    if (suite.used() && !cellEval) {
      throw usageError(
          "Only profiles of 2025 have --celltype-key, --embedding, --strict, --allow-discrete,"
              + " --cpm-filter and --ceiling: "
              + CellEvalProfile.labels());
    }
    if (challenge) {
      return;
    }
    if (anchors != null && !anchors.equals("none")) {
      throw usageError("Only challenge profiles have --anchors: " + ChallengeProfile.names());
    }
    if (replicateSplits != null && !replicateSplits.equals("own")) {
      throw usageError(
          "Only challenge profiles have --replicate-splits: " + ChallengeProfile.names());
    }
    if (baseline != null) {
      throw usageError("Only challenge profiles have --baseline: " + ChallengeProfile.names());
    }
    if (targetGeneMap != null) {
      throw usageError(
          "Only challenge profiles read a --target-gene-map: " + ChallengeProfile.names());
    }
  }
}
