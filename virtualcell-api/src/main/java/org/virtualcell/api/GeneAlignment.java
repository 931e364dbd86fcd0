package org.virtualcell.api;

import java.util.List;

/**
 * Where each gene of a target vocabulary is found in a source vocabulary. Immutable.
 *
 * <p>Made by {@link GeneVocabulary#alignTo(GeneVocabulary)}.
 */
public final class GeneAlignment {
  /** The source index of a gene that the source does not have. */
  public static final int MISSING = -1;

  private final GeneVocabulary target;
  private final GeneVocabulary source;
  private final int[] sourceIndex;
  private final List<String> missing;

  GeneAlignment(
      GeneVocabulary target, GeneVocabulary source, int[] sourceIndex, List<String> missing) {
    this.target = target;
    this.source = source;
    this.sourceIndex = sourceIndex;
    this.missing = List.copyOf(missing);
  }

  /**
   * The vocabulary that is wanted.
   *
   * @return the target
   */
  public GeneVocabulary target() {
    return target;
  }

  /**
   * The vocabulary that is there.
   *
   * @return the source
   */
  public GeneVocabulary source() {
    return source;
  }

  /**
   * Where a target gene is in the source.
   *
   * @param targetGene an index into the target
   * @return an index into the source, or {@link #MISSING}
   */
  public int sourceIndex(int targetGene) {
    return sourceIndex[targetGene];
  }

  /**
   * The ids of the target genes the source lacks, or has only under a name that fits several genes,
   * in the target's order.
   *
   * @return an immutable list
   */
  public List<String> missing() {
    return missing;
  }

  /**
   * The share of target genes that the source has.
   *
   * @return 0 to 1; 1 for an empty target
   */
  public double coverage() {
    return target.size() == 0 ? 1.0 : (double) (target.size() - missing.size()) / target.size();
  }

  /**
   * Whether the two vocabularies hold the same genes in the same order.
   *
   * @return true if nothing has to be moved
   */
  public boolean isIdentity() {
    if (target.size() != source.size()) {
      return false;
    }
    for (int g = 0; g < sourceIndex.length; g++) {
      if (sourceIndex[g] != g) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses a source that lacks too much.
   *
   * @param least the least share of target genes, 0 to 1
   * @throws GeneCoverageException if {@link #coverage()} is below it; the message names the first
   *     missing genes
   */
  public void requireCoverage(double least) {
    if (coverage() < least) {
      List<String> first = missing.subList(0, Math.min(5, missing.size()));
      throw new GeneCoverageException(
          String.format(
              java.util.Locale.ROOT,
              "Only %.1f %% of the %d genes needed are present, %.1f %% is the least",
              100 * coverage(),
              target.size(),
              100 * least),
          "missing " + missing.size() + " genes, first " + first,
          "Check whether one side uses symbols and the other Ensembl ids, or lower the stated coverage.");
    }
  }
}
