package org.virtualcell.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.virtualcell.evaluate.confidence.Confidence;
import org.virtualcell.evaluate.confidence.ConfidenceScoring;
import org.virtualcell.evaluate.confidence.JudgedAnswer;

/** Asks what a sceptic asks of the conditions of one scope. */
final class Scrutinizing {
  private final List<String> contestants;
  private final List<CaseFacts> facts;
  private final PairedBootstrap bootstrap;

  Scrutinizing(List<String> contestants, List<CaseFacts> facts, PairedBootstrap bootstrap) {
    this.contestants = contestants;
    this.facts = facts;
    this.bootstrap = bootstrap;
  }

  Scrutiny scrutiny() {
    return new Scrutiny(confidence());
  }

  private Map<String, Confidence> confidence() {
    Map<String, Confidence> confidence = new LinkedHashMap<>();
    for (String model : contestants) {
      List<JudgedAnswer> answers =
          facts.stream().map(f -> f.answers().get(model)).filter(Objects::nonNull).toList();
      if (!answers.isEmpty()) {
        confidence.put(model, ConfidenceScoring.of(answers, bootstrap::interval));
      }
    }
    return confidence;
  }
}
