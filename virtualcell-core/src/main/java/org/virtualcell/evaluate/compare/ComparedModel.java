package org.virtualcell.evaluate.compare;

import java.util.Optional;
import org.virtualcell.api.Interval;

/**
 * One model in one regime by one metric.
 *
 * @param regime the regime, with a stratum after a slash
 * @param metric the name of the figure in files, such as {@code relative_error_separate_pooled}
 * @param higherIsBetter which way it is read
 * @param model the model; where two runs call different models alike, with the run in front
 * @param value the figure over the conditions that all ranked models share
 * @param interval its 95 % interval over perturbations, where there are enough
 * @param perturbations on how many perturbations it rests
 * @param items on how many conditions
 * @param missing how many conditions of the regime the model has no value for
 * @param rank its rank among all models, 1 is best; equal figures share their mean rank
 * @param rankInterval the ranks of 95 % of the bootstrap draws, where there are enough
 *     perturbations
 * @param verdict in a plain sentence, how it stands against the uninformed baseline and the best
 *     other model; empty where it is alone
 */
public record ComparedModel(
    String regime,
    String metric,
    boolean higherIsBetter,
    String model,
    double value,
    Optional<Interval> interval,
    int perturbations,
    int items,
    int missing,
    double rank,
    Optional<Interval> rankInterval,
    String verdict) {}
