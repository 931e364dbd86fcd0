package org.virtualcell.evaluate.vcc;

import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_COVERAGE;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_FIDELITY;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_FIDELITY_RAW;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_FIDELITY_YIELD;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_FIDELITY_YIELD_RAW;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_MATCH;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_PRECISION;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_YIELD;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.DIRECTION_YIELD_RAW;
import static org.virtualcell.evaluate.vcc.ChallengeMetric.MODEL_DIRECTION_MATCH;

/**
 * Metrics of the direction of calls. A call is a predicted finding whose measured change has a
 * direction; it is right if the predicted direction is the same, and wrong if it has none.
 */
final class DirectionMetrics {
  private static final double LEAST_ROOM = 0.05;

  private DirectionMetrics() {}

  static void putMatches(TableComparison tables, MetricRow out) {
    TestedGenes real = tables.real();
    TestedGenes predicted = tables.predicted();
    Share ours = new Share();
    for (int gene : real.found(-1)) {
      if (predicted.row(gene) >= 0) {
        ours.add(agree(tables, gene));
      }
    }
    ours.put(DIRECTION_MATCH, out);
    Share theirs = new Share();
    Share defined = new Share();
    for (int gene : predicted.found(-1)) {
      if (real.row(gene) >= 0) {
        theirs.add(agree(tables, gene));
      }
      if (real.direction(gene) != 0) {
        defined.add(real.direction(gene) == predicted.direction(gene));
      }
    }
    theirs.put(MODEL_DIRECTION_MATCH, out);
    defined.put(DIRECTION_PRECISION, out);
  }

  /** Equal signs; two changes of nothing agree, an unknown one agrees with none. */
  private static boolean agree(TableComparison tables, int gene) {
    double real = tables.real().change()[tables.real().row(gene)];
    double predicted = tables.predicted().change()[tables.predicted().row(gene)];
    return !Double.isNaN(real)
        && !Double.isNaN(predicted)
        && TestedGenes.sign(real) == TestedGenes.sign(predicted);
  }

  private static final class Share {
    private int all;
    private int hits;

    void add(boolean hit) {
      all++;
      hits += hit ? 1 : 0;
    }

    void put(ChallengeMetric metric, MetricRow out) {
      if (all > 0) {
        out.put(metric, hits / (double) all);
      }
    }
  }

  static void putCalls(TableComparison tables, MetricRow out) {
    double found = tables.real().found(tables.own()).length;
    double calls = 0;
    double right = 0;
    for (int gene : tables.predicted().found(tables.own())) {
      int direction = tables.real().direction(gene);
      calls += direction != 0 ? 1 : 0;
      right += direction != 0 && direction == tables.predicted().direction(gene) ? 1 : 0;
    }
    double habit = tables.habit();
    double room = Math.max(1 - habit, LEAST_ROOM);
    double fidelity = (right / calls - habit) / room; // NaN without calls or habit
    boolean none = found == 0;
    double silent = calls == 0 ? 1 : 0;
    out.put(DIRECTION_FIDELITY, none ? silent : fidelity);
    out.put(DIRECTION_FIDELITY_RAW, right / calls);
    out.put(DIRECTION_COVERAGE, none ? Double.NaN : calls / found);
    out.put(DIRECTION_YIELD, none ? Double.NaN : (right - habit * calls) / (found * room));
    out.put(DIRECTION_YIELD_RAW, none ? Double.NaN : right / found);
    out.put(
        DIRECTION_FIDELITY_YIELD,
        none ? silent : calls == 0 ? 0 : Math.min(1, calls / found) * fidelity);
    out.put(DIRECTION_FIDELITY_YIELD_RAW, right / Math.max(calls, found));
  }
}
