package org.virtualcell.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.SplitFile;
import org.virtualcell.atlas.Splits;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.effect.EffectPredictor;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.model.ensemble.EnsembleTrainer;
import org.virtualcell.model.transition.TransitionTrainer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fits a model. */
@Command(
    name = "train",
    header = "Fit a model to measured cells.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {
      "vc train --data FILE --model NAME --out FILE [options]",
      "vc train --data FILE --update MODEL --out FILE [options]"
    },
    descriptionHeading = "%n",
    description = "Writes one file with the model and its card: data, genes, units, limits.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Models: effect (the one to use); ensemble (effect and baselines, weighed per kind of",
      "question on held-out perturbations; trains all of them some thirty times);",
      "transition (a set transformer that learns what the effect model leaves; minutes to",
      "hours; keeps checkpoints in OUT.part and goes on with --resume); and to",
      "compare with: baseline:no-change, baseline:context-mean,",
      "baseline:perturbation-mean, baseline:additive, baseline:bilinear, baseline:nearest.",
      "",
      "--update adds a new screen to a fitted effect model without the cells it was fitted to.",
      "",
      "Examples:",
      "  vc train --data screen.h5ad --model effect --out model.safetensors",
      "  vc train --data new.h5ad --update model.safetensors --out updated.safetensors",
      "  vc train --data screen.h5ad --model effect --features go.gmt edges:string.tsv \\",
      "     --out model.safetensors",
      "  vc train --data screen.h5ad --split split.toml --model baseline:bilinear \\",
      "     --out model.safetensors"
    })
final class TrainVerb extends Verb {
  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Measured cells, perturbed and controls.")
  private List<Path> data;

  @Option(
      names = "--split",
      paramLabel = "TOML",
      description = "Train on the training part of this split only. Default: on everything.")
  private Path split;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "What to fit, such as effect; see below.")
  private String model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to write (.safetensors).")
  private Path out;

  @Option(
      names = "--update",
      paramLabel = "MODEL",
      description = "Add the cells to this fitted effect model; the weights of its parts stay.")
  private Path update;

  @Option(
      names = "--retune",
      description = "With --update: estimate the weights of the parts anew from everything.")
  private boolean retune;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Option(
      names = "--features",
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "What is known of what was perturbed, not for baselines: gene sets (.gmt), edge lists",
        "(edges:FILE), compounds with SMILES (compounds:FILE), ligands with receptors",
        "(receptors:FILE), tables of vectors (.csv, .tsv, .npz, .safetensors, .h5ad; FILE:ENTRY,",
        "such as genes.h5ad:varm/ESM2; columns:FILE)."
      })
  private List<String> features;

  @Option(
      names = "--min-cells",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description =
          "Refuse conditions of fewer cells and contexts of fewer controls, for effect. Default: 1"
              + " cell, 2 controls.")
  private Integer minCells;

  @Option(
      names = "--monotone-doses",
      description = "A higher dose of a compound does more of the same, for effect.")
  private boolean monotoneDoses;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "Settings of the transition model as JSON; {\"base\": NAME} names the sizes that the others",
        "change: ours (width 256, 4 layers, sets of 64), ours-xs, or one of State's."
      })
  private Path config;

  @Option(
      names = "--resume",
      description = "Go on from the checkpoint of an interrupted transition training.")
  private boolean resume;

  @Option(
      names = "--start-from",
      paramLabel = "FILE",
      description = "A transition model whose weights to begin with, matched by gene name.")
  private Path startFrom;

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions columns = new CellOptions();

  @ArgGroup(validate = false, heading = "%nWhere the work runs:%n")
  private DeviceOptions devices = new DeviceOptions();

  TrainVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    requireServed();
    Fitting fitting = fitting();
    boolean finished = resume && !force && Files.exists(out);
    if (!finished) {
      AtomicFile.requireWritable(out, force);
    }
    devices.select();
    progress.update("reading cells", 0, 1);
    try (LabelledCells cells = columns.read(data.get(0), this::note)) {
      TrainingSet training = training(cells);
      if (finished) {
        TransitionRun.requireSame(out, training);
        terminal().results().println(out + " is complete already");
        return ExitStatus.DONE;
      }
      progress.update(update == null ? "fitting " + model : "updating " + update, 0, 1);
      try (Predictor fitted = fitted(fitting, training, progress)) {
        progress.check("writing the model");
        if (isTransition()) {
          TransitionRun.writeCurve(out, fitted);
        }
        ModelFiles.save(fitted, out, force);
        TransitionRun.forget(out);
        progress.close();
        terminal()
            .results()
            .println(
                fitted.card().name()
                    + " fitted to "
                    + training.conditions().size()
                    + " conditions in "
                    + training.contexts().size()
                    + (training.contexts().size() == 1 ? " context" : " contexts")
                    + ", "
                    + training.genes().size()
                    + " genes");
        TransitionRun.print(fitted, out, terminal().results());
        terminal().results().println("Written to " + out);
      }
    }
    return ExitStatus.DONE;
  }

  /** Makes a model of cells. */
  private interface Fitting {
    Predictor to(TrainingSet cells, Progress progress);
  }

  private Fitting fitting() {
    if (update == null) {
      return trainer()::train;
    }
    EffectTrainer trainer = effect();
    return (cells, progress) -> {
      try (Predictor old = ModelFiles.load(update)) {
        if (!(old instanceof EffectPredictor effect)) {
          throw usageError(
              "Only effect models can be updated, " + update + " is '" + old.card().name() + "'");
        }
        return trainer.update(effect, cells, retune, progress);
      }
    };
  }

  private Predictor fitted(Fitting fitting, TrainingSet training, ProgressDisplay progress) {
    try {
      return fitting.to(training, progress);
    } catch (CancelledException e) {
      if (isTransition()) {
        progress.close();
        note("To go on: vc " + String.join(" ", words()) + (resume ? "" : " --resume"));
      }
      throw e;
    }
  }

  private TrainingSet training(LabelledCells cells) {
    if (split == null) {
      return cells.data().everything();
    }
    SplitFile parts = SplitFile.read(split);
    return Splits.training(cells.data(), SplitVerb.datasetOf(parts, data.get(0)), parts);
  }

  private Trainer<? extends Predictor> trainer() {
    if (model.equals(KnownModels.EFFECT)) {
      return effect();
    }
    if (features != null && model.equals(KnownModels.ENSEMBLE)) {
      return new EnsembleTrainer(FeatureSources.read(features), 0);
    }
    if (isTransition()) {
      FeatureSet known = features == null ? FeatureSet.EMPTY : FeatureSources.read(features);
      TransitionTrainer trainer =
          new TransitionTrainer(TransitionRun.config(Optional.ofNullable(config)), known)
              .withDevice(devices.select())
              .withThreads(devices.threads)
              .withCheckpoints(TransitionRun.folder(out), resume);
      return startFrom == null ? trainer : trainer.withWarmStart(startFrom);
    }
    return KnownModels.trainer(model)
        .orElseThrow(
            () ->
                usageError(
                    "There is no model '"
                        + model
                        + "' in this version; there are "
                        + String.join(", ", KnownModels.names())));
  }

  private EffectTrainer effect() {
    EffectTrainer trainer =
        features == null ? new EffectTrainer() : new EffectTrainer(FeatureSources.read(features));
    if (monotoneDoses) {
      trainer = trainer.withMonotoneDoses();
    }
    return minCells == null
        ? trainer
        : trainer.withLeastCells(minCells, Math.max(minCells, EffectTrainer.LEAST_CONTROLS));
  }

  private boolean isTransition() {
    return KnownModels.TRANSITION.equals(model);
  }

  private void requireServed() {
    if ((model == null) == (update == null)) {
      throw usageError("Say what to fit: --model NAME, or --update MODEL for a new screen");
    }
    if (retune && update == null) {
      throw usageError("--retune goes with --update; training always estimates the weights");
    }
    if ((minCells != null || monotoneDoses)
        && update == null
        && !KnownModels.EFFECT.equals(model)) {
      throw usageError(
          "Only the effect model uses --min-cells and --monotone-doses; leave them out");
    }
    if (data.size() > 1) {
      throw usageError("Training on several files is not in this version; pass one --data FILE");
    }
    boolean transition = isTransition();
    if (features != null
        && update == null
        && !transition
        && !List.of(KnownModels.EFFECT, KnownModels.ENSEMBLE).contains(model)) {
      throw usageError(
          "Only the effect model, the ensemble and the transition model use --features; leave it"
              + " out");
    }
    if ((config != null || startFrom != null) && !transition) {
      throw usageError("Only the transition model has --config and --start-from; leave them out");
    }
    if (resume && !transition) {
      throw usageError(
          "Only the transition model keeps checkpoints, the others are fitted in seconds; leave"
              + " --resume out, and use --force to replace a file");
    }
  }
}
