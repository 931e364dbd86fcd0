package org.virtualcell.stats.differential;

/** What the tests of one gene fill in: groups x genes, row by row. */
final class GroupGeneNumbers {
  private final int genes;
  final double[] mean;
  final double[] referenceMean;
  final double[] linearMean;
  final double[] referenceLinearMean;
  final double[] statistic;
  final double[] p;
  private long abstained;

  GroupGeneNumbers(int groups, int genes, boolean pooledGate) {
    this.genes = genes;
    int size = Math.multiplyExact(groups, genes);
    mean = new double[size];
    referenceMean = new double[size];
    linearMean = new double[pooledGate ? size : 0];
    referenceLinearMean = new double[pooledGate ? size : 0];
    statistic = new double[size];
    p = new double[size];
  }

  int at(int group, int gene) {
    return group * genes + gene;
  }

  void abstain(int at) {
    p[at] = Double.NaN;
    abstained++;
  }

  long abstained() {
    return abstained;
  }
}
