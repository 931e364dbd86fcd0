package org.virtualcell.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneProfile;

/**
 * What was measured and predicted per gene for one held-out condition, for pictures and tables. All
 * profiles are over {@link EvaluationResult#genes()}.
 *
 * @param protocol how the condition was held out
 * @param stratum the part of the protocol; empty where there are none
 * @param condition the perturbation and the context
 * @param cells how many perturbed cells were measured
 * @param controls how many control cells they were compared with
 * @param measured the measured effect per gene: mean log1p expression after minus before
 * @param standardError its standard error per gene, the sampling error of both sides; empty where a
 *     side has a single cell
 * @param ownTargets the indices of the perturbation's own target genes, which no metric counts
 * @param predicted the predicted effect per gene of every model that answered, in the order of
 *     models
 */
public record EffectProfiles(
    String protocol,
    String stratum,
    Condition condition,
    long cells,
    long controls,
    GeneProfile measured,
    Optional<GeneProfile> standardError,
    List<Integer> ownTargets,
    Map<String, GeneProfile> predicted) {
  /** Keeps the order of the models. */
  public EffectProfiles {
    ownTargets = List.copyOf(ownTargets);
    predicted = Collections.unmodifiableMap(new LinkedHashMap<>(predicted));
  }
}
