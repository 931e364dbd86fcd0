package org.virtualcell.evaluate;

import java.util.Map;
import org.virtualcell.api.Condition;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/**
 * What was noted of one held-out condition beside its scores.
 *
 * @param protocol how it was held out
 * @param stratum the part of the protocol; empty where there are none
 * @param condition the perturbation and the context
 * @param answers per model, its answer beside the measurement
 */
record CaseFacts(
    String protocol, String stratum, Condition condition, Map<String, JudgedAnswer> answers) {}
