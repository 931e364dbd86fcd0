package org.virtualcell.model.transition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.provenance.Json;

/**
 * Sizes of the transition model and how it is trained.
 *
 * @param hidden width of the rows between, a multiple of {@code heads}
 * @param layers blocks
 * @param heads attention heads
 * @param feedForward width inside the blocks' feed-forward part
 * @param encoderLayers linear layers of the encoders
 * @param decoderLayers linear layers of the decoder
 * @param dropout share dropped of what each part of a block adds
 * @param setCells cells of a set, 2 or more
 * @param sets sets of a step
 * @param steps at most
 * @param warmup steps until the rate is full
 * @param rate the full learning rate
 * @param decay decoupled weight decay
 * @param clip bound of the norm of all gradients
 * @param average decay of the running average of the weights, which is what is kept
 * @param meanWeight weight of the error of the mean effect beside the energy distance
 * @param validateEvery steps between validations
 * @param patience validations without a gain before training ends
 * @param mostGenes genes the network sees, those of largest variance; the others follow the effect
 *     model alone
 * @param controlDraws sets of controls a prediction is averaged over
 * @param seed of weights, sets and held-out conditions
 */
public record TransitionConfig(
    int hidden,
    int layers,
    int heads,
    int feedForward,
    int encoderLayers,
    int decoderLayers,
    double dropout,
    int setCells,
    int sets,
    int steps,
    int warmup,
    double rate,
    double decay,
    double clip,
    double average,
    double meanWeight,
    int validateEvery,
    int patience,
    int mostGenes,
    int controlDraws,
    long seed) {
  private static final int LARGEST_HEAD = 128;
  private static final int LARGEST_SET = 512;

  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if one is out of range
   */
  public TransitionConfig {
    require(setCells >= 2 && setCells <= LARGEST_SET, "set_cells", setCells, "2 to 512");
    require(
        heads >= 1 && hidden >= heads && hidden % heads == 0,
        "heads",
        heads,
        "a divisor of hidden");
    require(hidden / heads <= LARGEST_HEAD, "hidden / heads", hidden / heads, "128 at most");
    require(layers >= 0 && feedForward >= 1, "layers", layers, "0 or more");
    require(encoderLayers >= 1 && decoderLayers >= 1, "encoder_layers", encoderLayers, "1 or more");
    require(sets >= 1 && steps >= 0 && warmup >= 0, "sets", sets, "1 or more");
    require(rate > 0 && rate < 1, "rate", rate, "between 0 and 1");
    require(decay >= 0 && clip > 0, "clip", clip, "above 0");
    require(average >= 0 && average < 1, "average", average, "0 to below 1");
    require(meanWeight >= 0 && Double.isFinite(meanWeight), "mean_weight", meanWeight, "0 or more");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "0 to below 1");
    require(validateEvery >= 1 && patience >= 1, "validate_every", validateEvery, "1 or more");
    require(mostGenes >= 1 && controlDraws >= 1, "most_genes", mostGenes, "1 or more");
  }

  private static void require(boolean holds, String name, Number value, String wanted) {
    if (!holds) {
      throw new InvalidDataException(
          "A setting of the transition model is out of range",
          name + " = " + value,
          "Use " + wanted + ".");
    }
  }

  private static TransitionConfig sized(
      int hidden, int layers, int heads, int feedForward, int encoders, int setCells, int sets) {
    return new TransitionConfig(
        hidden,
        layers,
        heads,
        feedForward,
        encoders,
        encoders,
        0.1,
        setCells,
        sets,
        300,
        20,
        3e-4,
        0.01,
        1,
        0.97,
        1,
        20,
        6,
        2000,
        4,
        0);
  }

  /**
   * The named sizes.
   *
   * @return {@code ours} (the default: width 256, 4 layers, sets of 64), {@code ours-xs} (width
   *     128) and the widths, depths, heads and set sizes State ships, by its names; the head sizes
   *     41, 58 and 84 of some of them are slow ones. All are trained as residuals of the effect
   *     model
   */
  public static Map<String, TransitionConfig> named() {
    Map<String, TransitionConfig> named = new TreeMap<>();
    named.put("ours", sized(256, 4, 4, 1024, 1, 64, 8));
    named.put("ours-xs", sized(128, 4, 2, 512, 1, 64, 8));
    named.put("ours-m", sized(512, 6, 8, 2048, 1, 128, 8));
    named.put("pertsets", sized(328, 8, 8, 1312, 4, 64, 16));
    named.put("state_sm", sized(672, 4, 8, 2688, 4, 128, 16));
    named.put("state-2025", sized(696, 8, 12, 2784, 4, 512, 16));
    named.put("tahoe_best", sized(1440, 4, 12, 4416, 4, 512, 16));
    named.put("state_lg", sized(1488, 6, 12, 5952, 4, 512, 16));
    named.put("state-2026", sized(768, 8, 12, 3072, 1, 512, 16));
    return named;
  }

  /**
   * The sizes to use where nothing else is wanted.
   *
   * @return {@code ours}
   */
  public static TransitionConfig defaults() {
    return named().get("ours");
  }

  /**
   * All settings as JSON, names with underscores.
   *
   * @return an object
   */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("hidden", hidden).put("layers", layers).put("heads", heads);
    json.put("feed_forward", feedForward).put("encoder_layers", encoderLayers);
    json.put("decoder_layers", decoderLayers).put("dropout", dropout).put("set_cells", setCells);
    json.put("sets", sets).put("steps", steps).put("warmup", warmup).put("rate", rate);
    json.put("decay", decay).put("clip", clip).put("average", average);
    json.put("mean_weight", meanWeight).put("validate_every", validateEvery);
    json.put("patience", patience).put("most_genes", mostGenes);
    json.put("control_draws", controlDraws).put("seed", seed);
    return json;
  }

  /**
   * Settings from JSON.
   *
   * @param json an object of settings as {@link #toJson} names them; {@code base} names the sizes
   *     that the others change, {@code ours} where absent
   * @param source what it comes from, for messages
   * @return the settings
   * @throws InvalidDataException if a name is not known or a value is no number in its range
   */
  public static TransitionConfig fromJson(JsonNode json, String source) {
    String base = json.path("base").asText("ours");
    if (!named().containsKey(base)) {
      throw new InvalidDataException(
          "There are no sizes of the name '" + base + "'",
          source + ", base",
          "Use one of " + named().keySet() + ".");
    }
    ObjectNode all = named().get(base).toJson();
    json.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (name.equals("base")) {
                return;
              }
              if (!all.has(name)) {
                throw new InvalidDataException(
                    "There is no setting '" + name + "'", source, "There are " + names(all) + ".");
              }
              boolean fits =
                  all.get(name).isIntegralNumber()
                      ? field.getValue().isIntegralNumber()
                      : field.getValue().isNumber();
              if (!fits) {
                throw new InvalidDataException(
                    "Setting '" + name + "' is " + field.getValue(),
                    source,
                    "Write a " + (all.get(name).isIntegralNumber() ? "whole " : "") + "number.");
              }
              all.set(name, field.getValue());
            });
    return of(all);
  }

  private static List<String> names(ObjectNode all) {
    return all.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static TransitionConfig of(JsonNode j) {
    return new TransitionConfig(
        j.get("hidden").asInt(),
        j.get("layers").asInt(),
        j.get("heads").asInt(),
        j.get("feed_forward").asInt(),
        j.get("encoder_layers").asInt(),
        j.get("decoder_layers").asInt(),
        j.get("dropout").asDouble(),
        j.get("set_cells").asInt(),
        j.get("sets").asInt(),
        j.get("steps").asInt(),
        j.get("warmup").asInt(),
        j.get("rate").asDouble(),
        j.get("decay").asDouble(),
        j.get("clip").asDouble(),
        j.get("average").asDouble(),
        j.get("mean_weight").asDouble(),
        j.get("validate_every").asInt(),
        j.get("patience").asInt(),
        j.get("most_genes").asInt(),
        j.get("control_draws").asInt(),
        j.get("seed").asLong());
  }

  ContentDigest digest() {
    return ContentDigest.of("transition-config/1").add(Json.line(toJson())).build();
  }
}
