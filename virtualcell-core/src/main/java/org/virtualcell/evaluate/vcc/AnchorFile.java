package org.virtualcell.evaluate.vcc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.provenance.Json;

/**
 * The ends of the scale as JSON, so that many predictions of the same measured cells are scored
 * without computing them again. They carry the digests of these cells and of the rules; a run on
 * other cells or under other rules refuses them.
 */
public final class AnchorFile {
  private static final String FORMAT = "virtualcell-challenge-anchors/1";

  private AnchorFile() {}

  static String text(ChallengeResult result) {
    ObjectNode root = Json.object();
    root.put("format", FORMAT);
    ObjectNode contexts = root.putObject("contexts");
    for (ContextResult context : result.contexts()) {
      contexts.set(context.context(), node(context.anchors().orElseThrow()));
    }
    return Json.pretty(root);
  }

  private static ObjectNode node(ContextAnchors anchors) {
    ObjectNode node = Json.object();
    node.put("data", anchors.data());
    node.put("rules", anchors.rules());
    node.put("baselineForm", anchors.baseline());
    node.put("replicateSplits", anchors.splits());
    ObjectNode baselines = node.putObject("baseline");
    anchors
        .baselines()
        .forEach(
            (metric, value) -> {
              if (Double.isFinite(value)) {
                baselines.put(metric.label(), value);
              }
            });
    ObjectNode replicates = node.putObject("replicate");
    anchors
        .replicates()
        .forEach(
            (metric, r) -> {
              if (Double.isFinite(r.mean())) {
                ObjectNode entry = replicates.putObject(metric.label());
                entry.put("mean", r.mean());
                entry.put("deviation", r.deviation());
                entry.put("least", r.least());
                entry.put("most", r.most());
                entry.put("fewest", r.fewest());
                entry.put("largest", r.largest());
              }
            });
    return node;
  }

  /**
   * Reads ends that an earlier run wrote.
   *
   * @param text the content of its {@code anchors.json}
   * @param source the file's name, for messages
   * @return the ends by context
   * @throws DataFormatException if it is another kind of file, or damaged
   */
  public static Map<String, ContextAnchors> read(String text, String source) {
    JsonNode root = Json.read(text, source);
    if (!FORMAT.equals(root.path("format").asText())) {
      throw new DataFormatException(
          "This is no file of anchors", source, "Pass the anchors.json of an earlier run.");
    }
    Map<String, ContextAnchors> contexts = new TreeMap<>();
    root.path("contexts")
        .properties()
        .forEach(e -> contexts.put(e.getKey(), anchors(e.getValue(), source)));
    return contexts;
  }

  private static ContextAnchors anchors(JsonNode node, String source) {
    Map<ChallengeMetric, Double> baselines = new EnumMap<>(ChallengeMetric.class);
    node.path("baseline")
        .properties()
        .forEach(e -> baselines.put(ChallengeMetric.of(e.getKey()), number(e.getValue(), source)));
    Map<ChallengeMetric, ContextAnchors.Replicate> replicates =
        new EnumMap<>(ChallengeMetric.class);
    node.path("replicate")
        .properties()
        .forEach(
            e -> {
              JsonNode r = e.getValue();
              replicates.put(
                  ChallengeMetric.of(e.getKey()),
                  new ContextAnchors.Replicate(
                      number(r.path("mean"), source),
                      number(r.path("deviation"), source),
                      number(r.path("least"), source),
                      number(r.path("most"), source),
                      r.path("fewest").asInt(),
                      r.path("largest").asInt()));
            });
    return new ContextAnchors(
        node.path("data").asText(),
        node.path("rules").asText(),
        node.path("baselineForm").asText(),
        node.path("replicateSplits").asText(),
        baselines,
        replicates);
  }

  private static double number(JsonNode node, String source) {
    if (!node.isNumber()) {
      throw new DataFormatException(
          "A number is missing", source, "Write the file again by an evaluation.");
    }
    return node.asDouble();
  }
}
