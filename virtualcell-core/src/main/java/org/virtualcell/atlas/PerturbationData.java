package org.virtualcell.atlas;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.api.UnknownPerturbationException;
import org.virtualcell.io.AnnotatedData;

/**
 * Cells with what was done to each of them, in memory: conditions, controls, and the match between
 * them. Immutable and thread-safe.
 *
 * <p>Perturbed cells are compared to the controls of their own batch and context; cells of a batch
 * without controls, or of no known batch, to all controls of the context.
 */
public final class PerturbationData {
  private final String source;
  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final CsrMatrix expression; // cells x genes
  private final String controlLabel;
  private final List<String> notes;
  private final List<Condition> conditions;
  private final List<CellContext> contexts;
  private final Map<Condition, int[]> cellsOf;
  private final Map<CellContext, int[]> controlsOf;
  private final String[] batchOf; // per cell, null where not known
  private final String[] guideOf; // per cell, null where not known
  private SoftReference<NearDuplicates> nearDuplicates = new SoftReference<>(null);
  private final CellHalves halves;
  private final ContentDigest digest;
  private final Map<ControlKey, CellState> controlStates = new ConcurrentHashMap<>();
  // copies of cells, given up when memory is short
  private final Map<MatchKey, SoftReference<List<MatchedCells>>> matches =
      new ConcurrentHashMap<>();

  /** Which controls; a null batch stands for all of the context. */
  private record ControlKey(CellContext context, String batch, Half half, long seed) {}

  private record MatchKey(Condition condition, Half cells, Half controls, long seed) {}

  private PerturbationData(
      String source,
      GeneVocabulary genes,
      ExpressionUnits units,
      CsrMatrix expression,
      List<CellLabel> labels) {
    this.source = source;
    this.genes = genes;
    this.units = units;
    this.expression = expression;
    this.batchOf = labels.stream().map(l -> l.batch().orElse(null)).toArray(String[]::new);
    this.guideOf = labels.stream().map(l -> l.guide().orElse(null)).toArray(String[]::new);
    Map<CellContext, int[]> controls = new LinkedHashMap<>();
    Map<Condition, int[]> measured = new LinkedHashMap<>();
    List<String> remarks = new ArrayList<>();
    this.controlLabel = group(labels, controls, measured, remarks);
    this.controlsOf = controls;
    this.cellsOf = measured;
    this.contexts = List.copyOf(controls.keySet());
    this.conditions = List.copyOf(measured.keySet());
    this.notes = List.copyOf(remarks);
    this.halves = new CellHalves(expression);
    this.digest = digest(labels);
  }

  /**
   * Data from cells in memory.
   *
   * @param source what the cells come from, for messages
   * @param genes the genes
   * @param expression cells x genes; copied into memory where it is not there yet
   * @param units what the values are
   * @param labels one per cell, in order; controls carry a {@link Perturbation.Control}
   * @return the data
   * @throws InvalidDataException if sizes disagree, no cell is a control, no perturbed cell has
   *     controls in its context, or values do not fit the units
   * @throws MemoryBudgetException if the expression does not fit the Java heap
   */
  public static PerturbationData of(
      String source,
      GeneVocabulary genes,
      ExpressionMatrix expression,
      ExpressionUnits units,
      List<CellLabel> labels) {
    if (expression.rows() != labels.size()) {
      throw new InvalidDataException(
          expression.rows() + " cells, " + labels.size() + " labels",
          source,
          "Pass one label per cell.");
    }
    CsrMatrix inMemory = inMemory(source, expression);
    if (!labels.isEmpty()) {
      // checks values against units, genes against columns
      CellState.of(genes, inMemory, units, labels.get(0).context());
    }
    return new PerturbationData(source, genes, units, inMemory, labels);
  }

  /**
   * Data from an annotated file.
   *
   * @param file an open file; it may be closed afterwards
   * @param keys which columns say what
   * @return the data, in the file's own units
   * @throws InvalidDataException if the units are not known, no cell is a control, or no perturbed
   *     cell has controls in its context
   * @throws MemoryBudgetException if the expression does not fit the Java heap
   */
  public static PerturbationData of(AnnotatedData file, PerturbationKeys keys) {
    return of(
        file.source(),
        file.genes(),
        inMemory(file.source(), file.expression()),
        file.units().require(file.source()),
        CellLabels.read(file.observations(), keys));
  }

  private static CsrMatrix inMemory(String source, ExpressionMatrix expression) {
    if (expression instanceof CsrMatrix csr) {
      return csr;
    }
    // gene and value of each, and one copy of everything for training and test parts
    long bytes = 2 * 8 * expression.nonZeros() + 8 * expression.rows();
    long available = Runtime.getRuntime().maxMemory();
    if (expression.nonZeros() > CsrMatrix.MAX_NON_ZEROS
        || expression.rows() >= CsrMatrix.MAX_NON_ZEROS
        || bytes > available) {
      throw new MemoryBudgetException(
          expression.rows()
              + " cells with "
              + expression.nonZeros()
              + " values need about "
              + bytes / (1 << 20)
              + " MiB, the Java heap is "
              + available / (1 << 20)
              + " MiB",
          source,
          "Give Java more memory (-Xmx), or pass a part of the cells or genes.");
    }
    return expression.block(0, (int) expression.rows());
  }

  private String group(
      List<CellLabel> labels,
      Map<CellContext, int[]> controls,
      Map<Condition, int[]> measured,
      List<String> remarks) {
    Map<CellContext, List<Integer>> controlRows = new HashMap<>();
    Map<Condition, List<Integer>> conditionRows = new HashMap<>();
    TreeSet<String> controlNames = new TreeSet<>();
    int unlabelled = 0;
    for (int cell = 0; cell < labels.size(); cell++) {
      CellLabel label = labels.get(cell);
      if (label.perturbation().isEmpty()) {
        unlabelled++;
      } else if (label.perturbation().get() instanceof Perturbation.Control control) {
        controlNames.add(control.label());
        controlRows.computeIfAbsent(label.context(), c -> new ArrayList<>()).add(cell);
      } else {
        Condition condition = new Condition(label.perturbation().get(), label.context());
        conditionRows.computeIfAbsent(condition, c -> new ArrayList<>()).add(cell);
      }
    }
    if (unlabelled > 0) {
      remarks.add(unlabelled + " cells have no perturbation label and are left out");
    }
    if (controlRows.isEmpty()) {
      throw new InvalidDataException(
          "No cell is a control", source, "Name the label of the control cells.");
    }
    controlRows.keySet().stream()
        .sorted(CONTEXT_ORDER)
        .forEach(c -> controls.put(c, rows(controlRows.get(c))));
    Map<CellContext, Long> orphans = new TreeMap<>(CONTEXT_ORDER);
    conditionRows.keySet().stream()
        .sorted(CONDITION_ORDER)
        .forEach(
            c -> {
              int[] rows = rows(conditionRows.get(c));
              if (controls.containsKey(c.context())) {
                measured.put(c, rows);
              } else {
                orphans.merge(c.context(), (long) rows.length, Long::sum);
              }
            });
    orphans.forEach(
        (context, cells) ->
            remarks.add(
                cells + " perturbed cells of " + context + " have no controls and are left out"));
    if (measured.isEmpty()) {
      throw new InvalidDataException(
          "No perturbed cell has controls in its context",
          source,
          "Check the control label and the context column.");
    }
    return controlNames.first();
  }

  private static final Comparator<CellContext> CONTEXT_ORDER =
      Comparator.comparing(CellContext::name).thenComparing(c -> c.digest().hex());

  static final Comparator<Condition> CONDITION_ORDER =
      Comparator.comparing(Condition::context, CONTEXT_ORDER)
          .thenComparing(c -> c.perturbation().parts().size())
          .thenComparing(c -> c.perturbation().canonical());

  private static int[] rows(List<Integer> cells) {
    return cells.stream().mapToInt(Integer::intValue).toArray();
  }

  private ContentDigest digest(List<CellLabel> labels) {
    ContentDigest.Builder content =
        ContentDigest.of("perturbation-data/1")
            .add(genes.digest())
            .add(units.toString())
            .add(expression.digest());
    Map<CellContext, String> contextDigest = new HashMap<>();
    for (CellLabel label : labels) {
      content
          .add(label.perturbation().map(Perturbation::canonical).orElse(""))
          .add(contextDigest.computeIfAbsent(label.context(), c -> c.digest().hex()))
          .add(label.batch().orElse(""));
    }
    return content.build();
  }

  /**
   * What the cells come from.
   *
   * @return such as a file's name
   */
  public String source() {
    return source;
  }

  /**
   * The genes.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * The units of all states of this data.
   *
   * @return the units
   */
  public ExpressionUnits units() {
    return units;
  }

  /**
   * The label controls carry.
   *
   * @return as the source spells it
   */
  public String controlLabel() {
    return controlLabel;
  }

  /**
   * What was left out or assumed, each a sentence.
   *
   * @return an immutable list, empty when nothing was
   */
  public List<String> notes() {
    return notes;
  }

  /**
   * The perturbed conditions that have controls, by context, number of parts and name.
   *
   * @return an immutable list
   */
  public List<Condition> conditions() {
    return conditions;
  }

  /**
   * The contexts that have controls, by name.
   *
   * @return an immutable list
   */
  public List<CellContext> contexts() {
    return contexts;
  }

  /**
   * The number of cells, those left out included.
   *
   * @return one or more
   */
  public long cells() {
    return expression.rows();
  }

  /**
   * The number of cells of a condition.
   *
   * @param condition one of {@link #conditions()}
   * @return one or more
   * @throws UnknownPerturbationException if it was not measured
   */
  public int cellCount(Condition condition) {
    return rowsOf(condition).length;
  }

  /**
   * The number of control cells of a context.
   *
   * @param context one of {@link #contexts()}
   * @return one or more
   * @throws UnknownContextException if it has no controls
   */
  public int controlCount(CellContext context) {
    return controlRows(context).length;
  }

  /**
   * The digest of genes, values and labels.
   *
   * @return equal for equal data, on every platform
   */
  public ContentDigest digest() {
    return digest;
  }

  /**
   * All control cells of a context.
   *
   * @param context one of {@link #contexts()}
   * @return the controls
   * @throws UnknownContextException if it has no controls
   */
  public CellState controls(CellContext context) {
    return controls(context, null, Half.ALL, 0).orElseThrow();
  }

  /**
   * The cells of a condition with their matched controls.
   *
   * @param condition one of {@link #conditions()}
   * @return one group per batch where batches are known and have controls, else one group
   * @throws UnknownPerturbationException if it was not measured
   */
  public List<MatchedCells> cells(Condition condition) {
    return matched(condition, Half.ALL, Half.ALL, 0);
  }

  /**
   * Everything as a training set, for a model that is tested on other data.
   *
   * @return all conditions, all cells
   */
  public TrainingSet everything() {
    ContentDigest split = ContentDigest.of("split/everything/1").add(digest).build();
    return new TrainingPart(this, conditions, Half.ALL, 0, split);
  }

  CsrMatrix expression() {
    return expression;
  }

  CellHalves halves() {
    return halves;
  }

  Optional<String> batch(int cell) {
    return Optional.ofNullable(batchOf[cell]);
  }

  Optional<String> guide(int cell) {
    return Optional.ofNullable(guideOf[cell]);
  }

  /** Made when first asked for, and given up when memory is short. */
  synchronized NearDuplicates nearDuplicates() {
    NearDuplicates kept = nearDuplicates.get();
    if (kept == null) {
      kept = new NearDuplicates(expression);
      nearDuplicates = new SoftReference<>(kept);
    }
    return kept;
  }

  int[] rowsOf(Condition condition) {
    int[] rows = cellsOf.get(condition);
    if (rows == null) {
      throw new UnknownPerturbationException(
          "Condition '" + condition + "' is not in the data",
          source,
          "It has " + conditions.size() + " conditions; check the spelling, mode and context.");
    }
    return rows;
  }

  int[] controlRows(CellContext context) {
    int[] rows = controlsOf.get(context.without(CellContext.Fact.BATCH));
    if (rows == null) {
      throw new UnknownContextException(
          "Context '" + context + "' has no controls",
          source,
          "Contexts with controls: " + contexts + ".");
    }
    return rows;
  }

  /** Controls of a context, of one batch or (null) of all; empty when there is none. */
  Optional<CellState> controls(CellContext context, String batch, Half half, long seed) {
    CellContext cells = context.without(CellContext.Fact.BATCH);
    ControlKey key = new ControlKey(cells, batch, half, half == Half.ALL ? 0 : seed);
    CellState state = controlStates.get(key);
    if (state == null) {
      int[] rows =
          Arrays.stream(halves.half(controlRows(cells), half, seed))
              .filter(cell -> batch == null || batch.equals(batchOf[cell]))
              .toArray();
      if (rows.length == 0) {
        return Optional.empty();
      }
      state = state(rows, cells, batch);
      CellState earlier = controlStates.putIfAbsent(key, state);
      state = earlier == null ? state : earlier;
    }
    return Optional.of(state);
  }

  /** The cells of a condition, or one half of them, against controls, or one half of them. */
  List<MatchedCells> matched(Condition condition, Half cells, Half controls, long seed) {
    boolean seedless = cells == Half.ALL && controls == Half.ALL;
    MatchKey key = new MatchKey(condition, cells, controls, seedless ? 0 : seed);
    SoftReference<List<MatchedCells>> kept = matches.get(key);
    List<MatchedCells> groups = kept == null ? null : kept.get();
    if (groups == null) {
      groups = match(condition, cells, controls, seed);
      matches.put(key, new SoftReference<>(groups));
    }
    return groups;
  }

  private List<MatchedCells> match(Condition condition, Half cells, Half controls, long seed) {
    int[] rows = halves.half(rowsOf(condition), cells, seed);
    CellContext context = condition.context();
    if (rows.length == 0 || controls(context, null, controls, seed).isEmpty()) {
      return List.of();
    }
    Map<String, List<Integer>> byBatch = new TreeMap<>();
    List<Integer> unmatched = new ArrayList<>();
    for (int cell : rows) {
      if (batchOf[cell] == null) {
        unmatched.add(cell);
      } else {
        byBatch.computeIfAbsent(batchOf[cell], b -> new ArrayList<>()).add(cell);
      }
    }
    byBatch
        .entrySet()
        .removeIf(
            entry ->
                controls(context, entry.getKey(), controls, seed).isEmpty()
                    && unmatched.addAll(entry.getValue()));
    List<MatchedCells> groups = new ArrayList<>();
    byBatch.forEach(
        (batch, group) ->
            groups.add(
                new MatchedCells(
                    state(rows(group), context, batch),
                    controls(context, batch, controls, seed).orElseThrow(),
                    MatchedCells.Level.BATCH)));
    if (!unmatched.isEmpty()) {
      groups.add(
          new MatchedCells(
              state(rows(unmatched), context, null),
              controls(context, null, controls, seed).orElseThrow(),
              MatchedCells.Level.CONTEXT));
    }
    return List.copyOf(groups);
  }

  private CellState state(int[] rows, CellContext context, String batch) {
    CellContext named = batch == null ? context : context.with(CellContext.Fact.BATCH, batch);
    return CellState.of(genes, expression.select(rows), units, named);
  }

  @Override
  public String toString() {
    return source
        + ": "
        + cells()
        + " cells, "
        + conditions.size()
        + " conditions in "
        + contexts.size()
        + " contexts";
  }
}
