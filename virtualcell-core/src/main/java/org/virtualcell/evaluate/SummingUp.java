package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.virtualcell.api.Condition;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Verdict;

/** Puts the scores of folds together, in their order, and sums them up by scope. */
final class SummingUp {
  private final List<String> models;
  private final List<String> baselines;
  private final EvaluationOptions options;
  private final List<ItemScore> items = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<EffectProfiles> effects = new ArrayList<>();
  private final List<CaseFacts> facts = new ArrayList<>();

  SummingUp(List<String> models, List<String> baselines, EvaluationOptions options) {
    this.models = models;
    this.baselines = baselines;
    this.options = options;
  }

  EvaluationResult result(
      List<FoldScores> folds, GeneVocabulary genes, Map<String, String> run, Progress progress) {
    for (FoldScores fold : folds) {
      items.addAll(fold.items());
      answers.addAll(fold.answers());
      effects.addAll(fold.effects());
      facts.addAll(fold.facts());
    }
    requireOnce();
    List<ScopeResult> scopes = scopes(progress);
    return new EvaluationResult(
        options.profile(),
        genes,
        models,
        baselines,
        items,
        answers.stream()
            .filter(answer -> answer.verdict().decision() != Verdict.Decision.ANSWER)
            .toList(),
        scopes,
        new WorstCases(models, baselines, scopes).of(items, options.worst()),
        effects,
        run);
  }

  private List<ScopeResult> scopes(Progress progress) {
    List<Scope> scopes = ScopeScoring.scopes(items);
    List<String> contestants = new ArrayList<>(models);
    contestants.addAll(baselines);
    PairedBootstrap bootstrap = new PairedBootstrap(options.profile().resamples(), options.seed());
    return SharedWork.run(
        scopes.size(),
        options,
        i -> {
          progress.check("comparing models");
          return new ScopeScoring(
                  scopes.get(i),
                  contestants,
                  baselines,
                  options.profile(),
                  bootstrap,
                  items,
                  answers,
                  facts)
              .result();
        },
        done -> progress.update("comparing models", done, scopes.size()));
  }

  private void requireOnce() {
    record Cell(String protocol, Condition condition, String model, Metric metric) {}
    Set<Cell> seen = new HashSet<>();
    for (ItemScore item : items) {
      if (!seen.add(new Cell(item.protocol(), item.condition(), item.model(), item.metric()))) {
        throw new InvalidDataException(
            "A condition is held out twice in a protocol",
            item.condition() + ", " + item.protocol(),
            "Hold every condition out once per protocol.");
      }
    }
  }
}
