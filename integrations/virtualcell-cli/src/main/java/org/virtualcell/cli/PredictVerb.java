package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.api.UnknownPerturbationException;
import org.virtualcell.api.VirtualCellException;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.provenance.Environment;
import org.virtualcell.stats.Normalization;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predicts what perturbations do to cells. */
@Command(
    name = "predict",
    header = "Predict what perturbations do to cells.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {
      "vc predict --model FILE --data FILE",
      "                 (--perturbation NAME... | --perturbations CSV)",
      "                 --out FILE [options]"
    },
    descriptionHeading = "%n",
    description =
        "The cells of --data supply the controls of each context. The predicted cells have the same genes in the same order, the same key columns and labels.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "The CSV has a header with the column perturbation and, where wanted, context,",
      "cells, dose (such as 0.5 uM) and time. Combinations join names with +.",
      "",
      "Examples:",
      "  vc predict --model model.safetensors --data cells.h5ad \\",
      "     --perturbation KLF1 KLF1+MIDN --context k562 --out predicted.h5ad",
      "  vc predict --model model.safetensors --data cells.h5ad \\",
      "     --perturbations wanted.csv --cells 200 --out predicted.h5ad \\",
      "     --summary predicted.csv --strict"
    })
final class PredictVerb extends Verb {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "Model file (.safetensors).")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Cells that supply the controls of each context.")
  private Path data;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Wanted wanted;

  /** What is asked: a table or names. */
  static final class Wanted {
    @Option(
        names = "--perturbations",
        paramLabel = "CSV",
        description = "Table of perturbations to predict.")
    private Path table;

    @Option(
        names = "--perturbation",
        arity = "1..*",
        paramLabel = "NAME",
        description = "Perturbations to predict, in every context of --context.")
    private List<String> names;

    List<PerturbationRequest> requests() {
      return table != null
          ? PerturbationRequest.read(table)
          : names.stream().map(PerturbationRequest::of).toList();
    }
  }

  @Option(
      names = "--context",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Contexts to predict in where the table names none. Default: all of --data.")
  private List<String> contexts = List.of();

  @Option(
      names = "--cells",
      paramLabel = "N",
      defaultValue = "100",
      converter = PositiveNumber.class,
      description = "Cells to predict where the table names no number. Default: 100.")
  private int cells;

  /** What predicted values shall be. */
  enum OutputUnits {
    /** Raw counts. */
    COUNTS,
    /** log1p of counts scaled to 10,000. */
    LOG1P
  }

  @Option(
      names = "--output-units",
      paramLabel = "UNITS",
      description = "counts or log1p. Default: the units of --data.")
  private OutputUnits outputUnits;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to write (.h5ad): the predicted cells and the controls.")
  private Path out;

  @Option(
      names = "--summary",
      paramLabel = "CSV",
      description = "Table to write: a row per perturbation and context.")
  private Path summary;

  @Option(
      names = "--control-error",
      description =
          "Let effects include the sampling error of the controls in training, to compare them with"
              + " effects measured against those. Default: without.")
  private boolean controlError;

  @Option(names = "--force", description = "Replace files that are there.")
  private boolean force;

  @Option(
      names = "--strict",
      description = "Exit with 3 when a perturbation could not be answered.")
  private boolean strict;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all randomness. Default: 0.")
  private long seed;

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions columns = new CellOptions();

  @ArgGroup(validate = false, heading = "%nWhere the work runs:%n")
  private DeviceOptions devices = new DeviceOptions();

  PredictVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    requireWritable();
    devices.select();
    List<PerturbationRequest> requests = wanted.requests();
    progress.update("reading the model", 0, 1);
    try (Predictor predictor = ModelFiles.load(model)) {
      progress.update("reading control cells", 0, 1);
      ControlCells controls = columns.controls(data, this::note);
      requireUnits(controls.units());
      PredictionSummary rows = new PredictionSummary();
      PredictedCells predicted = predict(predictor, controls, requests, rows, progress);
      if (predicted.genesOutsideModel() > 0 && rows.answered() > 0) {
        note(
            predicted.genesOutsideModel()
                + " of "
                + controls.genes().size()
                + " genes are not in the model; they keep the values of control cells (var column '"
                + PredictedCells.IN_MODEL
                + "')");
      }
      predicted.write(
          out,
          force,
          provenance(predictor),
          ProgressDisplay.renamed(progress, "writing predicted cells"));
      if (summary != null) {
        byte[] table = rows.csv();
        AtomicFile.write(summary, force, stream -> stream.write(table));
      }
      progress.close();
      rows.print(terminal(), out);
      return strict && rows.unanswered() > 0 ? ExitStatus.BAD_INPUT : ExitStatus.DONE;
    }
  }

  private void requireWritable() {
    AtomicFile.requireWritable(out, force);
    if (summary != null) {
      AtomicFile.requireWritable(summary, force);
      if (summary.toAbsolutePath().normalize().equals(out.toAbsolutePath().normalize())) {
        throw usageError("--out and --summary name the same file");
      }
    }
  }

  private void requireUnits(ExpressionUnits units) {
    if (outputUnits == OutputUnits.COUNTS && !(units instanceof ExpressionUnits.RawCounts)) {
      throw new UnitsMismatchException(
          "Counts cannot be predicted from cells that are " + units,
          data.toString(),
          "Pass raw counts as --data (another --matrix of the file, perhaps), or ask for log1p.");
    }
  }

  private ExpressionUnits writtenUnits(ExpressionUnits units) {
    return outputUnits == OutputUnits.LOG1P && units instanceof ExpressionUnits.RawCounts
        ? ExpressionUnits.logNormalized(Normalization.DEFAULT_TOTAL)
        : units;
  }

  private PredictedCells predict(
      Predictor predictor,
      ControlCells controls,
      List<PerturbationRequest> requests,
      PredictionSummary rows,
      ProgressDisplay progress) {
    ExpressionUnits units = writtenUnits(controls.units());
    PredictedCells predicted =
        new PredictedCells(
            controls.genes(), units, controls.perturbationKey(), controls.contextKey());
    List<Condition> known = new ArrayList<>(predictor.card().conditions());
    known.addAll(controls.conditions());
    KnownPerturbations labels = new KnownPerturbations(known, Optional.ofNullable(columns.mode));
    Map<CellContext, Boolean> written = new LinkedHashMap<>();
    long total = requests.stream().mapToLong(r -> contexts(r, controls).size()).sum();
    long done = 0;
    for (PerturbationRequest request : requests) {
      for (String context : contexts(request, controls)) {
        progress.check("predicting");
        try {
          CellState state = controls.of(context);
          requireNoControl(request, controls);
          Perturbation perturbation = labels.read(request, context);
          long own = PredictedCells.seedOf(seed, new Condition(perturbation, state.context()));
          Prediction prediction =
              predictor.predict(
                  state,
                  perturbation,
                  options().withSampledCells(request.cells().orElse(cells)).withSeed(own));
          rows.add(request.perturbation(), prediction);
          if (prediction.verdict().answered()) {
            if (written.putIfAbsent(state.context(), true) == null) {
              predicted.addControls(controls.label(), state);
            }
            predicted.addPredicted(request.perturbation(), prediction, state, own);
          }
        } catch (UnknownPerturbationException | UnknownContextException | InvalidDataException e) {
          rows.addRefused(request, context, e);
        }
        progress.update("predicting", ++done, total);
      }
    }
    return predicted;
  }

  private PredictionOptions options() {
    return controlError ? PredictionOptions.DEFAULT.withControlError() : PredictionOptions.DEFAULT;
  }

  private static void requireNoControl(PerturbationRequest request, ControlCells controls) {
    if (request.perturbation().equals(controls.label())) {
      throw new InvalidDataException(
          "'" + request.perturbation() + "' is the control label",
          request.where(),
          "The controls are in the output anyway; ask for perturbations.");
    }
  }

  private List<String> contexts(PerturbationRequest request, ControlCells controls) {
    if (request.context().isPresent()) {
      return List.of(request.context().get());
    }
    return contexts.isEmpty() ? controls.contexts() : contexts;
  }

  private Map<String, String> provenance(Predictor predictor) {
    Map<String, String> facts = new TreeMap<>(Environment.facts());
    facts.put("model", predictor.card().name());
    facts.put("training data", predictor.card().dataDigest().toString());
    facts.put("split", predictor.card().splitDigest().toString());
    facts.put("seed", Long.toString(seed));
    return facts;
  }

  /** Shows that a failure of one question is none of the others. */
  static String reason(VirtualCellException failure) {
    return failure.what() + ". " + failure.remedy();
  }
}
