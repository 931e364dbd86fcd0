package org.virtualcell.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What is kept of an evaluation, and whether it goes on with what was kept. */
final class KeepOptions {
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keep what was computed from the measured cells here, for later predictions of the same"
              + " cells. Results do not change.")
  Path cache;

  @Option(
      names = "--no-cache",
      description = "Keep nothing on the disk; the run cannot be resumed.")
  boolean none;

  @Option(
      names = "--resume",
      description =
          "Go on with an interrupted run from OUT.part; done at once where OUT is complete.")
  boolean resume;

  boolean used() {
    return cache != null || none || resume;
  }
}
