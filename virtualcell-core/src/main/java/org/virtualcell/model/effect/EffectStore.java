package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.model.StoredFields;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.StoredModel.Tensor;
import org.virtualcell.model.Targets;

/**
 * An effect model as tensors: {@code control_means} (contexts x genes), and per mode k {@code
 * mode.k.effects} (conditions x genes, in the card's order), {@code mode.k.scale} (1 x genes),
 * {@code mode.k.noise} (conditions x 1), {@code mode.k.share} (conditions x control populations),
 * {@code mode.k.control_noise} (populations x 1) and {@code mode.k.control_variance} (populations x
 * genes). With features, {@code feature_similarity} (names x training targets). The weights of the
 * parts and the shares of responders are settings; everything else is a closed form of these and is
 * made again on reading.
 */
final class EffectStore {
  static final String FAMILY = "effect";

  private EffectStore() {}

  static StoredModel write(
      Screen screen,
      TargetSimilarity known,
      List<ModeModel> models,
      ModelCard card,
      Responses responses) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("version", EffectMigration.VERSION);
    settings.put(
        "responders",
        responses.text(
            card.conditions(),
            models.stream()
                .flatMap(m -> m.mode().items().stream())
                .map(Screen.Item::cells)
                .toList()));
    settings.put("modes", Integer.toString(models.size()));
    settings.put(
        "context_cells",
        StoredFields.list(screen.contexts().stream().map(Screen.Controls::cells).toList()));
    Map<String, Tensor> tensors = new TreeMap<>();
    int genes = screen.genes().size();
    tensors.put(
        "control_means",
        Tensor.stack(screen.contexts().stream().map(Screen.Controls::mean).toList(), genes));
    if (known instanceof KnownTargets targets) {
      settings.put("feature_names", String.join("\t", targets.names()));
      settings.put("feature_targets", String.join("\t", targets.trained()));
      tensors.put(
          "feature_similarity",
          new Tensor(targets.names().size(), targets.trained().size(), targets.similarity()));
    }
    for (int k = 0; k < models.size(); k++) {
      String at = "mode." + k + ".";
      Screen.Mode mode = models.get(k).mode();
      List<Screen.Item> items = mode.items();
      models
          .get(k)
          .weights()
          .forEach((part, w) -> settings.put(at + "weight." + part.label(), Double.toString(w)));
      settings.put(at + "covariance", models.get(k).all().covariance().label());
      settings.put(
          at + "cells", StoredFields.list(items.stream().map(Screen.Item::cells).toList()));
      tensors.put(
          at + "effects", Tensor.stack(items.stream().map(Screen.Item::effect).toList(), genes));
      tensors.put(at + "scale", Tensor.stack(List.of(mode.scale()), genes));
      tensors.put(
          at + "noise", Tensor.stack(items.stream().map(i -> new float[] {i.noise()}).toList(), 1));
      int populations = mode.populations().size();
      tensors.put(
          at + "share", Tensor.stack(items.stream().map(Screen.Item::share).toList(), populations));
      tensors.put(
          at + "control_noise",
          Tensor.stack(mode.populations().stream().map(p -> new float[] {p.noise()}).toList(), 1));
      tensors.put(
          at + "control_variance",
          Tensor.stack(
              mode.populations().stream().map(Screen.Population::variance).toList(), genes));
    }
    return new StoredModel(FAMILY, card, settings, tensors);
  }

  static EffectPredictor read(StoredModel stored, String source) {
    return new Reading(EffectMigration.current(stored), source).read();
  }

  /** Reads one model. */
  private static final class Reading {
    private final StoredModel stored;
    private final String source;
    private final StoredFields fields;
    private final ModelCard card;
    private final int genes;

    Reading(StoredModel stored, String source) {
      this.stored = stored;
      this.source = source;
      this.fields = new StoredFields(stored, source);
      this.card = stored.card();
      this.genes = card.genes().size();
    }

    EffectPredictor read() {
      fields.requireVersion("The effect model", EffectMigration.VERSION);
      long[] cells = fields.counts("context_cells", card.contexts().size());
      Tensor means = fields.tensor("control_means", card.contexts().size(), genes);
      List<Screen.Controls> contexts = new ArrayList<>();
      for (int c = 0; c < cells.length; c++) {
        contexts.add(new Screen.Controls(card.contexts().get(c), cells[c], means.row(c)));
      }
      List<Screen.Mode> modes = new ArrayList<>();
      List<Map<Part, Double>> weights = new ArrayList<>();
      int first = 0;
      int count = fields.whole("modes", Integer.MAX_VALUE);
      for (int k = 0; k < count; k++) {
        modes.add(mode("mode." + k + ".", first));
        first += modes.get(k).items().size();
        weights.add(weights("mode." + k + ".weight."));
      }
      if (first != card.conditions().size()) {
        throw fields.damaged(
            "The card has " + card.conditions().size() + " conditions, not " + first);
      }
      Screen screen = new Screen(card.genes(), card.units(), contexts, modes);
      TargetSimilarity known = known();
      List<ModeModel> models = new ArrayList<>();
      for (int k = 0; k < count; k++) {
        Optional<Covariance> held = Optional.of(covariance("mode." + k + ".covariance"));
        models.add(new ModeModel(screen, modes.get(k), known, weights.get(k), held));
      }
      Responses responses =
          Responses.read(
              stored.settings().getOrDefault("responders", ""), card.conditions(), source);
      return new EffectPredictor(screen, known, models, card, responses);
    }

    private Covariance covariance(String name) {
      return Arrays.stream(Covariance.values())
          .filter(c -> c.label().equals(fields.text(name)))
          .findFirst()
          .orElseThrow(
              () -> fields.damaged("Setting '" + name + "' is '" + fields.text(name) + "'"));
    }

    private TargetSimilarity known() {
      if (!stored.settings().containsKey("feature_names")) {
        return TargetSimilarity.NONE;
      }
      List<String> names = List.of(fields.text("feature_names").split("\t", -1));
      List<String> trained = List.of(fields.text("feature_targets").split("\t", -1));
      return new KnownTargets(
          names,
          trained,
          fields.tensor("feature_similarity", names.size(), trained.size()).values());
    }

    private Screen.Mode mode(String at, int first) {
      int n = fields.text(at + "cells").split(",", -1).length;
      if (first + n > card.conditions().size()) {
        throw fields.damaged("Setting '" + at + "cells' does not fit the card");
      }
      long[] cells = fields.counts(at + "cells", n);
      List<Condition> conditions = card.conditions().subList(first, first + n);
      SortedSet<String> modes = Targets.modes(conditions.get(0).perturbation());
      Tensor share = stored.tensors().get(at + "share");
      if (share == null) {
        throw fields.damaged("Tensor '" + at + "share' is missing");
      }
      int populations = share.columns();
      Tensor effects = fields.tensor(at + "effects", n, genes);
      Tensor scale = fields.tensor(at + "scale", 1, genes);
      Tensor noise = fields.tensor(at + "noise", n, 1);
      share = fields.tensor(at + "share", n, populations);
      Tensor shared = fields.tensor(at + "control_noise", populations, 1);
      Tensor variance = fields.tensor(at + "control_variance", populations, genes);
      List<Screen.Item> items = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        Condition condition = conditions.get(i);
        if (!Targets.modes(condition.perturbation()).equals(modes)) {
          throw fields.damaged("Condition '" + condition + "' is not of mode " + modes);
        }
        if (!card.contexts().contains(condition.context()) || !(noise.values()[i] > 0)) {
          throw fields.damaged(
              "Condition '" + condition + "' has no controls or no sampling error");
        }
        items.add(
            new Screen.Item(
                condition,
                Targets.all(condition.perturbation()),
                cells[i],
                effects.row(i),
                noise.values()[i],
                share.row(i)));
      }
      for (float s : scale.values()) {
        if (!(s > 0)) {
          throw fields.damaged("Tensor '" + at + "scale' holds " + s);
        }
      }
      List<Screen.Population> all = new ArrayList<>();
      for (int p = 0; p < populations; p++) {
        if (!(shared.values()[p] >= 0)) {
          throw fields.damaged("Tensor '" + at + "control_noise' holds a negative number");
        }
        all.add(new Screen.Population(variance.row(p), shared.values()[p]));
      }
      return new Screen.Mode(modes, scale.values(), items, all);
    }

    private Map<Part, Double> weights(String prefix) {
      Map<Part, Double> weights = new EnumMap<>(Part.class);
      for (Part part : Part.values()) {
        String value = stored.settings().get(prefix + part.label());
        if (value != null) {
          weights.put(part, weight(prefix + part.label(), value));
        }
      }
      if (weights.isEmpty()) {
        throw fields.damaged("Settings '" + prefix + "...' are missing");
      }
      return weights;
    }

    private double weight(String name, String value) {
      try {
        double weight = Double.parseDouble(value);
        if (weight >= 0 && Double.isFinite(weight)) {
          return weight;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw fields.damaged("Setting '" + name + "' is '" + value + "'");
    }
  }
}
