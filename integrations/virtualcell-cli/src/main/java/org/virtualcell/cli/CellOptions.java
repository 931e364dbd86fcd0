package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.ExposureText;
import org.virtualcell.atlas.KeyRequest;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.io.ReadOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * How a file of annotated cells is read: which columns say what, which matrix, in which units.
 * Everything is detected where no option says otherwise.
 */
final class CellOptions {
  @Option(
      names = "--perturbation-key",
      paramLabel = "COLUMN",
      description = "Column that says what was done to a cell. Default: detected, and printed.")
  String perturbationKey;

  @Option(
      names = "--control",
      paramLabel = "LABEL",
      description = "Label of unperturbed cells in that column. Default: detected.")
  String control;

  @Option(
      names = "--context-key",
      paramLabel = "COLUMN",
      description = "Column of the cell line or type, or none. Default: detected.")
  String contextKey;

  @Option(
      names = "--batch-key",
      paramLabel = "COLUMN",
      description = "Column of the batch, or none. Default: detected.")
  String batchKey;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "How genes were perturbed where no column says so: knockout, interference, activation or"
              + " overexpression.")
  Perturbation.GeneMode mode;

  @Option(
      names = "--dose-key",
      paramLabel = "COLUMN",
      description =
          "Column of the doses of compounds and proteins. Default: detected where they have units.")
  String doseKey;

  @Option(
      names = "--dose-unit",
      paramLabel = "UNIT",
      description = "Unit of doses that carry none, such as nM.")
  String doseUnit;

  @Option(
      names = "--time-key",
      paramLabel = "COLUMN",
      description =
          "Column of the times of compounds and proteins. Default: detected where they have units.")
  String timeKey;

  @Option(
      names = "--matrix",
      paramLabel = "NAME",
      description = "Matrix to read: X, raw, layers/NAME or obsm/NAME. Default: X.")
  String matrix = "X";

  @Option(
      names = "--units",
      paramLabel = "UNITS",
      converter = UnitsConverter.class,
      description =
          "What its values are, if you know better than the detection: counts, log1p (unstated"
              + " total) or log1p:TOTAL.")
  ExpressionUnits units;

  /** Reads the value of {@code --units}. */
  static final class UnitsConverter implements ITypeConverter<ExpressionUnits> {
    @Override
    public ExpressionUnits convert(String value) {
      String text = value.toLowerCase(Locale.ROOT);
      if (text.equals("counts")) {
        return ExpressionUnits.rawCounts();
      }
      if (text.equals("log1p")) {
        return ExpressionUnits.logNormalizedToUnstatedTotal();
      }
      if (text.startsWith("log1p:")) {
        try {
          double total = Double.parseDouble(text.substring("log1p:".length()));
          if (total > 0 && Double.isFinite(total)) {
            return ExpressionUnits.logNormalized(total);
          }
        } catch (NumberFormatException e) {
          // falls through to the one message for all mistakes
        }
      }
      throw new TypeConversionException("'" + value + "' is not counts, log1p or log1p:TOTAL");
    }
  }

  /** The options that were given, as they are recorded. */
  Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("--perturbation-key", perturbationKey);
    words.put("--control", control);
    words.put("--context-key", contextKey);
    words.put("--batch-key", batchKey);
    words.put("--mode", mode == null ? null : mode.name().toLowerCase(Locale.ROOT));
    words.put("--dose-key", doseKey);
    words.put("--dose-unit", doseUnit);
    words.put("--time-key", timeKey);
    words.put("--matrix", matrix.equals("X") ? null : matrix);
    words.put("--units", units == null ? null : units.toString());
    words.values().removeIf(Objects::isNull);
    return words;
  }

  /**
   * Opens a file with these options.
   *
   * @param file the file
   * @return its cells, to be closed by the caller
   */
  AnnotatedData open(Path file) {
    ReadOptions options = ReadOptions.defaults().withMatrix(matrix);
    return AnnotatedFiles.open(
        file, Optional.ofNullable(units).map(options::withUnits).orElse(options));
  }

  /**
   * Opens a file and finds out what was done to each cell.
   *
   * @param path the file
   * @param notes hears which columns were chosen, and what was left out
   * @return the cells, to be closed by the caller
   */
  LabelledCells read(Path path, Consumer<String> notes) {
    AnnotatedData file = open(path);
    try {
      return label(file, notes);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Finds out what was done to each cell of an open file.
   *
   * @param file the file
   * @param notes hears which columns were chosen, and what was left out
   * @return the cells
   */
  LabelledCells label(AnnotatedData file, Consumer<String> notes) {
    PerturbationKeys keys = keys(file, notes);
    PerturbationData data = PerturbationData.of(file, keys);
    data.notes().forEach(notes);
    return new LabelledCells(file, data, keys);
  }

  /**
   * Reads the control cells of a file.
   *
   * @param path the file
   * @param notes hears which columns were chosen
   * @return the controls
   */
  ControlCells controls(Path path, Consumer<String> notes) {
    try (AnnotatedData file = open(path)) {
      return ControlCells.of(file, keys(file, notes));
    }
  }

  /**
   * Finds out which columns say what.
   *
   * @param file an open file
   * @param notes hears which columns were chosen
   * @return the columns
   */
  PerturbationKeys keys(AnnotatedData file, Consumer<String> notes) {
    PerturbationKeys keys =
        PerturbationKeys.detect(
            file.observations(),
            new KeyRequest(
                    Optional.ofNullable(perturbationKey),
                    Optional.ofNullable(control),
                    Optional.ofNullable(contextKey),
                    Optional.ofNullable(batchKey),
                    Optional.ofNullable(mode))
                .withExposure(
                    Optional.ofNullable(doseKey),
                    Optional.ofNullable(doseUnit).map(u -> ExposureText.unit(u, "--dose-unit")),
                    Optional.ofNullable(timeKey)));
    keys.explanation().forEach(notes);
    return keys;
  }
}
