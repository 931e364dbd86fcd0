package org.virtualcell.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.evaluate.paired.PairedCells;
import org.virtualcell.evaluate.vcc.Challenge;
import org.virtualcell.evaluate.vcc.ChallengeOptions;
import org.virtualcell.evaluate.vcc.ChallengeProfile;
import org.virtualcell.evaluate.vcc.ChallengeResult;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;

/**
 * Scores every {@code pred_*.h5ad} of counts in a folder against its {@code real.h5ad} under the
 * whole catalogue of 2026 (the competition's metrics among them), the baseline and five pairs of
 * halves computed once a round, and prints the processor time: first in a new JVM, then again.
 */
public final class SuiteTiming {
  private static final String CONTROL = "non-targeting";
  private static final int ROUNDS = 6;

  private SuiteTiming() {}

  /**
   * Measures.
   *
   * @param args the folder
   * @throws IOException if the folder cannot be listed
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: SuiteTiming FOLDER");
      System.exit(2);
    }
    Path folder = Path.of(args[0]);
    List<Path> predictions;
    try (Stream<Path> files = Files.list(folder)) {
      predictions = files.filter(SuiteTiming::ofCounts).sorted().toList();
    }
    Path kept = Files.createTempDirectory("suite-timing");
    for (int round = 0; round < ROUNDS; round++) {
      ResultCache measured =
          ResultCache.in(Optional.of(kept.resolve("round" + round)), Optional.empty());
      double before = processorSeconds();
      for (Path prediction : predictions) {
        LabelledMatrix real = read(folder.resolve("real.h5ad"));
        Map<String, PairedCells> pair =
            Map.of("A", PairedCells.of(real, read(prediction), CONTROL));
        ChallengeResult result =
            Challenge.score(
                pair,
                ChallengeProfile.FULL_V2,
                ChallengeOptions.DEFAULT.withCache(measured),
                Progress.SILENT);
        if (round == 0) {
          System.out.printf(
              "%s: score %s%n", prediction.getFileName(), result.score().orElseThrow());
        }
      }
      double after = processorSeconds();
      System.out.printf(
          "round %d, n = %d predictions: %.2f s of processor time%s%n",
          round + 1,
          predictions.size(),
          round == 0 ? after : after - before,
          round == 0 ? ", the start of Java included" : "");
    }
    try (Stream<Path> files = Files.walk(kept)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The mean of the context is fractional and no submission. */
  private static boolean ofCounts(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("pred_") && !name.contains("context_mean");
  }

  private static LabelledMatrix read(Path file) {
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      return new LabelledMatrix(
          file.toString(),
          data.genes(),
          data.expressionInMemory(),
          data.observations().column("target_gene").strings(),
          data.observations().index());
    }
  }

  /** Of all threads, compilers and collectors too. */
  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }
}
