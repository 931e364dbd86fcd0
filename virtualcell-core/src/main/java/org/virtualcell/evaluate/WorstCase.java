package org.virtualcell.evaluate;

import org.virtualcell.api.Condition;

/**
 * A condition on which a model did worse than some baseline.
 *
 * @param protocol how the condition was held out
 * @param stratum the part of the protocol; empty where there are none
 * @param condition the perturbation and the context
 * @param model the model that did worse
 * @param error its relative squared error, the one the verdicts rest on
 * @param winner the baseline that did best
 * @param winnerError that baseline's relative squared error
 */
public record WorstCase(
    String protocol,
    String stratum,
    Condition condition,
    String model,
    double error,
    String winner,
    double winnerError) {
  /**
   * By how much the baseline won.
   *
   * @return the difference of relative squared errors, positive
   */
  public double margin() {
    return error - winnerError;
  }
}
