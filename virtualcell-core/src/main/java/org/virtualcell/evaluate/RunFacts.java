package org.virtualcell.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.Interval;
import org.virtualcell.provenance.Environment;
import org.virtualcell.provenance.Json;

/**
 * What a run was and what it found, as JSON: digests of rules, data and split, engine, library,
 * seeds and command; status, winners and verdicts of each scope; every abstention and every missing
 * value with its reason; the worst conditions.
 */
final class RunFacts {
  private final EvaluationResult result;

  private RunFacts(EvaluationResult result) {
    this.result = result;
  }

  static String json(EvaluationResult result, List<String> command, Map<String, String> more) {
    RunFacts run = new RunFacts(result);
    ObjectNode root = Json.object();
    root.put("format", "virtualcell-run/1");
    root.set("command", Json.tree(command));
    root.set("library", Json.tree(Environment.facts()));
    root.put("engine", "Java, double precision");
    root.set("rules", run.rules());
    root.set("facts", Json.tree(new TreeMap<>(result.facts())));
    root.set("inputs", Json.tree(new TreeMap<>(more)));
    root.set("models", Json.tree(result.models()));
    root.set("baselines", Json.tree(result.baselines()));
    root.set("scopes", run.scopes());
    root.set("answers", run.answers());
    root.set("absent", run.absent());
    root.set("conventions", run.conventions());
    root.set("worst", run.worst());
    return Json.pretty(root);
  }

  private ObjectNode rules() {
    Profile profile = result.profile();
    ObjectNode rules = Json.object();
    rules.put("name", profile.name());
    rules.put("version", profile.version());
    rules.put("digest", profile.digest().hex());
    rules.put("resamples", profile.resamples());
    rules.put("halvings", profile.halvings());
    rules.put("leastDetection", profile.leastDetection());
    rules.set("metrics", Json.tree(profile.metrics().stream().map(Metric::label).toList()));
    return rules;
  }

  private ArrayNode scopes() {
    ArrayNode scopes = Json.array();
    for (ScopeResult scope : result.scopes()) {
      ObjectNode node = scopes.addObject();
      node.put("regime", scope.scope().regime());
      node.put("context", scope.scope().context());
      node.put("status", SignalGate.label(scope.gate().status()));
      node.put("perturbations", scope.perturbations());
      node.put("conditions", scope.items());
      ObjectNode gate = node.putObject("splitHalf");
      gate.put("r", scope.gate().splitHalf());
      gate.put("perturbations", scope.gate().perturbations());
      interval(gate, scope.gate().interval());
      node.set("winners", Json.tree(scope.winners()));
      node.set("answers", Json.tree(scope.answers()));
      node.set("verdicts", Json.tree(scope.verdicts()));
      node.set(
          "plainVerdicts",
          Json.tree(
              result.contestants().stream()
                  .flatMap(model -> scope.plainVerdict(model).stream())
                  .toList()));
      node.put("selfTest", scope.scrutiny().selfTest().sentence());
      ArrayNode figures = node.putArray("scrutiny");
      for (Scrutiny.Figure figure : scope.scrutiny().figures()) {
        ObjectNode one = figures.addObject();
        one.put("model", figure.model());
        one.put("figure", figure.name());
        one.put("value", figure.value());
        interval(one, figure.interval());
        one.put("n", figure.n());
      }
    }
    return scopes;
  }

  private static void interval(ObjectNode node, Optional<Interval> interval) {
    interval.ifPresent(
        i -> {
          node.put("low", i.lower());
          node.put("high", i.upper());
        });
  }

  private ArrayNode answers() {
    ArrayNode answers = Json.array();
    for (Answer answer : result.answers()) {
      ObjectNode node = answers.addObject();
      node.put("model", answer.model());
      node.put("regime", new Scope(answer.protocol(), answer.stratum(), "").regime());
      node.put("perturbation", answer.condition().perturbation().label());
      node.put("context", answer.condition().context().name());
      node.put(
          "decision",
          switch (answer.verdict().decision()) {
            case ANSWER -> "answer";
            case NO_EVIDENCE -> "no evidence";
            case ABSTAIN -> "abstain";
          });
      node.put("reason", answer.verdict().reason());
    }
    return answers;
  }

  private record Group(String model, String regime, String metric, String reason)
      implements Comparable<Group> {
    @Override
    public int compareTo(Group other) {
      return java.util.Comparator.comparing(Group::model)
          .thenComparing(Group::regime)
          .thenComparing(Group::metric)
          .thenComparing(Group::reason)
          .compare(this, other);
    }
  }

  private ArrayNode absent() {
    return grouped(value -> value.value().isEmpty());
  }

  private ArrayNode conventions() {
    return grouped(MetricValue::isByConvention);
  }

  /** How many conditions of each model, regime and metric have a remark, by the remark. */
  private ArrayNode grouped(java.util.function.Predicate<MetricValue> which) {
    Map<Group, Integer> counts = new TreeMap<>();
    for (ItemScore item : result.items()) {
      if (which.test(item.value())) {
        counts.merge(
            new Group(
                item.model(),
                new Scope(item.protocol(), item.stratum(), "").regime(),
                item.metric().label(),
                item.value().remark()),
            1,
            Integer::sum);
      }
    }
    ArrayNode nodes = Json.array();
    counts.forEach(
        (group, count) -> {
          ObjectNode node = nodes.addObject();
          node.put("model", group.model());
          node.put("regime", group.regime());
          node.put("metric", group.metric());
          node.put("reason", group.reason());
          node.put("conditions", count);
        });
    return nodes;
  }

  private ArrayNode worst() {
    ArrayNode nodes = Json.array();
    for (WorstCase worst : result.worst()) {
      ObjectNode node = nodes.addObject();
      node.put("regime", new Scope(worst.protocol(), worst.stratum(), "").regime());
      node.put("perturbation", worst.condition().perturbation().label());
      node.put("context", worst.condition().context().name());
      node.put("model", worst.model());
      node.put("relativeError", worst.error());
      node.put("winner", worst.winner());
      node.put("winnerRelativeError", worst.winnerError());
      node.put("margin", worst.margin());
    }
    return nodes;
  }
}
