package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.virtualcell.evaluate.EvaluationOptions;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.PredictedCells;
import org.virtualcell.evaluate.Profile;
import org.virtualcell.evaluate.ResultFiles;
import org.virtualcell.evaluate.report.FactCard;
import org.virtualcell.evaluate.report.HtmlReport;
import org.virtualcell.evaluate.report.ReportInput;
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
      "Writes into DIR: results.csv, agg_results.csv, comparisons.csv, run.json,",
      "report.html.",
      "",
      "Examples:",
      "  vc evaluate --real screen.h5ad --predicted predicted.h5ad --out scores",
      "  vc evaluate --real screen.h5ad --predicted predicted.h5ad --out scores \\",
      "     --perturbation-key target_gene --control non-targeting --force"
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
      description = "Rules to score by. Default: virtualcell, the only ones in this version.")
  private String profile;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write.")
  private Path out;

  @Option(names = "--force", description = "Replace the results of an earlier run.")
  private boolean force;

  @Option(names = "--anchors", hidden = true)
  private String anchors;

  @Option(names = "--replicate-splits", hidden = true)
  private String replicateSplits;

  @Option(names = "--target-gene-map", hidden = true)
  private Path targetGeneMap;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all randomness. Default: 0.")
  private long seed;

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
    Set<String> names = new LinkedHashSet<>(Quickstart.RESULT_FILES);
    names.add(Quickstart.REPORT);
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
            predicted.getFileName() + " against " + real.getFileName(),
            String.join(" ", command()),
            shown,
            FactCards.ofData(measured),
            FactCard.of(
                new FactCard.Fact(
                    "split", "unknown", "the files do not say what the model was trained on")),
            result),
        folder.file(Quickstart.REPORT),
        false);
  }

  /** File names without their folders, which are nobody's business. */
  private List<String> command() {
    return List.of(
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
        out.toAbsolutePath().normalize().getFileName().toString());
  }

  private void requireServed() {
    if (!Profile.names().contains(profile)) {
      throw usageError(
          "There is no profile '" + profile + "' in this version; there is " + Profile.names());
    }
    if (anchors != null && !anchors.equals("none")) {
      throw usageError("No profile of this version has --anchors; leave it out or say none");
    }
    if (replicateSplits != null && !replicateSplits.equals("own")) {
      throw usageError("This version draws its own replicate halves; leave --replicate-splits out");
    }
    if (targetGeneMap != null) {
      throw usageError(
          "A --target-gene-map is not read in this version: labels are taken as gene names");
    }
  }
}
