package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneAlignment;
import org.virtualcell.api.GeneCoverageException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.Splits;
import org.virtualcell.evaluate.MeasuredCase.Target;
import org.virtualcell.evaluate.MeasuredCase.Template;
import org.virtualcell.stats.KeptEffects;
import org.virtualcell.stats.Pseudobulk;

/**
 * Judges predicted cells, from whatever program, against measured ones, without training.
 *
 * <p>A predicted effect is the mean log1p expression of the predicted cells minus that of the
 * <em>measured</em> controls, so that nothing is gained by touching control cells. Beside it stand
 * the two baselines the measured data alone can make: {@code no-change}, and {@code context-mean},
 * the mean measured effect of the other conditions of the context. What the model behind the file
 * has been trained on is unknown; it may have seen the controls, so that figures with separate
 * controls do not exist for it, and its regime is unknown.
 */
public final class PredictedCells {
  /** The protocol of such an evaluation: unknown. */
  static final String PROTOCOL = "";

  private static final int LISTED = 20;

  private static final String UNKNOWN_TRAINING = "the training cells behind a file are unknown";

  private final PerturbationData measured;
  private final PerturbationData predicted;
  private final Map<Condition, Condition> asked = new LinkedHashMap<>();
  private final List<String> unmeasured = new ArrayList<>();

  private PredictedCells(PerturbationData measured, PerturbationData predicted) {
    this.measured = measured;
    this.predicted = predicted;
    Map<String, List<Condition>> byName = new TreeMap<>();
    for (Condition condition : measured.conditions()) {
      byName.computeIfAbsent(name(condition), n -> new ArrayList<>()).add(condition);
    }
    for (Condition condition : predicted.conditions()) {
      List<Condition> same = byName.getOrDefault(name(condition), List.of());
      if (same.isEmpty()) {
        unmeasured.add(condition.toString());
      } else {
        add(condition, same);
      }
    }
    if (asked.isEmpty()) {
      throw new InvalidDataException(
          "No predicted condition was measured",
          predicted.source() + " and " + measured.source(),
          "Check that both files spell perturbations and contexts alike; predicted are for instance "
              + unmeasured.subList(0, Math.min(3, unmeasured.size()))
              + ".");
    }
  }

  /** Conditions are matched by label and the context's name, as files spell them. */
  private static String name(Condition condition) {
    return condition.perturbation().label() + "\n" + condition.context().name();
  }

  private void add(Condition condition, List<Condition> same) {
    Condition match =
        same.size() == 1
            ? same.get(0)
            : same.stream()
                .filter(c -> c.perturbation().equals(condition.perturbation()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new InvalidDataException(
                            "A predicted condition fits several measured ones",
                            condition + " in " + predicted.source(),
                            "State how genes were perturbed in both files."));
    if (asked.put(match, condition) != null) {
      throw new InvalidDataException(
          "A measured condition is predicted twice",
          match + " in " + predicted.source(),
          "Predict every condition once.");
    }
  }

  /**
   * Scores predicted cells.
   *
   * @param measured the measured cells with their controls
   * @param predicted the predicted cells
   * @param model the name of the prediction in the tables
   * @param options how to run
   * @param progress hears how far it is, and may cancel
   * @return what was found; measured conditions that are not predicted count as abstentions
   * @throws InvalidDataException if no predicted condition was measured, or one fits several
   * @throws org.virtualcell.api.GeneCoverageException if a measured gene is not predicted
   * @throws org.virtualcell.api.UnitsMismatchException if the two are in different units
   * @throws org.virtualcell.api.CancelledException if the listener asked to stop
   */
  public static EvaluationResult evaluate(
      PerturbationData measured,
      PerturbationData predicted,
      String model,
      EvaluationOptions options,
      Progress progress) {
    List<String> baselines = List.of("no-change", "context-mean");
    if (model.equals(EvaluationResult.CEILING) || baselines.contains(model)) {
      throw new InvalidDataException(
          "A model's name is taken", "'" + model + "'", "Give the prediction another name.");
    }
    PredictedCells files = new PredictedCells(measured, predicted);
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    contestants.put(model, files::fromFile);
    contestants.put("no-change", PredictedCells::noChange);
    contestants.put("context-mean", PredictedCells::contextMean);
    Fold fold = Splits.everythingHeldOut(measured, options.seed());
    FoldScores scores = FoldScoring.score(fold, contestants, options, new KeptEffects(), progress);
    return new SummingUp(List.of(model), baselines, options)
        .result(List.of(scores), measured.genes(), files.facts(options), progress);
  }

  private Contestant.Replies fromFile(Fold fold, List<MeasuredCase> cases, Progress progress) {
    GeneAlignment alignment = measured.genes().alignTo(predicted.genes());
    requireAllGenes(alignment);
    List<Reply> whole = new ArrayList<>();
    List<Reply> separate = new ArrayList<>();
    for (MeasuredCase question : cases) {
      progress.check("reading predicted cells");
      Condition answered = asked.get(question.condition());
      whole.add(
          answered == null
              ? Reply.none("not among the predicted cells")
              : Reply.of(
                  effect(predicted.cells(answered), question.shared(), alignment),
                  cells(predicted.cells(answered), alignment)));
      separate.add(Reply.none(UNKNOWN_TRAINING));
    }
    List<List<Reply>> unasked = Collections.nCopies(cases.size(), List.of());
    List<Map<String, Reply>> byBatch =
        cases.stream().map(question -> byBatch(question, alignment)).toList();
    return new Contestant.Replies(whole, separate, whole, unasked, byBatch);
  }

  /** The predicted cells batch by batch, each against the measured controls of its own batch. */
  private Map<String, Reply> byBatch(MeasuredCase question, GeneAlignment alignment) {
    Condition answered = asked.get(question.condition());
    if (answered == null) {
      return Map.of();
    }
    Map<String, double[]> controls = new TreeMap<>();
    for (MatchedCells group : question.shared().cells()) {
      BatchCells.batch(group)
          .ifPresent(b -> controls.put(b, logMeans(group.controls(), measured.genes().size())));
    }
    Map<String, Reply> replies = new TreeMap<>();
    for (MatchedCells group : predicted.cells(answered)) {
      String batch = group.perturbed().context().get(CellContext.Fact.BATCH).orElse("");
      double[] before = controls.get(batch);
      if (before != null) {
        double[] after = logMeans(group.perturbed(), predicted.genes().size());
        double[] effect = new double[before.length];
        Arrays.setAll(effect, g -> after[alignment.sourceIndex(g)] - before[g]);
        replies.put(batch, Reply.of(effect, cells(List.of(group), alignment)));
      }
    }
    return replies;
  }

  private static double[] logMeans(CellState cells, int genes) {
    Pseudobulk moments = Pseudobulk.logNormalized(cells);
    double[] means = new double[genes];
    Arrays.setAll(means, moments::mean);
    return means;
  }

  private void requireAllGenes(GeneAlignment alignment) {
    List<String> missing = alignment.missing();
    if (!missing.isEmpty()) {
      throw new GeneCoverageException(
          "Of "
              + measured.genes().size()
              + " measured genes "
              + missing.size()
              + (missing.size() == 1 ? " is" : " are")
              + " not predicted",
          predicted.source() + ", genes " + missing.subList(0, Math.min(LISTED, missing.size())),
          "Predict every measured gene under the name it has in " + measured.source() + ".");
    }
  }

  /** The cells in the genes of the data. */
  private List<CellState> cells(List<MatchedCells> groups, GeneAlignment alignment) {
    return groups.stream()
        .map(MatchedCells::perturbed)
        .map(
            state ->
                alignment.isIdentity()
                    ? state
                    : CellState.of(
                        measured.genes(),
                        rearranged(state.expression(), alignment),
                        state.units(),
                        state.context()))
        .toList();
  }

  private static CsrMatrix rearranged(ExpressionMatrix cells, GeneAlignment alignment) {
    float[][] rows = new float[Math.toIntExact(cells.rows())][];
    for (int r = 0; r < rows.length; r++) {
      CsrMatrix cell = cells.block(r, 1);
      float[] dense = new float[cell.genes()];
      for (int k = cell.rowStart(0); k < cell.rowStart(1); k++) {
        dense[cell.geneAt(k)] = cell.valueAt(k);
      }
      rows[r] = new float[alignment.target().size()];
      for (int g = 0; g < rows[r].length; g++) {
        rows[r][g] = dense[alignment.sourceIndex(g)];
      }
    }
    return CsrMatrix.ofDense(rows, alignment.target().size());
  }

  private static double[] effect(
      List<MatchedCells> groups, Target target, GeneAlignment alignment) {
    double[] effect = new double[alignment.target().size()];
    long cells = groups.stream().mapToLong(group -> group.perturbed().cells()).sum();
    for (MatchedCells group : groups) {
      Pseudobulk moments = Pseudobulk.logNormalized(group.perturbed());
      moments.units().require(target.effect().units(), "predicted cells");
      for (int g = 0; g < effect.length; g++) {
        effect[g] += moments.mean(alignment.sourceIndex(g)) * moments.cells() / cells;
      }
    }
    double[] before = target.effect().controlMean();
    for (int g = 0; g < effect.length; g++) {
      effect[g] -= before[g];
    }
    return effect;
  }

  private static Contestant.Replies noChange(
      Fold fold, List<MeasuredCase> cases, Progress progress) {
    int genes = fold.training().genes().size();
    List<Reply> replies =
        cases.stream().map(c -> Reply.of(new double[genes], controls(c.shared()))).toList();
    return new Contestant.Replies(replies, replies, replies);
  }

  private static List<CellState> controls(Target target) {
    return target.cells().stream().map(MatchedCells::controls).distinct().toList();
  }

  private static Contestant.Replies contextMean(
      Fold fold, List<MeasuredCase> cases, Progress progress) {
    List<Reply> whole = cases.stream().map(c -> mean(c.shared().mean())).toList();
    List<Reply> separate =
        cases.stream().map(c -> mean(c.separate().flatMap(Target::mean))).toList();
    return new Contestant.Replies(whole, separate, separate);
  }

  private static Reply mean(Optional<Template> mean) {
    return mean.map(m -> Reply.of(m.mean()))
        .orElseGet(() -> Reply.none("no other condition of the context was measured"));
  }

  private Map<String, String> facts(EvaluationOptions options) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("data", measured.digest().hex());
    facts.put("predicted", predicted.digest().hex());
    facts.put("rules", options.profile().digest().hex());
    facts.put("seed", String.valueOf(options.seed()));
    facts.put("predicted but not measured", String.join(", ", unmeasured));
    return facts;
  }
}
