package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What only the profiles of the 2025 suite understand. */
final class SuiteOptions {
  @Option(
      names = "--celltype-key",
      paramLabel = "COLUMN",
      description = "Evaluate each cell type of this column for itself.")
  String cellType;

  @Option(
      names = "--embedding",
      paramLabel = "NAME",
      description =
          "Entry of obsm in both files: discrimination by Euclidean and cosine distance uses it.")
  String embedding;

  @Option(
      names = "--strict",
      description =
          "Measured controls on both sides, ties share their rank, the targets of all perturbations"
              + " are left out of discrimination, undefined values count as the worst, groups below"
              + " five cells are left out by name.")
  boolean strict;

  @Option(
      names = "--allow-discrete",
      description = "Take whole numbers as log1p values, and values of 15 and more as well.")
  boolean allowDiscrete;

  @Option(
      names = "--cpm-filter",
      paramLabel = "CPM",
      description = "Test genes whose pooled CPM exceeds this on either side.")
  Double cpmFilter;

  @Option(
      names = "--ceiling",
      description = "Add the original's data ceiling: bootstrap halves of the measured cells.")
  boolean ceiling;

  boolean used() {
    return cellType != null
        || embedding != null
        || strict
        || allowDiscrete
        || cpmFilter != null
        || ceiling;
  }

  /** The options that were given, as they are recorded. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (cellType != null) {
      words.addAll(List.of("--celltype-key", cellType));
    }
    if (embedding != null) {
      words.addAll(List.of("--embedding", embedding));
    }
    if (strict) {
      words.add("--strict");
    }
    if (allowDiscrete) {
      words.add("--allow-discrete");
    }
    if (cpmFilter != null) {
      words.addAll(List.of("--cpm-filter", cpmFilter.toString()));
    }
    if (ceiling) {
      words.add("--ceiling");
    }
    return words;
  }
}
