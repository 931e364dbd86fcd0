package org.virtualcell.evaluate;

import org.virtualcell.api.Condition;

/**
 * One metric of one model for one held-out condition.
 *
 * @param model the model, or {@link EvaluationResult#CEILING}
 * @param protocol how the condition was held out
 * @param stratum the part of the protocol it belongs to; empty where there are none
 * @param condition the perturbation and the context
 * @param metric what is measured
 * @param value the value, a convention, or a reason why there is none
 */
public record ItemScore(
    String model,
    String protocol,
    String stratum,
    Condition condition,
    Metric metric,
    MetricValue value) {}
