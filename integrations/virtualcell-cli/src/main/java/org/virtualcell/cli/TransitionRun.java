package org.virtualcell.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.transition.TrainingPoint;
import org.virtualcell.model.transition.TransitionConfig;
import org.virtualcell.provenance.Json;

/** What the training of a transition model reads and leaves beside the model's file. */
final class TransitionRun {
  private static final String CURVE = ".curve.csv";
  private static final String PART = ".part";

  private TransitionRun() {}

  /** The settings in a file, or the default ones. */
  static TransitionConfig config(Optional<Path> file) {
    if (file.isEmpty()) {
      return TransitionConfig.defaults();
    }
    try {
      String source = file.get().toString();
      return TransitionConfig.fromJson(Json.read(Files.readString(file.get()), source), source);
    } catch (IOException e) {
      throw new StorageException(
          "The settings cannot be read",
          file.get().toString(),
          "Check the path and its rights.",
          e);
    }
  }

  /** Where checkpoints are until the model is written. */
  static Path folder(Path out) {
    return out.resolveSibling(out.getFileName() + PART);
  }

  static void forget(Path out) {
    Path folder = folder(out);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new StorageException(
          "The checkpoints cannot be removed", folder.toString(), "Remove them by hand.", e);
    }
  }

  /**
   * Requires that a finished model is the one that is asked for.
   *
   * @throws OutputExistsException if it was made from other data, or is another model
   */
  static void requireSame(Path out, TrainingSet training) {
    ModelCard card = ModelFiles.card(out);
    if (!card.name().equals(KnownModels.TRANSITION)
        || !card.dataDigest().equals(training.dataDigest())
        || !card.splitDigest().equals(training.splitDigest())) {
      throw new OutputExistsException(
          "The output is complete and was made from other data or is another model",
          out.toString(),
          "Name another file, or add --force to replace it.");
    }
  }

  /** The course of the training, a row per validation. */
  static void writeCurve(Path out, Predictor model) {
    StringBuilder csv = new StringBuilder("step,loss,criterion,error_ratio,energy_ratio\n");
    for (TrainingPoint p : TrainingPoint.of(model)) {
      csv.append(p.step()).append(',').append(p.loss()).append(',').append(p.criterion());
      csv.append(',').append(p.error()).append(',').append(p.energy()).append('\n');
    }
    AtomicFile.write(
        out.resolveSibling(out.getFileName() + CURVE),
        true,
        stream -> stream.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** What came of it, in a few lines. */
  static void print(Predictor model, Path out, PrintStream to) {
    List<TrainingPoint> curve = TrainingPoint.of(model);
    if (curve.isEmpty()) {
      return;
    }
    TrainingPoint last = curve.get(curve.size() - 1);
    to.printf(
        Locale.ROOT,
        "%d steps, loss %.4f; on conditions held out of the network: %s%n",
        last.step(),
        last.loss(),
        model.card().environment().getOrDefault("network on held-out conditions", ""));
    String kept = model.card().environment().getOrDefault("network kept from step", "0");
    to.println(
        kept.equals("0")
            ? "The network was no gain over the effect model; answers are the effect model's."
            : "The weights of step " + kept + " are kept.");
    to.println("Curve in " + out + CURVE);
  }
}
