package org.virtualcell.cli;

import picocli.CommandLine.Option;

/** The options every verb has. */
final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  @Option(names = "--quiet", description = "Print results only: no progress, no notes.")
  boolean quiet;

  @Option(
      names = "--verbose",
      description = "When something fails, print the Java stack trace as well.")
  boolean verbose = Boolean.getBoolean("virtualcell.verbose");
}
