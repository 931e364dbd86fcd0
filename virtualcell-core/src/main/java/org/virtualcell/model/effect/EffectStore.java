package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.virtualcell.api.Condition;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ModelCard;
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
  private static final String VERSION = "1";

  private EffectStore() {}

  static StoredModel write(
      Screen screen,
      TargetSimilarity known,
      List<ModeModel> models,
      ModelCard card,
      Responses responses) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("version", VERSION);
    settings.put("responders", responses.text(card.conditions()));
    settings.put("modes", Integer.toString(models.size()));
    settings.put(
        "context_cells", join(screen.contexts().stream().map(Screen.Controls::cells).toList()));
    Map<String, Tensor> tensors = new TreeMap<>();
    int genes = screen.genes().size();
    tensors.put(
        "control_means",
        stack(screen.contexts().stream().map(Screen.Controls::mean).toList(), genes));
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
      settings.put(at + "cells", join(items.stream().map(Screen.Item::cells).toList()));
      tensors.put(at + "effects", stack(items.stream().map(Screen.Item::effect).toList(), genes));
      tensors.put(at + "scale", stack(List.of(mode.scale()), genes));
      tensors.put(
          at + "noise", stack(items.stream().map(i -> new float[] {i.noise()}).toList(), 1));
      int populations = mode.populations().size();
      tensors.put(
          at + "share", stack(items.stream().map(Screen.Item::share).toList(), populations));
      tensors.put(
          at + "control_noise",
          stack(mode.populations().stream().map(p -> new float[] {p.noise()}).toList(), 1));
      tensors.put(
          at + "control_variance",
          stack(mode.populations().stream().map(Screen.Population::variance).toList(), genes));
    }
    return new StoredModel(FAMILY, card, settings, tensors);
  }

  private static String join(List<Long> counts) {
    return String.join(",", counts.stream().map(String::valueOf).toList());
  }

  private static Tensor stack(List<float[]> rows, int columns) {
    float[] values = new float[Math.multiplyExact(rows.size(), columns)];
    for (int r = 0; r < rows.size(); r++) {
      System.arraycopy(rows.get(r), 0, values, r * columns, columns);
    }
    return new Tensor(rows.size(), columns, values);
  }

  static EffectPredictor read(StoredModel stored, String source) {
    return new Reading(stored, source).read();
  }

  /** Reads one model. */
  private static final class Reading {
    private final StoredModel stored;
    private final String source;
    private final ModelCard card;
    private final int genes;

    Reading(StoredModel stored, String source) {
      this.stored = stored;
      this.source = source;
      this.card = stored.card();
      this.genes = card.genes().size();
    }

    EffectPredictor read() {
      String version = text("version");
      if (!version.equals(VERSION)) {
        throw new DataFormatException(
            "The effect model has version " + version + ", this library reads " + VERSION,
            source,
            "Use a newer version of the library, or train the model again.");
      }
      long[] cells = counts("context_cells", card.contexts().size());
      Tensor means = tensor("control_means", card.contexts().size(), genes);
      List<Screen.Controls> contexts = new ArrayList<>();
      for (int c = 0; c < cells.length; c++) {
        contexts.add(new Screen.Controls(card.contexts().get(c), cells[c], row(means, c)));
      }
      List<Screen.Mode> modes = new ArrayList<>();
      List<Map<Part, Double>> weights = new ArrayList<>();
      int first = 0;
      long count = number("modes", text("modes"));
      for (int k = 0; k < count; k++) {
        modes.add(mode("mode." + k + ".", first));
        first += modes.get(k).items().size();
        weights.add(weights("mode." + k + ".weight."));
      }
      if (first != card.conditions().size()) {
        throw damaged("The card has " + card.conditions().size() + " conditions, not " + first);
      }
      Screen screen = new Screen(card.genes(), card.units(), contexts, modes);
      TargetSimilarity known = known();
      List<ModeModel> models = new ArrayList<>();
      for (int k = 0; k < count; k++) {
        models.add(new ModeModel(screen, modes.get(k), known, weights.get(k)));
      }
      Responses responses =
          Responses.read(
              stored.settings().getOrDefault("responders", ""), card.conditions(), source);
      return new EffectPredictor(screen, known, models, card, responses);
    }

    private TargetSimilarity known() {
      if (!stored.settings().containsKey("feature_names")) {
        return TargetSimilarity.NONE;
      }
      List<String> names = List.of(text("feature_names").split("\t", -1));
      List<String> trained = List.of(text("feature_targets").split("\t", -1));
      return new KnownTargets(
          names, trained, tensor("feature_similarity", names.size(), trained.size()).values());
    }

    private Screen.Mode mode(String at, int first) {
      int n = text(at + "cells").split(",", -1).length;
      if (first + n > card.conditions().size()) {
        throw damaged("Setting '" + at + "cells' does not fit the card");
      }
      long[] cells = counts(at + "cells", n);
      List<Condition> conditions = card.conditions().subList(first, first + n);
      SortedSet<String> modes = Targets.modes(conditions.get(0).perturbation());
      Tensor share = stored.tensors().get(at + "share");
      if (share == null) {
        throw damaged("Tensor '" + at + "share' is missing");
      }
      int populations = share.columns();
      Tensor effects = tensor(at + "effects", n, genes);
      Tensor scale = tensor(at + "scale", 1, genes);
      Tensor noise = tensor(at + "noise", n, 1);
      share = tensor(at + "share", n, populations);
      Tensor shared = tensor(at + "control_noise", populations, 1);
      Tensor variance = tensor(at + "control_variance", populations, genes);
      List<Screen.Item> items = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        Condition condition = conditions.get(i);
        if (!Targets.modes(condition.perturbation()).equals(modes)) {
          throw damaged("Condition '" + condition + "' is not of mode " + modes);
        }
        if (!card.contexts().contains(condition.context()) || !(noise.values()[i] > 0)) {
          throw damaged("Condition '" + condition + "' has no controls or no sampling error");
        }
        items.add(
            new Screen.Item(
                condition,
                Targets.all(condition.perturbation()),
                cells[i],
                row(effects, i),
                noise.values()[i],
                row(share, i)));
      }
      for (float s : scale.values()) {
        if (!(s > 0)) {
          throw damaged("Tensor '" + at + "scale' holds " + s);
        }
      }
      List<Screen.Population> all = new ArrayList<>();
      for (int p = 0; p < populations; p++) {
        if (!(shared.values()[p] >= 0)) {
          throw damaged("Tensor '" + at + "control_noise' holds a negative number");
        }
        all.add(new Screen.Population(row(variance, p), shared.values()[p]));
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
        throw damaged("Settings '" + prefix + "...' are missing");
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
      throw damaged("Setting '" + name + "' is '" + value + "'");
    }

    private String text(String name) {
      String value = stored.settings().get(name);
      if (value == null) {
        throw damaged("Setting '" + name + "' is missing");
      }
      return value;
    }

    private long number(String name, String value) {
      try {
        long number = Long.parseLong(value);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw damaged("Setting '" + name + "' holds '" + value + "'");
    }

    private long[] counts(String name, int expected) {
      String list = text(name);
      long[] counts =
          list.isEmpty()
              ? new long[0]
              : Arrays.stream(list.split(",", -1)).mapToLong(v -> number(name, v)).toArray();
      if (counts.length != expected) {
        throw damaged("Setting '" + name + "' does not fit the card");
      }
      return counts;
    }

    private Tensor tensor(String name, int rows, int columns) {
      Tensor tensor = stored.tensors().get(name);
      if (tensor == null || tensor.rows() != rows || tensor.columns() != columns) {
        throw damaged(
            "Tensor '"
                + name
                + "' is "
                + (tensor == null ? "missing" : tensor.rows() + " x " + tensor.columns())
                + ", the card needs "
                + rows
                + " x "
                + columns);
      }
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw damaged("Tensor '" + name + "' holds " + value);
        }
      }
      return tensor;
    }

    private static float[] row(Tensor tensor, int row) {
      return Arrays.copyOfRange(
          tensor.values(), row * tensor.columns(), (row + 1) * tensor.columns());
    }

    private DataFormatException damaged(String what) {
      return new DataFormatException(what, source, "Train the model again, or restore the file.");
    }
  }
}
