package org.virtualcell.model.transition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;
import org.virtualcell.io.Safetensors;
import org.virtualcell.io.SafetensorsWriter;
import org.virtualcell.provenance.Json;

/**
 * Where a training run stands, in a folder: {@code checkpoint.safetensors} with settings,
 * vocabulary, position, weights and the best ones so far, and the optimiser's state apart, in a
 * file with the step in its name that the checkpoint names. The optimiser's file is written first,
 * so that a process killed at any moment leaves a pair that belongs together.
 *
 * @param run what the run is made of: settings, genes, questions, digests of data
 * @param step the last step done
 * @param state of the learner, by name
 * @param best the weights that validated best; empty if none beat the effect model
 * @param progress validations and the sums since the last one
 */
record Checkpoint(
    ObjectNode run,
    long step,
    Map<String, float[]> state,
    Map<String, float[]> best,
    Progress progress) {
  private static final String FORMAT = "virtualcell-transition-checkpoint/1";
  private static final String FILE = "checkpoint.safetensors";
  private static final String OPTIMIZER = "optimizer-";

  /**
   * How training goes.
   *
   * @param history a row per validation: step, training loss, criterion, error ratio, energy ratio
   * @param lossSum of the steps since the last validation
   * @param lossCount how many they are
   * @param withoutGain validations since the best one
   */
  record Progress(List<double[]> history, double lossSum, long lossCount, int withoutGain) {}

  void write(Path folder) {
    String apart = OPTIMIZER + step + ".safetensors";
    SafetensorsWriter optimizer = Safetensors.writer().metadata("format", FORMAT);
    SafetensorsWriter weights =
        Safetensors.writer()
            .metadata("format", FORMAT)
            .metadata("run", Json.line(run))
            .metadata("step", Long.toString(step))
            .metadata("optimizer", apart)
            .metadata("progress", Json.line(json(progress)));
    state.forEach(
        (name, values) ->
            (name.startsWith("weight/") ? weights : optimizer).put(name, values, values.length));
    best.forEach((name, values) -> weights.put("best/" + name, values, values.length));
    optimizer.write(folder.resolve(apart), true);
    weights.write(folder.resolve(FILE), true);
    removeOthers(folder, apart);
  }

  private static void removeOthers(Path folder, String kept) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean old = name.startsWith(OPTIMIZER) && !name.equals(kept);
        if (old || name.startsWith("." + OPTIMIZER) || name.startsWith("." + FILE)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new StorageException(
          "An old checkpoint could not be removed: " + e.getMessage(),
          folder.toString(),
          "Check the permissions of the folder.",
          e);
    }
  }

  private static ObjectNode json(Progress progress) {
    ObjectNode json = Json.object();
    var rows = json.putArray("history");
    progress
        .history()
        .forEach(
            row -> {
              var values = rows.addArray();
              for (double value : row) {
                values.add(value);
              }
            });
    json.put("loss_sum", progress.lossSum()).put("loss_count", progress.lossCount());
    json.put("without_gain", progress.withoutGain());
    return json;
  }

  static boolean isThere(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * Reads a checkpoint.
   *
   * @param folder where it is
   * @param run what the run is made of now
   * @return where it stands
   * @throws InvalidDataException if the checkpoint is of another run
   * @throws DataFormatException if it is damaged
   */
  static Checkpoint read(Path folder, ObjectNode run) {
    Path file = folder.resolve(FILE);
    try (Safetensors weights = Safetensors.open(file)) {
      Map<String, String> metadata = weights.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw damaged("The file is no checkpoint of this library (" + FORMAT + ")", file);
      }
      requireSame(Json.read(metadata.get("run"), file + ", 'run'"), run, file);
      Map<String, float[]> state = new TreeMap<>();
      Map<String, float[]> best = new TreeMap<>();
      for (String name : weights.names()) {
        if (name.startsWith("best/")) {
          best.put(name.substring("best/".length()), weights.floats(name));
        } else {
          state.put(name, weights.floats(name));
        }
      }
      Path apart = folder.resolve(metadata.getOrDefault("optimizer", "optimizer"));
      try (Safetensors optimizer = Safetensors.open(apart)) {
        optimizer.names().forEach(name -> state.put(name, optimizer.floats(name)));
      }
      return new Checkpoint(
          run,
          Long.parseLong(metadata.get("step")),
          state,
          best,
          progress(Json.read(metadata.get("progress"), file + ", 'progress'")));
    } catch (NumberFormatException e) {
      throw damaged("The step of the checkpoint is not a number", file);
    }
  }

  private static Progress progress(JsonNode json) {
    List<double[]> history = new ArrayList<>();
    for (JsonNode row : json.path("history")) {
      double[] values = new double[row.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(i).asDouble();
      }
      history.add(values);
    }
    return new Progress(
        history,
        json.path("loss_sum").asDouble(),
        json.path("loss_count").asLong(),
        json.path("without_gain").asInt());
  }

  private static void requireSame(JsonNode there, ObjectNode now, Path file) {
    for (Map.Entry<String, JsonNode> part : now.properties()) {
      if (!Json.line(part.getValue()).equals(Json.line(there.path(part.getKey())))) {
        throw new InvalidDataException(
            "The checkpoint is of another run, its "
                + part.getKey()
                + (part.getKey().equals("genes") ? " differ" : " differs"),
            file.toString(),
            "Resume with the same data, split, features and settings, or remove the folder to start"
                + " again.");
      }
    }
  }

  private static DataFormatException damaged(String what, Path file) {
    return new DataFormatException(what, file.toString(), "Remove the folder and train again.");
  }
}
