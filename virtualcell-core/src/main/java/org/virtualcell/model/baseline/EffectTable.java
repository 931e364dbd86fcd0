package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.model.Targets;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.KeptEffects;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.Pseudobulk;

/**
 * What all baselines are fitted on: the measured effect of each training condition, the control
 * mean of each context, and how the targets go together among control cells. Values are rounded to
 * single precision on entry, so that a model read back from a file is the same model. Immutable.
 */
final class EffectTable {
  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final List<Row> rows;
  private final Map<Condition, Row> byCondition;
  private final List<ContextRow> contexts;

  /**
   * One training condition.
   *
   * @param cells in how many cells it was measured
   * @param effect log1p change per gene
   * @param targets what it acts on, sorted
   * @param modes in which modes
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
  record Row(
      Condition condition,
      long cells,
      float[] effect,
      List<String> targets,
      SortedSet<String> modes) {
    Row(Condition condition, long cells, float[] effect) {
      this(
          condition,
          cells,
          effect,
          Targets.all(condition.perturbation()),
          Targets.modes(condition.perturbation()));
    }
  }

  /**
   * One context with controls.
   *
   * @param controlMean mean log1p expression per gene
   * @param targets targets of the training conditions that are among the genes, sorted
   * @param correlation targets x targets, row after row; NaN where not known
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared, not handed out
  record ContextRow(
      CellContext context,
      long cells,
      float[] controlMean,
      List<String> targets,
      float[] correlation)
      implements CoExpression {
    @Override
    public OptionalDouble between(String a, String b) {
      int i = targets.indexOf(a);
      int j = targets.indexOf(b);
      float r = i < 0 || j < 0 ? Float.NaN : correlation[i * targets.size() + j];
      return Float.isNaN(r) ? OptionalDouble.empty() : OptionalDouble.of(r);
    }
  }

  EffectTable(
      GeneVocabulary genes, ExpressionUnits units, List<Row> rows, List<ContextRow> contexts) {
    this.genes = genes;
    this.units = units;
    this.rows = List.copyOf(rows);
    this.contexts = List.copyOf(contexts);
    this.byCondition = new HashMap<>();
    rows.forEach(row -> byCondition.put(row.condition(), row));
  }

  static EffectTable of(TrainingSet data, KeptEffects kept, Progress progress) {
    List<Condition> conditions = data.conditions();
    if (conditions.isEmpty()) {
      throw new InvalidDataException(
          "There is nothing to learn from: no perturbed condition",
          "training set " + data.splitDigest().abbreviated(),
          "Check the split; it must leave at least one condition for training.");
    }
    List<Row> rows = new ArrayList<>();
    ExpressionUnits units = null;
    for (Condition condition : conditions) {
      progress.check("measuring effects");
      progress.update("measuring effects", rows.size(), conditions.size());
      Effect effect = kept.of(data.cells(condition));
      units = effect.units();
      rows.add(new Row(condition, effect.cells(), floats(effect.toArray())));
    }
    progress.update("measuring effects", rows.size(), conditions.size());
    List<String> targets = targetsAmong(data.genes(), conditions);
    List<ContextRow> contexts = new ArrayList<>();
    for (CellContext context : data.contexts()) {
      contexts.add(contextRow(data.controls(context), context, targets));
    }
    return new EffectTable(data.genes(), units, rows, contexts);
  }

  private static List<String> targetsAmong(GeneVocabulary genes, List<Condition> conditions) {
    TreeSet<String> targets = new TreeSet<>();
    for (Condition condition : conditions) {
      Targets.all(condition.perturbation()).stream()
          .filter(target -> genes.find(target).isPresent())
          .forEach(targets::add);
    }
    return List.copyOf(targets);
  }

  private static ContextRow contextRow(
      CellState controls, CellContext context, List<String> targets) {
    CellState state =
        controls.units() instanceof ExpressionUnits.RawCounts
            ? Normalization.logNormalize(controls, Normalization.DEFAULT_TOTAL)
            : controls;
    Pseudobulk mean = Pseudobulk.of(state);
    CellCoExpression cells = new CellCoExpression(state);
    cells.prepare(new TreeSet<>(targets));
    int n = targets.size();
    float[] correlation = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        correlation[i * n + j] =
            (float) cells.between(targets.get(i), targets.get(j)).orElse(Double.NaN);
      }
    }
    return new ContextRow(
        context, controls.cells(), floats(mean.mean().toArray()), targets, correlation);
  }

  private static float[] floats(double[] values) {
    float[] rounded = new float[values.length];
    for (int g = 0; g < rounded.length; g++) {
      rounded[g] = (float) values[g];
    }
    return rounded;
  }

  GeneVocabulary genes() {
    return genes;
  }

  ExpressionUnits units() {
    return units;
  }

  List<Row> rows() {
    return rows;
  }

  List<ContextRow> contexts() {
    return contexts;
  }

  Optional<Row> find(Perturbation perturbation, CellContext context) {
    return Optional.ofNullable(byCondition.get(new Condition(perturbation, context)));
  }

  Optional<ContextRow> context(CellContext context) {
    return contexts.stream().filter(c -> c.context().equals(context)).findFirst();
  }

  List<Row> where(Predicate<Condition> wanted) {
    return rows.stream().filter(row -> wanted.test(row.condition())).toList();
  }

  /** The rows whose effects may bear on a perturbation: those of the same mode. */
  List<Row> sameMode(Perturbation perturbation) {
    SortedSet<String> modes = Targets.modes(perturbation);
    return rows.stream().filter(row -> row.modes().equals(modes)).toList();
  }

  boolean hasPerturbation(Perturbation perturbation) {
    return rows.stream().anyMatch(row -> row.condition().perturbation().equals(perturbation));
  }

  boolean hasPerturbed(CellContext context) {
    return rows.stream().anyMatch(row -> row.condition().context().equals(context));
  }

  /** This table without some conditions; contexts stay. */
  EffectTable without(Predicate<Condition> excluded) {
    return new EffectTable(genes, units, where(excluded.negate()), contexts);
  }
}
