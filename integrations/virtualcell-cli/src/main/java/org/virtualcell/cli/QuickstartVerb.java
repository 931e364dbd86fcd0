package org.virtualcell.cli;

import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job end to end on bundled real data. */
@Command(
    name = "quickstart",
    header = "The main job end to end on bundled real cells.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc quickstart [--data norman|papalexi] [--out DIR] [options]"},
    descriptionHeading = "%n",
    description =
        "Reads them, holds out what is hard (unseen perturbation, unseen combination, unseen context, both unseen), trains every baseline, predicts, judges, reports. About a minute on two cores.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Writes into DIR: report.html, model.safetensors, predictions.h5ad, results.csv,",
      "agg_results.csv, comparisons.csv, run.json, and the data with their licence.",
      "",
      "Examples:",
      "  vc quickstart --out quickstart",
      "  vc quickstart --data papalexi --out papalexi",
      "  vc quickstart --out quickstart --force --seed 7"
    })
final class QuickstartVerb extends Verb {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "quickstart",
      description = "Folder to write. Default: quickstart.")
  private Path out;

  @Option(names = "--force", description = "Replace the results of an earlier run.")
  private boolean force;

  @Option(
      names = "--data",
      paramLabel = "NAME",
      defaultValue = "norman",
      description =
          "norman (4 cell lines, CRISPRa and CRISPRi, singles and pairs) or papalexi (THP-1,"
              + " CRISPR knock-outs, raw counts). Default: norman.")
  private BundledData data;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all randomness. Default: 0.")
  private long seed;

  @ArgGroup(validate = false, heading = "%nWhere the work runs:%n")
  private DeviceOptions devices = new DeviceOptions();

  QuickstartVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    Quickstart walk = new Quickstart(data, seed, devices.threads, devices.select().info());
    Quickstart.Outcome outcome = walk.run(out, force, progress, this::note);
    progress.close();
    new QuickstartSummary(terminal(), out, data, outcome).print();
    return ExitStatus.DONE;
  }
}
