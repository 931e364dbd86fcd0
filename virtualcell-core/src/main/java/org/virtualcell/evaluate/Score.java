package org.virtualcell.evaluate;

import java.util.Optional;
import org.virtualcell.api.Interval;

/**
 * A figure of a model in a scope.
 *
 * @param model the model, or {@link EvaluationResult#CEILING}
 * @param metric what was measured
 * @param statistic how the perturbations were summed up
 * @param value the figure
 * @param interval its 95 % interval over perturbations, where there are enough
 * @param perturbations on how many perturbations it rests
 * @param items on how many conditions (perturbation and context) it rests
 * @param byConvention how many of these conditions have a value by convention, not measured
 * @param absent how many conditions of the scope have no value, abstentions included
 */
public record Score(
    String model,
    Metric metric,
    Statistic statistic,
    double value,
    Optional<Interval> interval,
    int perturbations,
    int items,
    int byConvention,
    int absent) {}
