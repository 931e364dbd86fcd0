package org.virtualcell.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code vc} itself: lists its verbs. */
@Command(
    name = "vc",
    versionProvider = BuildVersion.class,
    header = "Predicts how cells respond to a perturbation, and says how far to trust it.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = "vc VERB [options]",
    commandListHeading = "%nVerbs:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "First steps:",
      "  vc quickstart --out quickstart     the whole walk on bundled real cells",
      "  vc inspect cells.h5ad              what is in a file",
      "  vc VERB --help                     options and examples of a verb",
      "",
      "Exit status: 0 done, 1 internal error, 2 usage, 3 bad input or existing",
      "output, 4 the machine lacks something, 130 interrupted."
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version and end.")
  boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a verb; 'vc --help' lists them.");
  }
}
