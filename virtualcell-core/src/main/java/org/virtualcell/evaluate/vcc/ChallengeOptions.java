package org.virtualcell.evaluate.vcc;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.evaluate.cache.ResultCache;

/**
 * How a challenge is scored. Threads, helpers and the budget do not change any result.
 *
 * @param threads how many threads may work, the calling one included
 * @param helpers lends the other threads; where empty, short-lived daemon threads are made
 * @param batchBytes the most bytes of sparse rows held at a time, those of the controls among them
 * @param targetGenes from perturbation label to target gene, where labels are not gene ids
 * @param anchors the two ends of the scale
 * @param fractional whether predicted counts need not be whole numbers, as those of a baseline are
 *     not; such a run says so
 * @param cache keeps what was computed
 */
public record ChallengeOptions(
    int threads,
    Optional<Executor> helpers,
    long batchBytes,
    Map<String, String> targetGenes,
    Anchors anchors,
    boolean fractional,
    ResultCache cache) {
  /** One thread, 512 MiB, labels as genes, computed ends with the library's own halves. */
  public static final ChallengeOptions DEFAULT =
      new ChallengeOptions(
          1,
          Optional.empty(),
          512L << 20,
          Map.of(),
          new Anchors.Computed(Baseline.tiled(), ReplicateSplits.own(0)),
          false,
          ResultCache.none());

  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if there is no thread or no byte
   */
  public ChallengeOptions {
    Objects.requireNonNull(helpers, "helpers");
    Objects.requireNonNull(anchors, "anchors");
    Objects.requireNonNull(cache, "cache");
    targetGenes = Map.copyOf(targetGenes);
    if (threads < 1 || batchBytes < 1) {
      throw new InvalidDataException(
          "Options of scoring are out of range",
          threads + " threads, " + batchBytes + " bytes",
          "Use at least one of each.");
    }
  }

  /**
   * These options with more threads.
   *
   * @param count how many, the calling one included
   * @return new options
   */
  public ChallengeOptions withThreads(int count) {
    return new ChallengeOptions(
        count, helpers, batchBytes, targetGenes, anchors, fractional, cache);
  }

  /**
   * These options with another budget.
   *
   * @param bytes the most bytes of cells at a time, controls among them
   * @return new options
   */
  public ChallengeOptions withBatchBytes(long bytes) {
    return new ChallengeOptions(threads, helpers, bytes, targetGenes, anchors, fractional, cache);
  }

  /**
   * These options with target genes.
   *
   * @param map from label to gene
   * @return new options
   */
  public ChallengeOptions withTargetGenes(Map<String, String> map) {
    return new ChallengeOptions(threads, helpers, batchBytes, map, anchors, fractional, cache);
  }

  /**
   * These options with other ends of the scale.
   *
   * @param ends where they come from
   * @return new options
   */
  public ChallengeOptions withAnchors(Anchors ends) {
    return new ChallengeOptions(threads, helpers, batchBytes, targetGenes, ends, fractional, cache);
  }

  /**
   * These options with threads of the application.
   *
   * @param count how many, the calling one included
   * @param executor lends the others; they only help, so that it may be busy or refuse
   * @return new options
   */
  public ChallengeOptions withThreads(int count, Executor executor) {
    return new ChallengeOptions(
        count, Optional.of(executor), batchBytes, targetGenes, anchors, fractional, cache);
  }

  /**
   * These options where predicted counts may be fractions or must be whole numbers.
   *
   * @param allowed whether they may be fractions
   * @return new options
   */
  public ChallengeOptions withFractionalCounts(boolean allowed) {
    return new ChallengeOptions(threads, helpers, batchBytes, targetGenes, anchors, allowed, cache);
  }

  /**
   * These options with folders for what was computed.
   *
   * @param kept where results are kept
   * @return new options
   */
  public ChallengeOptions withCache(ResultCache kept) {
    return new ChallengeOptions(
        threads, helpers, batchBytes, targetGenes, anchors, fractional, kept);
  }
}
