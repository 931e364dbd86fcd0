package org.virtualcell.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.evaluate.Metric;
import org.virtualcell.evaluate.SignalGate;
import org.virtualcell.evaluate.Statistic;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.provenance.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the card of a model. */
@Command(
    name = "show",
    header = "Print the card of a model.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc model show FILE [--json]"},
    descriptionHeading = "%n",
    description = "Data, genes, units, contexts, measured scores beside every baseline, limits.",
    parameterListHeading = "%nFile:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc model show model.safetensors",
      "  vc model show model.safetensors --json"
    })
final class ModelShowVerb extends Verb {
  @Parameters(paramLabel = "FILE", description = "A model file (.safetensors).")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  ModelShowVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    ModelCard card = ModelFiles.card(file);
    if (json) {
      terminal().results().print(Json.pretty(tree(card)));
    } else {
      print(card);
    }
    return ExitStatus.DONE;
  }

  private static ObjectNode tree(ModelCard card) {
    ObjectNode tree = Json.object();
    tree.put("name", card.name());
    tree.put("description", card.description());
    tree.put("dataDigest", card.dataDigest().toString());
    tree.put("splitDigest", card.splitDigest().toString());
    tree.put("genes", card.genes().size());
    tree.put("geneDigest", card.genes().digest().toString());
    tree.put("units", card.units().toString());
    tree.put("controlLabel", card.controlLabel());
    card.contexts().stream().map(CellContext::name).forEach(tree.putArray("contexts")::add);
    ArrayNode conditions = tree.putArray("conditions");
    for (Condition condition : card.conditions()) {
      ObjectNode node = conditions.addObject();
      node.put("perturbation", condition.perturbation().label());
      node.put("kind", PerturbationWords.kind(condition.perturbation()));
      node.put("context", condition.context().name());
    }
    ArrayNode scores = tree.putArray("scores");
    for (ModelCard.Score score : card.scores()) {
      ObjectNode node = scores.addObject();
      node.put("protocol", score.protocol());
      node.put("model", score.model());
      node.put("metric", score.metric());
      node.put("value", score.value());
      score
          .interval()
          .ifPresent(
              i -> {
                node.put("lower", i.lower());
                node.put("upper", i.upper());
              });
      node.put("perturbations", score.perturbations());
      node.put("status", SignalGate.label(score.status()));
    }
    ObjectNode seeds = tree.putObject("seeds");
    card.seeds().forEach(seeds::put);
    ObjectNode environment = tree.putObject("environment");
    card.environment().forEach(environment::put);
    card.limitations().forEach(tree.putArray("limitations")::add);
    return tree;
  }

  private void print(ModelCard card) {
    PrintStream out = terminal().results();
    out.println(card.name());
    out.println("  " + card.description());
    out.println();
    TextTable facts = new TextTable("", "");
    facts.row("genes", Integer.toString(card.genes().size()));
    facts.row("units", card.units().toString());
    facts.row("control label", card.controlLabel());
    facts.row("data", card.dataDigest().toString());
    facts.row("split", card.splitDigest().toString());
    card.seeds().forEach((purpose, seed) -> facts.row("seed, " + purpose, seed.toString()));
    card.environment().forEach(facts::row);
    facts.lines("  ").stream().skip(1).forEach(out::println);
    out.println();
    TextTable contexts = new TextTable("context", ">conditions", "perturbations");
    for (CellContext context : card.contexts()) {
      List<Condition> seen =
          card.conditions().stream().filter(c -> c.context().equals(context)).toList();
      contexts.row(context.name(), Integer.toString(seen.size()), FactCards.kinds(seen));
    }
    contexts.lines("  ").forEach(out::println);
    out.println();
    printScores(card, out);
    if (!card.limitations().isEmpty()) {
      out.println();
      out.println("Limits");
      card.limitations().forEach(limit -> out.println("  " + limit));
    }
  }

  private static void printScores(ModelCard card, PrintStream out) {
    if (card.scores().isEmpty()) {
      out.println("Scores: none measured for this file; 'vc evaluate' measures.");
      return;
    }
    String metric = Statistic.POOLED.label(Metric.RELATIVE_ERROR_SEPARATE);
    Map<String, List<ModelCard.Score>> byProtocol =
        card.scores().stream()
            .filter(s -> s.metric().equals(metric))
            .collect(
                Collectors.groupingBy(
                    ModelCard.Score::protocol, LinkedHashMap::new, Collectors.toList()));
    out.println("Scores: " + metric + ", 1 is 'no change', less is better; all in --json");
    byProtocol.forEach(
        (protocol, scores) -> {
          out.println("  " + protocol + " (" + SignalGate.label(scores.get(0).status()) + ")");
          TextTable table = new TextTable("model", ">error", ">95 % interval", ">n");
          for (ModelCard.Score score : scores) {
            table.row(
                score.model(),
                number(score.value()),
                score
                    .interval()
                    .map(i -> number(i.lower()) + " to " + number(i.upper()))
                    .orElse("-"),
                Integer.toString(score.perturbations()));
          }
          table.lines("    ").forEach(out::println);
        });
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
