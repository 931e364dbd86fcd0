package org.virtualcell.evaluate.vcc;

import org.virtualcell.api.ContentDigest;

/**
 * The numbers the rules of a challenge profile depend on.
 *
 * @param bulkTargetSum the total a pseudobulk is scaled to before its logarithm
 * @param targetSum the total a cell is scaled to for differential expression
 * @param gate the least mean counts per million of a gene in control cells, exclusive
 * @param alpha the adjusted p value below which a gene is a finding
 * @param epsilon added to both means of a fold change, in units of the target sum
 * @param purity the share of right directions that reach asks for
 * @param leastGate how many findings the fold-change error needs
 * @param cap how much of the measured correction a predicted one may claim
 * @param mostCounts the largest total of a cell
 * @param fraction how far a count may be from a whole number
 * @param splits how many times cells are halved for the replicate
 */
public record ChallengeRules(
    double bulkTargetSum,
    double targetSum,
    double gate,
    double alpha,
    double epsilon,
    double purity,
    int leastGate,
    double cap,
    double mostCounts,
    double fraction,
    int splits) {
  /** The rules of the Virtual Cell Challenge 2026, rule version 3. */
  public static final ChallengeRules VCC2026 =
      new ChallengeRules(50_000, 1e6, 5, 0.05, 1e-9, 0.9, 10, 1, 1e6, 1e-6, 5);

  void addTo(ContentDigest.Builder digest) {
    digest
        .add(bulkTargetSum)
        .add(targetSum)
        .add(gate)
        .add(alpha)
        .add(epsilon)
        .add(purity)
        .add(leastGate)
        .add(cap)
        .add(mostCounts)
        .add(fraction)
        .add(splits);
  }
}
