package org.virtualcell.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.io.Safetensors;
import org.virtualcell.io.SafetensorsWriter;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.model.ensemble.EnsembleTrainer;
import org.virtualcell.model.transition.TransitionTrainer;
import org.virtualcell.provenance.Json;

/**
 * Models in one {@code .safetensors} file each: tensors in single precision, and in the metadata
 * the card as JSON, the family, and the settings. No object of Java's is written or read.
 */
public final class ModelFiles {
  private static final String FORMAT = "virtualcell-model/1";
  private static final String FORMAT_KEY = "format";
  private static final String FAMILY_KEY = "family";
  private static final String CARD_KEY = "card";
  private static final String DIGEST_KEY = "digest";
  private static final String SETTING_PREFIX = "setting:";

  private ModelFiles() {}

  /**
   * Writes a model. A reader sees the old file, none, or the whole new one.
   *
   * @param model a predictor of this library
   * @param file where to; its folder must be there
   * @param force whether a file that is there may be replaced
   * @throws InvalidDataException if the predictor is of a kind that cannot be kept
   * @throws org.virtualcell.api.OutputExistsException if the file is there and {@code force} is
   *     false
   * @throws org.virtualcell.api.StorageException if it cannot be written
   */
  public static void save(Predictor model, Path file, boolean force) {
    if (!(model instanceof StorableModel storable)) {
      throw new InvalidDataException(
          "This predictor cannot be written to a file",
          model.getClass().getName(),
          "Save models that this library trained.");
    }
    write(storable.store(), file, force);
  }

  /**
   * Writes a model with another card, one with measured scores for instance.
   *
   * @param model a predictor of this library
   * @param card the card to write in place of its own
   * @param file where to; its folder must be there
   * @param force whether a file that is there may be replaced
   * @throws InvalidDataException if the predictor is of a kind that cannot be kept, or the card is
   *     not of this model
   * @throws org.virtualcell.api.OutputExistsException if the file is there and {@code force} is
   *     false
   * @throws org.virtualcell.api.StorageException if it cannot be written
   */
  public static void save(Predictor model, ModelCard card, Path file, boolean force) {
    if (!card.withScores(model.card().scores()).equals(model.card())) {
      throw new InvalidDataException(
          "A card may differ from the model's own in its scores only",
          card.name(),
          "Use model.card().withScores(scores).");
    }
    if (!(model instanceof StorableModel storable)) {
      throw new InvalidDataException(
          "This predictor cannot be written to a file",
          model.getClass().getName(),
          "Save models that this library trained.");
    }
    StoredModel stored = storable.store();
    write(new StoredModel(stored.family(), card, stored.settings(), stored.tensors()), file, force);
  }

  private static void write(StoredModel stored, Path file, boolean force) {
    String card = Json.line(CardJson.write(stored.card()));
    SafetensorsWriter writer =
        Safetensors.writer()
            .metadata(FORMAT_KEY, FORMAT)
            .metadata(FAMILY_KEY, stored.family())
            .metadata(CARD_KEY, card)
            .metadata(DIGEST_KEY, digest(card, stored).hex());
    stored.settings().forEach((name, value) -> writer.metadata(SETTING_PREFIX + name, value));
    stored.tensors().forEach((name, t) -> writer.put(name, t.values(), t.rows(), t.columns()));
    writer.write(file, force);
  }

  private static ContentDigest digest(String card, StoredModel stored) {
    ContentDigest.Builder content = ContentDigest.of(FORMAT).add(stored.family()).add(card);
    stored.settings().forEach((name, value) -> content.add(name).add(value));
    stored
        .tensors()
        .forEach(
            (name, tensor) -> {
              content.add(name).add(tensor.rows()).add(tensor.columns());
              for (float value : tensor.values()) {
                content.add(value);
              }
            });
    return content.build();
  }

  /**
   * Reads a model. It predicts as the one that was written, to the last bit.
   *
   * @param file what {@link #save} wrote
   * @return a predictor, which the caller closes
   * @throws DataFormatException if the file is damaged, or no model of this library
   * @throws org.virtualcell.api.StorageException if it cannot be read
   */
  public static Predictor load(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      Map<String, String> metadata = tensors.metadata();
      ModelCard card = card(metadata, file);
      String family = metadata.getOrDefault(FAMILY_KEY, "");
      StoredModel stored =
          new StoredModel(family, card, settings(metadata), matrices(tensors, file));
      String stated = metadata.get(DIGEST_KEY);
      if (!digest(metadata.get(CARD_KEY), stored).hex().equals(stated)) {
        throw fault("The content does not agree with its digest, the file has been changed", file);
      }
      return switch (family) {
        case "baseline" -> Baselines.restore(stored, file.toString());
        case "ensemble" -> EnsembleTrainer.restore(stored, file.toString());
        case "effect" -> EffectTrainer.restore(stored, file.toString());
        case "transition" -> TransitionTrainer.restore(stored, file.toString());
        default -> throw fault("Models of family '" + family + "' are not known", file);
      };
    }
  }

  /**
   * Reads the card of a model only.
   *
   * @param file what {@link #save} wrote
   * @return the card
   * @throws DataFormatException if the file is damaged, or no model of this library
   * @throws org.virtualcell.api.StorageException if it cannot be read
   */
  public static ModelCard card(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      return card(tensors.metadata(), file);
    }
  }

  private static ModelCard card(Map<String, String> metadata, Path file) {
    String format = metadata.get(FORMAT_KEY);
    if (format == null || !metadata.containsKey(CARD_KEY)) {
      throw fault("The file has no model card, it is no model of this library", file);
    }
    if (!format.equals(FORMAT)) {
      throw fault("Format '" + format + "' is not known, this library reads " + FORMAT, file);
    }
    String source = file + ", metadata 'card'";
    return CardJson.read(Json.read(metadata.get(CARD_KEY), source), source);
  }

  private static Map<String, String> settings(Map<String, String> metadata) {
    Map<String, String> settings = new TreeMap<>();
    metadata.forEach(
        (key, value) -> {
          if (key.startsWith(SETTING_PREFIX)) {
            settings.put(key.substring(SETTING_PREFIX.length()), value);
          }
        });
    return settings;
  }

  private static Map<String, StoredModel.Tensor> matrices(Safetensors tensors, Path file) {
    Map<String, StoredModel.Tensor> matrices = new TreeMap<>();
    for (String name : tensors.names()) {
      long[] shape = tensors.shape(name);
      if (shape.length != 2 || shape[0] > Integer.MAX_VALUE || shape[1] > Integer.MAX_VALUE) {
        throw fault("Tensor '" + name + "' is no matrix", file);
      }
      if (tensors.type(name) != Safetensors.Type.F32) {
        throw fault("Tensor '" + name + "' is " + tensors.type(name) + ", not F32", file);
      }
      matrices.put(
          name, new StoredModel.Tensor((int) shape[0], (int) shape[1], tensors.floats(name)));
    }
    return matrices;
  }

  private static DataFormatException fault(String what, Path file) {
    return new DataFormatException(
        what, file.toString(), "Train the model again, or restore the file.");
  }
}
