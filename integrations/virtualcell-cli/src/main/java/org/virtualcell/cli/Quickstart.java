package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Trainer;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.HeldOut;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;
import org.virtualcell.compute.DeviceInfo;
import org.virtualcell.evaluate.Evaluation;
import org.virtualcell.evaluate.EvaluationOptions;
import org.virtualcell.evaluate.EvaluationResult;
import org.virtualcell.evaluate.ResultFiles;
import org.virtualcell.evaluate.report.FactCard;
import org.virtualcell.evaluate.report.HtmlReport;
import org.virtualcell.evaluate.report.ReportInput;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.provenance.Environment;

/**
 * The walk from a real file to a judged prediction: read, hold out what is hard, train every model
 * and baseline, judge them, predict what was held out, fit the best-supported one on everything,
 * write.
 */
final class Quickstart {
  static final String MODEL = "model.safetensors";
  static final String PREDICTIONS = "predictions.h5ad";
  static final String REPORT = "report.html";

  /** What {@link ResultFiles} writes. */
  static final List<String> RESULT_FILES =
      List.of("results.csv", "agg_results.csv", "comparisons.csv", "run.json");

  private static final int CELLS_PER_CONDITION = 50;
  private static final Set<String> SCORED_ONCE =
      Set.of(SplitPolicy.UNSEEN_PERTURBATION.label(), SplitPolicy.UNSEEN_COMBINATION.label());

  private final BundledData bundled;
  private final long seed;
  private final int threads;
  private final DeviceInfo device;

  Quickstart(BundledData bundled, long seed, int threads, DeviceInfo device) {
    this.bundled = bundled;
    this.seed = seed;
    this.threads = threads;
    this.device = device;
  }

  /**
   * What came of the walk.
   *
   * @param cells the data, labelled
   * @param result what the evaluation found
   * @param best the model that was kept
   * @param predictedCells how many cells were predicted
   * @param predictedConditions for how many conditions
   */
  record Outcome(
      LabelledCells cells,
      EvaluationResult result,
      BestSupported best,
      int predictedCells,
      int predictedConditions) {}

  /**
   * Walks.
   *
   * @param folder what to write
   * @param force whether earlier results may be replaced
   * @param progress hears how far it is, and may cancel
   * @param notes hears of choices and faults
   * @return what came of it; the folder is complete
   */
  Outcome run(Path folder, boolean force, Progress progress, Consumer<String> notes) {
    try (OutputFolder out = OutputFolder.prepare(folder, force, files())) {
      progress.update("reading cells", 0, 1);
      Path file = bundled.copyInto(out.folder());
      try (LabelledCells cells = new CellOptions().read(file, notes)) {
        progress.update("reading cells", 1, 1);
        List<Fold> folds = Splits.rotation(cells.data(), seed);
        EvaluationResult result = judge(folds, progress);
        BestSupported best = BestSupported.of(result);
        Trainer<? extends Predictor> trainer =
            KnownModels.trainer(KnownModels.ofContestant(best.model())).orElseThrow();
        PredictedCells predicted = predictHeldOut(cells, folds, trainer, progress);
        int controls = cells.data().contexts().stream().mapToInt(cells.data()::controlCount).sum();
        predicted.write(
            out.file(PREDICTIONS),
            false,
            provenance(cells, best),
            ProgressDisplay.renamed(progress, "writing predicted cells"));
        saveModel(cells, trainer, result, out.file(MODEL), progress);
        report(folder, cells, folds, result, out, progress);
        progress.check("putting the results in place");
        out.commit();
        return new Outcome(
            cells, result, best, predicted.size() - controls, cells.data().conditions().size());
      }
    }
  }

  private Set<String> files() {
    Set<String> names = new java.util.HashSet<>(BundledData.fileNames());
    names.addAll(List.of(MODEL, PREDICTIONS, REPORT));
    names.addAll(RESULT_FILES);
    return names;
  }

  private EvaluationResult judge(List<Fold> folds, Progress progress) {
    EvaluationOptions options = EvaluationOptions.DEFAULT.withSeed(seed).withThreads(threads);
    return Evaluation.of(KnownModels.beyondBaselines(), Baselines.trainers(), options)
        .run(folds, progress);
  }

  /** Every measured condition, as a model expects it that has never seen its perturbation. */
  private PredictedCells predictHeldOut(
      LabelledCells cells,
      List<Fold> folds,
      Trainer<? extends Predictor> trainer,
      Progress progress) {
    PredictedCells predicted = cells.startPredictions();
    for (CellContext context : cells.data().contexts()) {
      predicted.addControls(cells.data().controlLabel(), cells.data().controls(context));
    }
    List<Fold> asked = folds.stream().filter(f -> SCORED_ONCE.contains(f.protocol())).toList();
    int done = 0;
    for (Fold fold : asked) {
      progress.check("predicting held-out cells");
      try (Predictor model = trainer.train(fold.training(), Progress.SILENT)) {
        for (HeldOut heldOut : fold.heldOut()) {
          Condition condition = heldOut.condition();
          CellState controls = cells.data().controls(condition.context());
          long own = PredictedCells.seedOf(seed, condition);
          Prediction prediction =
              model.predict(
                  controls,
                  condition.perturbation(),
                  PredictionOptions.DEFAULT.withSampledCells(CELLS_PER_CONDITION).withSeed(own));
          if (prediction.verdict().answered()) {
            predicted.addPredicted(
                cells.label(condition.perturbation()), prediction, controls, own);
          }
        }
      }
      progress.update("predicting held-out cells", ++done, asked.size());
    }
    return predicted;
  }

  private void saveModel(
      LabelledCells cells,
      Trainer<? extends Predictor> trainer,
      EvaluationResult result,
      Path file,
      Progress progress) {
    progress.update("fitting the model to keep", 0, 1);
    try (Predictor fitted = trainer.train(cells.data().everything(), Progress.SILENT)) {
      ModelCard card = fitted.card().withScores(BestSupported.cardScores(result));
      ModelFiles.save(fitted, card, file, false);
    }
    progress.update("fitting the model to keep", 1, 1);
  }

  private void report(
      Path folder,
      LabelledCells cells,
      List<Fold> folds,
      EvaluationResult result,
      OutputFolder out,
      Progress progress) {
    progress.update("writing the report", 0, 1);
    ResultFiles.write(result, out.folder(), command(folder), facts(cells), false);
    List<FactCard.Fact> facts = new ArrayList<>();
    facts(cells).forEach((label, value) -> facts.add(new FactCard.Fact(label, value)));
    HtmlReport.write(
        new ReportInput(
            bundled.title(),
            String.join(" ", command(folder)),
            facts,
            FactCards.ofData(cells),
            FactCards.ofSplit(cells, folds, seed),
            result),
        out.file(REPORT),
        false);
    progress.update("writing the report", 1, 1);
  }

  /** The folder's own name only: the path around it is nobody's business. */
  private List<String> command(Path folder) {
    return List.of(
        "vc",
        "quickstart",
        "--data",
        bundled.label(),
        "--out",
        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
        "--seed",
        Long.toString(seed));
  }

  private Map<String, String> facts(LabelledCells cells) {
    Map<String, String> facts = new TreeMap<>(Environment.facts());
    facts.put("data", cells.data().digest().toString());
    facts.put("seed", Long.toString(seed));
    facts.put(
        "device", "plain Java; baselines and judging use no other, best at hand: " + device.id());
    return facts;
  }

  private Map<String, String> provenance(LabelledCells cells, BestSupported best) {
    Map<String, String> facts = facts(cells);
    facts.put(
        "model", KnownModels.ofContestant(best.model()) + ", fitted anew without each condition");
    return facts;
  }
}
