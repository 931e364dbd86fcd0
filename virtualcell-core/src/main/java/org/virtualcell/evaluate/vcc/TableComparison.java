package org.virtualcell.evaluate.vcc;

/** The measured and the predicted table of one perturbation. */
final class TableComparison {
  private final TestedGenes real;
  private final TestedGenes predicted;
  private final int own;
  private final int[] nameRank;
  private final ChallengeRules rules;

  /**
   * Parts that belong together; arrays are not copied and not to be changed.
   *
   * @param real the measured table
   * @param predicted the predicted table
   * @param own the perturbation's own gene if the measured table has it, else -1
   * @param nameRank the place of each gene of the axis in the order of the genes' names
   * @param rules thresholds
   */
  TableComparison(
      TestedGenes real, TestedGenes predicted, int own, int[] nameRank, ChallengeRules rules) {
    this.real = real;
    this.predicted = predicted;
    this.own = own;
    this.nameRank = nameRank;
    this.rules = rules;
  }

  TestedGenes real() {
    return real;
  }

  TestedGenes predicted() {
    return predicted;
  }

  int own() {
    return own;
  }

  int[] nameRank() {
    return nameRank;
  }

  ChallengeRules rules() {
    return rules;
  }

  static TableComparison of(
      TestedGenes real, TestedGenes predicted, int ownGene, int[] nameRank, ChallengeRules rules) {
    int own = real.row(ownGene) >= 0 ? ownGene : -1;
    return new TableComparison(real, predicted, own, nameRank, rules);
  }

  /**
   * The metrics of the comparison.
   *
   * @param full whether all are asked for, or only the scored members
   */
  void put(MetricRow out, boolean full) {
    SetMetrics.putScored(this, out);
    DirectionMetrics.putCalls(this, out);
    ReachMetrics.putScored(this, out);
    ChangeMetrics.putScored(this, out);
    if (full) {
      SetMetrics.putOthers(this, out);
      DirectionMetrics.putMatches(this, out);
      ReachMetrics.putOthers(this, out);
      ChangeMetrics.putOthers(this, out);
      AreaMetrics.put(this, out);
    }
  }

  /** How many different genes the two tables have together. */
  int universe() {
    int union = real.rows();
    for (int gene : predicted.gene()) {
      union += real.row(gene) < 0 ? 1 : 0;
    }
    return union;
  }

  /** The share of the more frequent sign among measured findings, own gene aside; NaN for none. */
  double habit() {
    int up = 0;
    int all = 0;
    for (int gene : real.found(own)) {
      int direction = real.direction(gene);
      up += direction > 0 ? 1 : 0;
      all += direction != 0 ? 1 : 0;
    }
    return all == 0 ? Double.NaN : Math.max(up, all - up) / (double) all;
  }
}
