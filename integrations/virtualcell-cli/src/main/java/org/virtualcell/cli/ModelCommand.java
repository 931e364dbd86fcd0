package org.virtualcell.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups what can be done with model files. */
@Command(
    name = "model",
    header = "Look at a model: vc model show FILE.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc model show FILE [--json]"},
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    commandListHeading = "%nVerbs:%n")
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: vc model show FILE");
  }
}
