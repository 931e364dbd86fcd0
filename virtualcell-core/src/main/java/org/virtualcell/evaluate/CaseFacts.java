package org.virtualcell.evaluate;

import java.util.List;
import java.util.Map;
import org.virtualcell.api.Condition;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/**
 * What was noted of one held-out condition beside its scores.
 *
 * @param protocol how it was held out
 * @param stratum the part of the protocol; empty where there are none
 * @param condition the perturbation and the context
 * @param genes how many genes count
 * @param answers per model, its answer beside the measurement
 * @param contrasts per model, z of its squared error against that of the mean effect of the context
 *     (for that one, against no change); negative is better
 * @param wrong per model and metric, the score of its answers to wrong questions
 * @param truth the scores of the measured effect itself
 * @param shuffled the scores of the measured effects of other conditions under this label
 * @param batches per model, its predicted effects by batch; absent where there is one batch
 * @param cells per model and for the measured cells, some cells by batch; absent where there is one
 *     batch
 */
record CaseFacts(
    String protocol,
    String stratum,
    Condition condition,
    int genes,
    Map<String, JudgedAnswer> answers,
    Map<String, Double> contrasts,
    Map<String, Map<Metric, MetricValue>> wrong,
    Map<Metric, MetricValue> truth,
    Map<Metric, MetricValue> shuffled,
    Map<String, List<BatchSketch>> batches,
    Map<String, List<BatchSketch>> cells) {}
