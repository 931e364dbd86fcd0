package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneAlignment;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Progress;
import org.virtualcell.io.Column;
import org.virtualcell.io.H5adWriter;
import org.virtualcell.io.Table;

/**
 * Predicted cells and the control cells they started from, as one h5ad file: the genes of the input
 * in its order, its key columns and labels, and {@code virtualcell_source} to tell the two apart.
 * Not thread-safe.
 */
final class PredictedCells {
  /** The column that says whether a cell is a control or was predicted. */
  static final String SOURCE = "virtualcell_source";

  /** The column that says which of four claims a predicted cell is. */
  static final String REGIME = "virtualcell_regime";

  /** The gene column that says which genes the model knows. */
  static final String IN_MODEL = "virtualcell_in_model";

  /** A control cell in {@link #SOURCE}. */
  static final String CONTROL = "control";

  /** A predicted cell in {@link #SOURCE}. */
  static final String PREDICTED = "predicted";

  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final String perturbationKey;
  private final String contextKey;
  private final boolean[] inModel;

  private final List<String> ids = new ArrayList<>();
  private final List<String> perturbations = new ArrayList<>();
  private final List<String> contexts = new ArrayList<>();
  private final List<String> sources = new ArrayList<>();
  private final List<String> regimes = new ArrayList<>();
  private final List<CsrMatrix> blocks = new ArrayList<>();

  /**
   * Starts an empty set.
   *
   * @param genes the genes of the input, in its order
   * @param units what the values are
   * @param perturbationKey the input's column of perturbations
   * @param contextKey the input's column of contexts
   */
  PredictedCells(
      GeneVocabulary genes, ExpressionUnits units, String perturbationKey, String contextKey) {
    this.genes = genes;
    this.units = units;
    this.perturbationKey = perturbationKey;
    this.contextKey = contextKey;
    this.inModel = new boolean[genes.size()];
  }

  /**
   * Adds the control cells of a context.
   *
   * @param label the label controls carry in the input
   * @param controls the cells, in the genes and units of the input
   */
  void addControls(String label, CellState controls) {
    controls.units().require(units, "controls of " + controls.context());
    CsrMatrix block = controls.expression().block(0, Math.toIntExact(controls.cells()));
    add(block, label, controls.context().name(), CONTROL, "");
  }

  /**
   * Adds the cells of a prediction. Genes of the input that the model does not know keep the values
   * of control cells drawn at random; {@link #IN_MODEL} marks the others.
   *
   * @param label the perturbation's label
   * @param prediction an answer with sampled cells
   * @param controls the control cells it started from
   * @param seed chooses the control cells for genes the model does not know
   */
  void addPredicted(String label, Prediction prediction, CellState controls, long seed) {
    Condition condition = prediction.condition();
    CellState cells =
        prediction
            .state()
            .cells()
            .orElseThrow(
                () ->
                    new InvalidDataException(
                        "The model makes no cells", condition.toString(), "Use another model."));
    cells.units().require(units, "predicted cells of " + condition);
    GeneAlignment alignment = genes.alignTo(cells.genes());
    for (int g = 0; g < inModel.length; g++) {
      inModel[g] |= alignment.sourceIndex(g) != GeneAlignment.MISSING;
    }
    CsrMatrix predicted = cells.expression().block(0, Math.toIntExact(cells.cells()));
    CsrMatrix block =
        alignment.isIdentity() ? predicted : aligned(predicted, alignment, controls, seed);
    add(block, label, condition.context().name(), PREDICTED, prediction.regime().label());
  }

  private CsrMatrix aligned(
      CsrMatrix predicted, GeneAlignment alignment, CellState controls, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int cells = Math.toIntExact(predicted.rows());
    float[][] dense = new float[cells][genes.size()];
    for (int cell = 0; cell < cells; cell++) {
      float[] from = row(predicted, cell);
      float[] control = row(controls.expression().block(random.nextLong(controls.cells()), 1), 0);
      for (int g = 0; g < dense[cell].length; g++) {
        int source = alignment.sourceIndex(g);
        dense[cell][g] = source == GeneAlignment.MISSING ? control[g] : from[source];
      }
    }
    return CsrMatrix.ofDense(dense, genes.size());
  }

  private static float[] row(CsrMatrix matrix, int row) {
    float[] dense = new float[matrix.genes()];
    for (int k = matrix.rowStart(row); k < matrix.rowStart(row + 1); k++) {
      dense[matrix.geneAt(k)] = matrix.valueAt(k);
    }
    return dense;
  }

  private void add(
      CsrMatrix block, String perturbation, String context, String source, String regime) {
    for (int cell = 0; cell < block.rows(); cell++) {
      ids.add(context + ":" + perturbation + ":" + source + ":" + (cell + 1));
      perturbations.add(perturbation);
      contexts.add(context);
      sources.add(source);
      regimes.add(regime);
    }
    blocks.add(block);
  }

  /**
   * How many cells there are.
   *
   * @return controls and predicted
   */
  int size() {
    return ids.size();
  }

  /**
   * How many genes of the input no prediction knew.
   *
   * @return zero or more
   */
  int genesOutsideModel() {
    return (int) IntStream.range(0, inModel.length).filter(g -> !inModel[g]).count();
  }

  /**
   * Writes the file.
   *
   * @param file where it shall be
   * @param force whether a file that is there may be replaced
   * @param provenance where the cells come from
   * @param progress hears how far it is
   */
  void write(Path file, boolean force, Map<String, String> provenance, Progress progress) {
    List<Column> columns = new ArrayList<>();
    columns.add(categories(perturbationKey, perturbations));
    columns.add(categories(contextKey, contexts));
    columns.add(categories(SOURCE, sources));
    columns.add(categories(REGIME, regimes));
    H5adWriter writer =
        new H5adWriter(genes, Table.of("cells to write", ids, columns))
            .expression(stacked(), units)
            .variables(List.of(Column.ofBooleans(IN_MODEL, inModel)));
    provenance.forEach(writer::provenance);
    writer.write(file, force, progress);
  }

  private static Column categories(String name, List<String> values) {
    List<String> labels = values.stream().filter(v -> !v.isEmpty()).distinct().sorted().toList();
    int[] codes = values.stream().mapToInt(labels::indexOf).toArray(); // -1, missing, for blank
    return Column.ofCategories(name, labels, codes);
  }

  private CsrMatrix stacked() {
    int rows = size();
    long stored = blocks.stream().mapToLong(CsrMatrix::nonZeros).sum();
    int[] rowStart = new int[rows + 1];
    int[] gene = new int[Math.toIntExact(stored)];
    float[] value = new float[gene.length];
    int row = 0;
    int at = 0;
    for (CsrMatrix block : blocks) {
      for (int r = 0; r < block.rows(); r++) {
        for (int k = block.rowStart(r); k < block.rowStart(r + 1); k++) {
          gene[at] = block.geneAt(k);
          value[at++] = block.valueAt(k);
        }
        rowStart[++row] = at;
      }
    }
    return CsrMatrix.wrap(rows, genes.size(), rowStart, gene, value);
  }

  /**
   * A seed of its own for each condition, so that no two start from the same draw.
   *
   * @param seed the run's seed
   * @param condition the condition
   * @return the same number on every platform
   */
  static long seedOf(long seed, Condition condition) {
    String text = condition.perturbation().canonical() + "\n" + condition.context().digest().hex();
    long mixed = seed;
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      mixed = (mixed ^ b) * 0x100000001b3L; // FNV-1a
    }
    return mixed;
  }
}
