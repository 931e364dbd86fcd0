package org.virtualcell.evaluate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.GeneVocabulary;

/**
 * What an evaluation found. Immutable; the same data, split, models and seed give the same result
 * for any number of threads.
 *
 * @param profile the rules it was made by
 * @param genes the genes of all effects
 * @param models the models that were judged, in order, without the baselines
 * @param baselines the baselines beside them, in order
 * @param items every metric of every model for every held-out condition
 * @param answers every verdict that is not a plain answer, with its reason
 * @param scopes one result per regime, stratum and context; a regime's widest scope comes first
 * @param worst the conditions where a model lost most against a baseline, the worst first
 * @param effects measured and predicted effects per gene, where they were kept
 * @param facts what the run is made of: digests of rules, data and split, seeds, library
 */
public record EvaluationResult(
    Profile profile,
    GeneVocabulary genes,
    List<String> models,
    List<String> baselines,
    List<ItemScore> items,
    List<Answer> answers,
    List<ScopeResult> scopes,
    List<WorstCase> worst,
    List<EffectProfiles> effects,
    Map<String, String> facts) {
  /** The name under which the noise ceiling of the data stands beside the models. */
  public static final String CEILING = "ceiling";

  /**
   * The name under which a prediction of the mean alone, cells that are all alike, stands beside
   * the models where predicted cells are judged.
   */
  public static final String MEAN_ONLY = "mean-only";

  /** Copies the collections. */
  public EvaluationResult {
    models = List.copyOf(models);
    baselines = List.copyOf(baselines);
    items = List.copyOf(items);
    answers = List.copyOf(answers);
    scopes = List.copyOf(scopes);
    worst = List.copyOf(worst);
    effects = List.copyOf(effects);
    facts = java.util.Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /**
   * All that was judged: the models, then the baselines.
   *
   * @return names in order, without the ceiling
   */
  public List<String> contestants() {
    return java.util.stream.Stream.concat(models.stream(), baselines.stream()).toList();
  }

  /**
   * The ways conditions were held out.
   *
   * @return in the order they were scored
   */
  public List<String> protocols() {
    return scopes.stream().map(s -> s.scope().protocol()).distinct().toList();
  }

  /**
   * The figures of one scope.
   *
   * @param scope which
   * @return empty where nothing was held out in it
   */
  public Optional<ScopeResult> scope(Scope scope) {
    return scopes.stream().filter(s -> s.scope().equals(scope)).findFirst();
  }
}
