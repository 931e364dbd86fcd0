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
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.model.Absence;
import org.virtualcell.model.CardJson;
import org.virtualcell.model.StorableModel;
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
    float[] misses = new float[Math.multiplyExact(stack.misses().size(), genes)];
    for (int i = 0; i < stack.misses().size(); i++) {
      System.arraycopy(stack.misses().get(i), 0, misses, i * genes, genes);
    }
    tensors.put(at + "misses", new Tensor(stack.misses().size(), genes, misses));
  }

  private static String join(double... values) {
    return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(","));
  }

  static Predictor read(StoredModel stored, String source) {
    return new Reading(stored, source).read();
  }

  /** Reads one ensemble. */
  private record Reading(StoredModel stored, String source) {
    Predictor read() {
      String version = text("version");
      if (!version.equals(VERSION)) {
        throw new DataFormatException(
            "The ensemble has version " + version + ", this library reads " + VERSION,
            source,
            "Use a newer version of the library, or train the model again.");
      }
      List<String> names = List.of(text("members").split(",", -1));
      if (!names.contains(text("default"))) {
        throw damaged("The default member '" + text("default") + "' is not among the members");
      }
      List<Stack> stacks = new ArrayList<>();
      int count = whole("stacks");
      for (int k = 0; k < count; k++) {
        stacks.add(stack("stack." + k + ".", names.size()));
      }
      List<Predictor> members = new ArrayList<>();
      try {
        for (int k = 0; k < names.size(); k++) {
          members.add(member("member." + k + "."));
        }
        return new EnsemblePredictor(names, members, text("default"), stacks, stored.card());
      } catch (RuntimeException e) {
        members.forEach(Predictor::close);
        throw e;
      }
    }

    private Predictor member(String at) {
      String where = source + ", '" + at + "card'";
      ModelCard card = CardJson.read(Json.read(text(at + "card"), where), where);
      if (!card.genes().equals(stored.card().genes())) {
        throw damaged("The genes of '" + at + "card' are not those of the ensemble");
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
      String family = text(at + "family");
      StoredModel member = new StoredModel(family, card, settings, tensors);
      return switch (family) {
        case "baseline" -> Baselines.restore(member, source);
        case "effect" -> EffectTrainer.restore(member, source);
        default -> throw damaged("Members of family '" + family + "' are not known");
      };
    }

    private Stack stack(String at, int members) {
      SortedSet<String> modes = new TreeSet<>(List.of(text(at + "modes").split(",", -1)));
      Stratum stratum =
          new Stratum(modes, absence(at), Boolean.parseBoolean(text(at + "combination")));
      double[] weights = numbers(at + "weights", members);
      double sum = 0;
      for (double w : weights) {
        if (!(w >= 0)) {
          throw damaged("Setting '" + at + "weights' holds a negative number");
        }
        sum += w;
      }
      if (sum > 1 + 1e-9) {
        throw damaged("Setting '" + at + "weights' has a sum of " + sum);
      }
      boolean decided = Boolean.parseBoolean(text(at + "decided"));
      List<Stack.Gain> gains = new ArrayList<>();
      double[] numbers = numbers(at + "gains", decided ? GAIN_NUMBERS * members : 0);
      for (int i = 0; i < numbers.length; i += GAIN_NUMBERS) {
        gains.add(new Stack.Gain(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3] == 1));
      }
      int perturbations = whole(at + "perturbations");
      return new Stack(
          stratum,
          perturbations,
          decided,
          weights,
          numbers(at + "error", 1)[0],
          List.copyOf(gains),
          misses(at + "misses", decided ? perturbations : 0));
    }

    private Absence absence(String at) {
      String name = text(at + "absence");
      for (Absence absence : Absence.values()) {
        if (absence.name().toLowerCase(Locale.ROOT).equals(name)) {
          return absence;
        }
      }
      throw damaged("Setting '" + at + "absence' is '" + name + "'");
    }

    private List<float[]> misses(String name, int rows) {
      Tensor tensor = stored.tensors().get(name);
      int genes = stored.card().genes().size();
      if (tensor == null || tensor.rows() != rows || tensor.columns() != genes) {
        throw damaged("Tensor '" + name + "' is missing or does not fit the card");
      }
      for (float value : tensor.values()) {
        if (!(value >= 0 && Float.isFinite(value))) {
          throw damaged("Tensor '" + name + "' holds " + value);
        }
      }
      List<float[]> misses = new ArrayList<>();
      for (int r = 0; r < rows; r++) {
        misses.add(Arrays.copyOfRange(tensor.values(), r * genes, (r + 1) * genes));
      }
      return List.copyOf(misses);
    }

    private String text(String name) {
      String value = stored.settings().get(name);
      if (value == null) {
        throw damaged("Setting '" + name + "' is missing");
      }
      return value;
    }

    private int whole(String name) {
      double value = numbers(name, 1)[0];
      if (!(value >= 0) || value != Math.rint(value) || value > Integer.MAX_VALUE) {
        throw damaged("Setting '" + name + "' is " + value);
      }
      return (int) value;
    }

    private double[] numbers(String name, int expected) {
      String text = text(name);
      try {
        double[] numbers =
            text.isEmpty()
                ? new double[0]
                : Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
        if (numbers.length == expected && Arrays.stream(numbers).allMatch(Double::isFinite)) {
          return numbers;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw damaged("Setting '" + name + "' does not hold " + expected + " numbers");
    }

    private DataFormatException damaged(String what) {
      return new DataFormatException(what, source, "Train the model again, or restore the file.");
    }
  }
}
