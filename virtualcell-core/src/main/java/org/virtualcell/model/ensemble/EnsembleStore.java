package org.virtualcell.model.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.model.Absence;
import org.virtualcell.model.CardJson;
import org.virtualcell.model.StorableModel;
import org.virtualcell.model.StoredFields;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.StoredModel.Tensor;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.provenance.Json;

/**
 * An ensemble as tensors: everything of member k under {@code member.k.}, its card and settings
 * among the settings; per kind of question {@code stack.k.misses} (held-out perturbations x genes),
 * the weights and gains as settings.
 */
final class EnsembleStore {
  static final String FAMILY = "ensemble";
  private static final String VERSION = "1";
  private static final int GAIN_NUMBERS = 4;

  private EnsembleStore() {}

  static StoredModel write(
      List<String> names,
      List<Predictor> members,
      String fallback,
      List<Stack> stacks,
      ModelCard card) {
    Map<String, String> settings = new TreeMap<>();
    Map<String, Tensor> tensors = new TreeMap<>();
    settings.put("version", VERSION);
    settings.put("members", String.join(",", names));
    settings.put("default", fallback);
    settings.put("stacks", Integer.toString(stacks.size()));
    for (int k = 0; k < members.size(); k++) {
      if (!(members.get(k) instanceof StorableModel storable)) {
        throw new InvalidDataException(
            "The member '" + names.get(k) + "' cannot be written to a file",
            members.get(k).getClass().getName(),
            "Use members that this library trained.");
      }
      StoredModel stored = storable.store();
      String at = "member." + k + ".";
      settings.put(at + "family", stored.family());
      settings.put(at + "card", Json.line(CardJson.write(stored.card())));
      stored.settings().forEach((name, value) -> settings.put(at + "setting." + name, value));
      stored.tensors().forEach((name, tensor) -> tensors.put(at + name, tensor));
    }
    for (int k = 0; k < stacks.size(); k++) {
      write(stacks.get(k), "stack." + k + ".", card.genes().size(), settings, tensors);
    }
    return new StoredModel(FAMILY, card, settings, tensors);
  }

  private static void write(
      Stack stack,
      String at,
      int genes,
      Map<String, String> settings,
      Map<String, Tensor> tensors) {
    settings.put(at + "modes", String.join(",", stack.stratum().modes()));
    settings.put(at + "absence", stack.stratum().absence().name().toLowerCase(Locale.ROOT));
    settings.put(at + "combination", Boolean.toString(stack.stratum().combination()));
    settings.put(at + "perturbations", Integer.toString(stack.perturbations()));
    settings.put(at + "decided", Boolean.toString(stack.decided()));
    settings.put(at + "error", Double.toString(stack.error()));
    settings.put(at + "weights", join(stack.weights()));
    settings.put(
        at + "gains",
        stack.gains().stream()
            .map(g -> join(g.mean(), g.lower(), g.upper(), g.admitted() ? 1 : 0))
            .collect(Collectors.joining(",")));
    tensors.put(at + "misses", Tensor.stack(stack.misses(), genes));
  }

  private static String join(double... values) {
    return StoredFields.list(Arrays.stream(values).boxed().toList());
  }

  static Predictor read(StoredModel stored, String source) {
    return new Reading(stored, source, new StoredFields(stored, source)).read();
  }

  /** Reads one ensemble. */
  private record Reading(StoredModel stored, String source, StoredFields fields) {
    Predictor read() {
      fields.requireVersion("The ensemble", VERSION);
      List<String> names = List.of(fields.text("members").split(",", -1));
      if (!names.contains(fields.text("default"))) {
        throw fields.damaged(
            "The default member '" + fields.text("default") + "' is not among the members");
      }
      List<Stack> stacks = new ArrayList<>();
      int count = fields.whole("stacks", Integer.MAX_VALUE);
      for (int k = 0; k < count; k++) {
        stacks.add(stack("stack." + k + ".", names.size()));
      }
      List<Predictor> members = new ArrayList<>();
      try {
        for (int k = 0; k < names.size(); k++) {
          members.add(member("member." + k + "."));
        }
        return new EnsemblePredictor(names, members, fields.text("default"), stacks, stored.card());
      } catch (RuntimeException e) {
        members.forEach(Predictor::close);
        throw e;
      }
    }

    private Predictor member(String at) {
      String where = source + ", '" + at + "card'";
      ModelCard card = CardJson.read(Json.read(fields.text(at + "card"), where), where);
      if (!card.genes().equals(stored.card().genes())) {
        throw fields.damaged("The genes of '" + at + "card' are not those of the ensemble");
      }
      Map<String, String> settings = new TreeMap<>();
      String prefix = at + "setting.";
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
                if (name.startsWith(at)) {
                  tensors.put(name.substring(at.length()), tensor);
                }
              });
      String family = fields.text(at + "family");
      StoredModel member = new StoredModel(family, card, settings, tensors);
      return switch (family) {
        case "baseline" -> Baselines.restore(member, source);
        case "effect" -> EffectTrainer.restore(member, source);
        default -> throw fields.damaged("Members of family '" + family + "' are not known");
      };
    }

    private Stack stack(String at, int members) {
      SortedSet<String> modes = new TreeSet<>(List.of(fields.text(at + "modes").split(",", -1)));
      Stratum stratum =
          new Stratum(modes, absence(at), Boolean.parseBoolean(fields.text(at + "combination")));
      double[] weights = fields.numbers(at + "weights", members);
      double sum = 0;
      for (double w : weights) {
        if (!(w >= 0)) {
          throw fields.damaged("Setting '" + at + "weights' holds a negative number");
        }
        sum += w;
      }
      if (sum > 1 + 1e-9) {
        throw fields.damaged("Setting '" + at + "weights' has a sum of " + sum);
      }
      boolean decided = Boolean.parseBoolean(fields.text(at + "decided"));
      List<Stack.Gain> gains = new ArrayList<>();
      double[] numbers = fields.numbers(at + "gains", decided ? GAIN_NUMBERS * members : 0);
      for (int i = 0; i < numbers.length; i += GAIN_NUMBERS) {
        gains.add(new Stack.Gain(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3] == 1));
      }
      int perturbations = fields.whole(at + "perturbations", Integer.MAX_VALUE);
      return new Stack(
          stratum,
          perturbations,
          decided,
          weights,
          fields.numbers(at + "error", 1)[0],
          List.copyOf(gains),
          misses(at + "misses", decided ? perturbations : 0));
    }

    private Absence absence(String at) {
      String name = fields.text(at + "absence");
      for (Absence absence : Absence.values()) {
        if (absence.name().toLowerCase(Locale.ROOT).equals(name)) {
          return absence;
        }
      }
      throw fields.damaged("Setting '" + at + "absence' is '" + name + "'");
    }

    private List<float[]> misses(String name, int rows) {
      Tensor tensor =
          fields.tensor(
              name,
              rows,
              stored.card().genes().size(),
              value -> value >= 0 && Double.isFinite(value));
      return IntStream.range(0, rows).mapToObj(tensor::row).toList();
    }
  }
}
