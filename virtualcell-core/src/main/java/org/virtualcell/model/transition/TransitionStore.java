package org.virtualcell.model.transition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.ModelCard;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.model.CardJson;
import org.virtualcell.model.StoredFields;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.StoredModel.Tensor;
import org.virtualcell.model.effect.EffectPredictor;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.nn.Parameter;
import org.virtualcell.nn.ParameterSet;
import org.virtualcell.provenance.Json;

/**
 * A transition model as plain values: the effect model's settings and tensors under {@code core.},
 * the network's weights under {@code net.}, and what it is told of questions under {@code
 * question.}.
 */
final class TransitionStore {
  static final String FAMILY = "transition";
  private static final String VERSION = "1";
  private static final String CORE = "core.";
  private static final String NET = "net.";
  private static final int MOST = 1 << 24;
  private static final int HISTORY = 5; // numbers of a row

  private TransitionStore() {}

  static StoredModel write(TransitionPredictor model) {
    Map<String, String> settings = new TreeMap<>();
    Map<String, Tensor> tensors = new TreeMap<>();
    Correction c = model.correction();
    settings.put("version", VERSION);
    settings.put("config", Json.line(model.config().toJson()));
    settings.put("admitted", Boolean.toString(c.admitted()));
    settings.put("energy", Double.toString(c.energy()));
    settings.put("genes", StoredFields.list(Arrays.stream(c.geneOf()).boxed().toList()));
    List<Double> rows = new ArrayList<>();
    for (double[] row : model.history()) {
      for (double value : row) {
        rows.add(value);
      }
    }
    settings.put("history", StoredFields.list(rows));
    settings.put("history_rows", Integer.toString(model.history().size()));
    StoredModel core = model.core().store();
    settings.put(CORE + "card", Json.line(CardJson.write(core.card())));
    core.settings().forEach((name, value) -> settings.put(CORE + "setting." + name, value));
    core.tensors().forEach((name, tensor) -> tensors.put(CORE + name, tensor));
    c.weights().forEach((name, w) -> tensors.put(NET + name, new Tensor(1, w.length, w)));
    questions(c, settings, tensors);
    return new StoredModel(FAMILY, model.card(), settings, tensors);
  }

  private static void questions(
      Correction c, Map<String, String> settings, Map<String, Tensor> tensors) {
    TargetVectors vectors = c.vectors();
    settings.put(
        "question.width", StoredFields.list(Arrays.stream(vectors.width()).boxed().toList()));
    settings.put("question.blocks", Integer.toString(vectors.width().length));
    settings.put(
        "question.targets", Json.line(Json.tree(new ArrayList<>(vectors.known().keySet()))));
    int width = vectors.width().length == 0 ? 0 : vectors.size() - TargetVectors.projected();
    tensors.put("question.vectors", Tensor.stack(new ArrayList<>(vectors.known().values()), width));
    int columns = TargetVectors.projected();
    tensors.put(
        "question.projection",
        new Tensor(vectors.projection().length / columns, columns, vectors.projection()));
    tensors.put("question.centre", new Tensor(1, vectors.size(), vectors.centre()));
    tensors.put("question.scale", new Tensor(1, vectors.size(), vectors.scale()));
    float[] mean = new float[c.controlMean().length];
    for (int g = 0; g < mean.length; g++) {
      mean[g] = (float) c.controlMean()[g];
    }
    tensors.put("control_mean", new Tensor(1, mean.length, mean));
  }

  static TransitionPredictor read(StoredModel stored, String source) {
    return new Reading(stored, source, new StoredFields(stored, source)).read();
  }

  private record Reading(StoredModel stored, String source, StoredFields fields) {
    TransitionPredictor read() {
      fields.requireVersion("The transition model", VERSION);
      TransitionConfig config =
          TransitionConfig.fromJson(Json.read(fields.text("config"), source), source);
      int genes = stored.card().genes().size();
      TargetVectors vectors = vectors(genes);
      double[] listed = fields.numbers("genes", items("genes"));
      int[] geneOf = Arrays.stream(listed).mapToInt(g -> (int) g).toArray();
      if (Arrays.stream(geneOf).anyMatch(g -> g < 0 || g >= genes)) {
        throw fields.damaged("The genes of the network are not those of the card");
      }
      float[] mean = fields.tensor("control_mean", 1, genes).values();
      double[] controlMean = new double[genes];
      Arrays.setAll(controlMean, g -> mean[g]);
      Map<String, float[]> weights =
          Boolean.parseBoolean(fields.text("admitted"))
              ? weights(config, geneOf.length, vectors.size())
              : Map.of();
      return new TransitionPredictor(
          core(),
          stored.card(),
          config,
          new Correction(geneOf, vectors, controlMean, weights, fields.number("energy")),
          history());
    }

    private int items(String name) {
      String list = fields.text(name);
      return list.isEmpty() ? 0 : list.split(",", -1).length;
    }

    private List<double[]> history() {
      int rows = fields.whole("history_rows", MOST);
      double[] all = fields.numbers("history", rows * HISTORY);
      List<double[]> history = new ArrayList<>();
      for (int r = 0; r < rows; r++) {
        history.add(Arrays.copyOfRange(all, r * HISTORY, (r + 1) * HISTORY));
      }
      return history;
    }

    private TargetVectors vectors(int genes) {
      int blocks = fields.whole("question.blocks", MOST);
      int[] width =
          Arrays.stream(fields.numbers("question.width", blocks)).mapToInt(w -> (int) w).toArray();
      int own = blocks == 0 ? 0 : Arrays.stream(width).sum() + blocks;
      JsonNode targets = Json.read(fields.text("question.targets"), source);
      Tensor table = fields.tensor("question.vectors", targets.size(), own);
      Map<String, float[]> known = new TreeMap<>();
      for (int t = 0; t < targets.size(); t++) {
        known.put(targets.get(t).asText(), table.row(t));
      }
      int columns = TargetVectors.projected();
      return TargetVectors.restored(
          width,
          known,
          fields.tensor("question.projection", genes, columns).values(),
          fields.tensor("question.centre", 1, own + columns).values(),
          fields.tensor("question.scale", 1, own + columns).values());
    }

    /** The sizes are those of a network built from the settings. */
    private Map<String, float[]> weights(TransitionConfig config, int genes, int numbers) {
      Map<String, float[]> weights = new TreeMap<>();
      try (Device device = JavaDevice.create();
          Lane lane = device.open(LaneOptions.defaults());
          ParameterSet set = new ParameterSet(lane);
          CorrectionNetwork network =
              new CorrectionNetwork(set, CorrectionNetwork.options(config, genes, numbers), 1, 2)) {
        for (Parameter p : set.all()) {
          int elements = Math.toIntExact(p.value().elements());
          weights.put(p.name(), fields.tensor(NET + p.name(), 1, elements).values());
        }
        assert network != null;
      }
      return weights;
    }

    private EffectPredictor core() {
      String where = source + ", 'core.card'";
      ModelCard card = CardJson.read(Json.read(fields.text(CORE + "card"), where), where);
      if (!card.genes().equals(stored.card().genes())) {
        throw fields.damaged("The genes of the effect model are not those of the card");
      }
      Map<String, String> settings = new TreeMap<>();
      String prefix = CORE + "setting.";
      stored
          .settings()
          .forEach(
              (name, value) -> {
                if (name.startsWith(prefix)) {
                  settings.put(name.substring(prefix.length()), value);
                }
              });
      Map<String, Tensor> tensors = new TreeMap<>();
      stored
          .tensors()
          .forEach(
              (name, tensor) -> {
                if (name.startsWith(CORE)) {
                  tensors.put(name.substring(CORE.length()), tensor);
                }
              });
      return EffectTrainer.restore(new StoredModel("effect", card, settings, tensors), source);
    }
  }
}
