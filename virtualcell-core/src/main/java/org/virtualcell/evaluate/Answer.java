package org.virtualcell.evaluate;

import java.util.Optional;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Verdict;

/**
 * Whether a model stood behind its prediction of a held-out condition.
 *
 * @param model the model
 * @param protocol how the condition was held out
 * @param stratum the part of the protocol; empty where there are none
 * @param condition what was asked
 * @param regime which of four claims the model says its answer is; empty where it refused outright
 * @param verdict its decision and reason
 */
public record Answer(
    String model,
    String protocol,
    String stratum,
    Condition condition,
    Optional<Regime> regime,
    Verdict verdict) {}
