package org.virtualcell.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Interval;
import org.virtualcell.api.ModelCard;
import org.virtualcell.provenance.Json;

/** Model cards as JSON and back. */
public final class CardJson {
  private static final String FORMAT = "virtualcell-card/1";

  private CardJson() {}

  /**
   * A card as JSON.
   *
   * @param card the card
   * @return an object; write it with {@link Json}
   */
  public static ObjectNode write(ModelCard card) {
    ObjectNode json = Json.object();
    json.put("format", FORMAT);
    json.put("name", card.name());
    json.put("description", card.description());
    json.put("data_digest", card.dataDigest().hex());
    json.put("split_digest", card.splitDigest().hex());
    json.set("genes", genes(card.genes()));
    json.set("units", units(card.units()));
    json.put("control_label", card.controlLabel());
    ArrayNode conditions = json.putArray("conditions");
    card.conditions().forEach(c -> conditions.add(condition(c)));
    ArrayNode contexts = json.putArray("contexts");
    card.contexts().forEach(c -> contexts.add(context(c)));
    ArrayNode scores = json.putArray("scores");
    card.scores().forEach(s -> scores.add(score(s)));
    json.set("seeds", Json.tree(card.seeds()));
    json.set("environment", Json.tree(card.environment()));
    json.set("limitations", Json.tree(card.limitations()));
    return json;
  }

  /**
   * A card from JSON.
   *
   * @param json what {@link #write} made
   * @param source what it comes from, for messages
   * @return the card
   * @throws DataFormatException if an entry is missing or of the wrong kind
   */
  public static ModelCard read(JsonNode json, String source) {
    JsonFields card = new JsonFields(json, "card", source);
    String format = card.text("format");
    if (!format.equals(FORMAT)) {
      throw card.fault("Format '" + format + "' is not known, this library reads " + FORMAT);
    }
    try {
      return new ModelCard(
          card.text("name"),
          card.text("description"),
          new ContentDigest(card.text("data_digest")),
          new ContentDigest(card.text("split_digest")),
          GeneVocabulary.of(
              card.object("genes").texts("ids"), card.object("genes").texts("symbols")),
          units(card.object("units")),
          card.text("control_label"),
          each(card, "conditions", CardJson::condition),
          each(card, "contexts", CardJson::context),
          each(card, "scores", CardJson::score),
          longs(card.object("seeds")),
          texts(card.object("environment")),
          card.texts("limitations"));
    } catch (org.virtualcell.api.InvalidDataException e) {
      throw new DataFormatException(
          "The model card is damaged: " + e.what() + " (" + e.where() + ")",
          source,
          "Train the model again, or restore the file.",
          e);
    }
  }

  private static <T> List<T> each(JsonFields in, String name, Function<JsonFields, T> read) {
    List<T> values = new ArrayList<>();
    in.objects(name).forEach(f -> values.add(read.apply(f)));
    return values;
  }

  private static Map<String, Long> longs(JsonFields in) {
    Map<String, Long> values = new TreeMap<>();
    in.names().forEach(name -> values.put(name, in.whole(name)));
    return values;
  }

  private static Map<String, String> texts(JsonFields in) {
    Map<String, String> values = new TreeMap<>();
    in.names().forEach(name -> values.put(name, in.text(name)));
    return values;
  }

  private static ObjectNode genes(GeneVocabulary genes) {
    ObjectNode json = Json.object();
    json.set("ids", Json.tree(genes.ids()));
    json.set("symbols", Json.tree(genes.symbols()));
    return json;
  }

  private static ObjectNode units(ExpressionUnits units) {
    ObjectNode json = Json.object();
    if (units instanceof ExpressionUnits.LogNormalized log) {
      json.put("kind", "log1p");
      log.total().ifPresent(total -> json.put("total", total));
    } else {
      json.put("kind", "counts");
    }
    return json;
  }

  private static ExpressionUnits units(JsonFields in) {
    return switch (in.text("kind")) {
      case "counts" -> ExpressionUnits.rawCounts();
      case "log1p" ->
          new ExpressionUnits.LogNormalized(
              in.has("total") ? OptionalDouble.of(in.number("total")) : OptionalDouble.empty());
      default -> throw in.fault("Units '" + in.text("kind") + "' are not known");
    };
  }

  private static ObjectNode condition(Condition condition) {
    ObjectNode json = Json.object();
    json.set("perturbation", PerturbationJson.write(condition.perturbation()));
    json.set("context", context(condition.context()));
    return json;
  }

  private static Condition condition(JsonFields in) {
    return new Condition(
        PerturbationJson.read(in.object("perturbation")), context(in.object("context")));
  }

  private static ObjectNode context(CellContext context) {
    ObjectNode json = Json.object();
    json.put("name", context.name());
    context.termId().ifPresent(id -> json.put("term", id));
    context
        .facts()
        .forEach(
            (fact, value) -> {
              ObjectNode entry = json.putObject(fact.name().toLowerCase(Locale.ROOT));
              entry.put("value", value);
              context.termId(fact).ifPresent(id -> entry.put("term", id));
            });
    return json;
  }

  private static CellContext context(JsonFields in) {
    CellContext context = CellContext.of(in.text("name"));
    if (in.has("term")) {
      context = context.withTermId(in.text("term"));
    }
    for (CellContext.Fact fact : CellContext.Fact.values()) {
      String name = fact.name().toLowerCase(Locale.ROOT);
      if (in.has(name)) {
        JsonFields entry = in.object(name);
        context =
            entry.has("term")
                ? context.with(fact, entry.text("value"), entry.text("term"))
                : context.with(fact, entry.text("value"));
      }
    }
    return context;
  }

  private static ObjectNode score(ModelCard.Score score) {
    ObjectNode json = Json.object();
    json.put("protocol", score.protocol());
    json.put("model", score.model());
    json.put("metric", score.metric());
    json.put("value", score.value());
    score
        .interval()
        .ifPresent(
            i -> {
              ObjectNode range = json.putObject("interval");
              range.put("level", i.level());
              range.put("lower", i.lower());
              range.put("upper", i.upper());
            });
    json.put("perturbations", score.perturbations());
    json.put("status", score.status().name().toLowerCase(Locale.ROOT));
    return json;
  }

  private static ModelCard.Score score(JsonFields in) {
    Optional<Interval> interval = Optional.empty();
    if (in.has("interval")) {
      JsonFields i = in.object("interval");
      interval = Optional.of(new Interval(i.number("level"), i.number("lower"), i.number("upper")));
    }
    return new ModelCard.Score(
        in.text("protocol"),
        in.text("model"),
        in.text("metric"),
        in.number("value"),
        interval,
        Math.toIntExact(in.whole("perturbations")),
        in.choice("status", ModelCard.Status.class));
  }
}
