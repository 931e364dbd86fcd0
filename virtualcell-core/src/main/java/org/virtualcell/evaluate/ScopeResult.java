package org.virtualcell.evaluate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All figures of one scope: what the table of a regime shows.
 *
 * @param scope which conditions
 * @param perturbations how many perturbations were held out in it
 * @param items how many conditions were
 * @param gate whether the data can tell anything here
 * @param scores every model's, every baseline's and the ceiling's figures, in the order of models
 *     and metrics
 * @param comparisons each model against each baseline
 * @param answers how often each model answered, answered without evidence, and abstained
 * @param winners for each statistic of a metric (by its name in files) the model that is better
 *     than every other, where the scope is tested and the bootstrap supports it
 * @param verdicts what it comes to: a sentence on the data, then one per model
 * @param scrutiny what is asked beside the scores
 */
public record ScopeResult(
    Scope scope,
    int perturbations,
    int items,
    SignalGate gate,
    List<Score> scores,
    List<Comparison> comparisons,
    Map<String, AnswerCount> answers,
    Map<String, String> winners,
    List<String> verdicts,
    Scrutiny scrutiny) {
  /** Copies the collections. */
  public ScopeResult {
    scores = List.copyOf(scores);
    comparisons = List.copyOf(comparisons);
    answers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(answers));
    winners = java.util.Collections.unmodifiableMap(new TreeMap<>(winners));
    verdicts = List.copyOf(verdicts);
  }

  /**
   * How often a model answered.
   *
   * @param answered with an answer it stands behind
   * @param noEvidence with "no change" or a bare baseline for lack of evidence
   * @param abstained not at all
   */
  public record AnswerCount(int answered, int noEvidence, int abstained) {}

  ScopeResult withVerdicts(List<String> sentences) {
    return new ScopeResult(
        scope,
        perturbations,
        items,
        gate,
        scores,
        comparisons,
        answers,
        winners,
        sentences,
        scrutiny);
  }

  /**
   * On how many held-out conditions a model is better than an uninformed baseline, in plain words.
   *
   * @param model the model
   * @return such as {@code bilinear is better than the mean effect on 13 of 40 held-out conditions;
   *     not distinguishable on 25; worse on 2; 18 hold no signal at all.}; empty where nothing
   *     could be judged
   */
  public Optional<String> plainVerdict(String model) {
    return scrutiny
        .tally(model)
        .map(
            t ->
                t.model()
                    + " is better than "
                    + (t.baseline().equals(CaseNotes.NO_CHANGE) ? "no change" : "the mean effect")
                    + " on "
                    + t.better()
                    + " of "
                    + t.judged()
                    + " "
                    + conditions(t.judged())
                    + "; not distinguishable on "
                    + t.same()
                    + "; worse on "
                    + t.worse()
                    + "; "
                    + scrutiny.strata().none().size()
                    + (scrutiny.strata().none().size() == 1 ? " holds" : " hold")
                    + " no signal at all.");
  }

  /** Perturbations where each was measured in one context, else conditions. */
  private String conditions(int n) {
    String noun =
        switch (scope.protocol()) {
          case "unseen-perturbation" -> "unseen perturbation";
          case "unseen-combination" -> "unseen combination";
          default -> "held-out perturbation";
        };
    return perturbations == items
        ? noun + (n == 1 ? "" : "s")
        : noun + (n == 1 ? "" : "s") + ", counted once per context";
  }

  /**
   * One figure.
   *
   * @param model the model, or {@link EvaluationResult#CEILING}
   * @param metric the metric
   * @param statistic the statistic
   * @return empty where no condition has a value
   */
  public Optional<Score> score(String model, Metric metric, Statistic statistic) {
    return scores.stream()
        .filter(s -> s.model().equals(model) && s.metric() == metric && s.statistic() == statistic)
        .findFirst();
  }

  /**
   * One comparison.
   *
   * @param model the model
   * @param baseline the baseline
   * @param metric the metric
   * @param statistic the statistic
   * @return empty where the two have no condition in common, or are the same
   */
  public Optional<Comparison> comparison(
      String model, String baseline, Metric metric, Statistic statistic) {
    return comparisons.stream()
        .filter(
            c ->
                c.model().equals(model)
                    && c.baseline().equals(baseline)
                    && c.metric() == metric
                    && c.statistic() == statistic)
        .findFirst();
  }
}
