package org.virtualcell.model.embedding;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneAlignment;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.Progress;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.compute.Lane;
import org.virtualcell.provenance.Environment;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.PrincipalComponents;

/**
 * Principal components of log-normalised expression that can be kept and applied to new cells.
 * Immutable and thread-safe.
 *
 * <p>A cell x is placed at {@code sum_g (log1p(x_g s) - mean_g) / spread_g * loading_gk}, k = 1 to
 * dimensions, where s scales the cell's counts of the embedding's genes to {@link #units()}' total.
 * Genes are matched by name. Sums run in double precision in the order of the genes, so that a cell
 * has the same numbers whatever cells stand beside it, and after reloading.
 */
public final class LinearEmbedding {
  /** Cells with a smaller share of the embedding's genes are refused. */
  public static final double LEAST_COVERAGE = 0.8;

  private static final int BLOCK = 1024; // cells read at a time

  private final GeneVocabulary genes;
  private final ExpressionUnits units;
  private final int dimensions;
  private final double[] mean;
  private final double[] spread;
  private final double[] loading; // genes x dimensions
  private final double[] variance;
  private final double totalVariance;
  private final SortedMap<String, String> provenance;

  LinearEmbedding(
      GeneVocabulary genes,
      ExpressionUnits units,
      double[] mean,
      double[] spread,
      double[] loading,
      double[] variance,
      double totalVariance,
      Map<String, String> provenance) {
    this.genes = genes;
    this.units = units;
    this.dimensions = variance.length;
    this.mean = mean;
    this.spread = spread;
    this.loading = loading;
    this.variance = variance;
    this.totalVariance = totalVariance;
    this.provenance = new TreeMap<>(provenance);
  }

  /**
   * Fits an embedding.
   *
   * @param lane where the work runs; see {@link PrincipalComponents} for what it holds
   * @param cells what to fit to: raw counts, or log1p values
   * @param options how many components, and how they are found
   * @param source what the cells come from, for the provenance
   * @return the embedding
   * @throws InvalidDataException if the cells span fewer dimensions than are asked for
   * @throws MemoryBudgetException if the cells do not fit the lane's memory
   */
  public static LinearEmbedding fit(
      Lane lane, CellState cells, PrincipalComponents.Options options, String source) {
    PrincipalComponents found = PrincipalComponents.fit(lane, cells, options);
    int n = cells.genes().size();
    int k = found.components();
    double[] mean = new double[n];
    double[] spread = new double[n];
    double[] loading = new double[Math.multiplyExact(n, k)];
    double[] variance = new double[k];
    for (int g = 0; g < n; g++) {
      mean[g] = found.mean(g);
      spread[g] = found.spread(g);
      for (int c = 0; c < k; c++) {
        loading[g * k + c] = found.loading(c, g);
      }
    }
    for (int c = 0; c < k; c++) {
      variance[c] = found.variance(c);
    }
    Map<String, String> facts = new TreeMap<>(Environment.facts());
    facts.put("fitted to", source);
    facts.put("cells", Long.toString(cells.cells()));
    facts.put("cells digest", cells.digest().toString());
    facts.put("seed", Long.toString(options.seed()));
    facts.put("scaled genes", Boolean.toString(options.scaled()));
    ExpressionUnits units =
        cells.units() instanceof ExpressionUnits.RawCounts
            ? ExpressionUnits.logNormalized(Normalization.DEFAULT_TOTAL)
            : cells.units();
    return new LinearEmbedding(
        cells.genes(), units, mean, spread, loading, variance, found.totalVariance(), facts);
  }

  /**
   * Reads an embedding.
   *
   * @param file what {@link #save} wrote
   * @return the embedding; it places cells as the one that was written, to the last bit
   * @throws org.virtualcell.api.DataFormatException if the file is damaged or no embedding
   * @throws org.virtualcell.api.StorageException if it cannot be read
   */
  public static LinearEmbedding load(Path file) {
    return EmbeddingStore.read(file);
  }

  /**
   * Writes the embedding as one safetensors file. A reader sees the old file, none, or the whole
   * new one.
   *
   * @param file where to; its folder must be there
   * @param force whether a file that is there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if the file is there and {@code force} is
   *     false
   * @throws org.virtualcell.api.StorageException if it cannot be written
   */
  public void save(Path file, boolean force) {
    EmbeddingStore.write(this, file, force);
  }

  /**
   * Places cells.
   *
   * @param cells raw counts, or log1p values of the embedding's total or another stated one
   * @return their places
   * @throws org.virtualcell.api.GeneCoverageException if they have less than {@link
   *     #LEAST_COVERAGE} of the embedding's genes
   * @throws UnitsMismatchException if their units cannot be turned into the embedding's
   */
  public EmbeddedCells transform(CellState cells) {
    return transform(
        cells.expression(),
        cells.genes(),
        cells.units(),
        "state of " + cells.context(),
        Progress.SILENT);
  }

  /**
   * Places cells that are read block by block.
   *
   * @param expression cells x genes
   * @param of the genes, one per column
   * @param in the units of the values
   * @param where what the cells are, for messages
   * @param progress hears how many cells are placed; may cancel
   * @return their places
   * @throws org.virtualcell.api.GeneCoverageException if they have less than {@link
   *     #LEAST_COVERAGE} of the embedding's genes
   * @throws UnitsMismatchException if their units cannot be turned into the embedding's
   * @throws MemoryBudgetException if the places of all cells do not fit one array
   */
  public EmbeddedCells transform(
      ExpressionMatrix expression,
      GeneVocabulary of,
      ExpressionUnits in,
      String where,
      Progress progress) {
    GeneAlignment alignment = genes.alignTo(of);
    alignment.requireCoverage(LEAST_COVERAGE);
    Placing placing = new Placing(alignment, rowScale(in, where));
    long numbers = Math.multiplyExact(expression.rows(), (long) dimensions);
    if (numbers > Integer.MAX_VALUE - 8) {
      throw new MemoryBudgetException(
          expression.rows() + " cells of " + dimensions + " numbers do not fit one array",
          where,
          "Embed a part of the cells at a time.");
    }
    float[] values = new float[(int) numbers];
    for (long row = 0; row < expression.rows(); row += BLOCK) {
      progress.check("embedding cells");
      CsrMatrix part = expression.block(row, (int) Math.min(BLOCK, expression.rows() - row));
      for (int r = 0; r < part.rows(); r++) {
        placing.place(part, r, values, Math.toIntExact((row + r) * dimensions));
      }
      progress.update("embedding cells", row + part.rows(), expression.rows());
    }
    return new EmbeddedCells(
        (int) expression.rows(), dimensions, values, alignment.coverage(), alignment.missing());
  }

  /** Counts are scaled to a total; log1p values taken apart and scaled by a factor, or left. */
  private RowScale rowScale(ExpressionUnits in, String where) {
    if (in.equals(units)) {
      return RowScale.NONE;
    }
    OptionalDouble wanted = total(units);
    if (wanted.isPresent() && in instanceof ExpressionUnits.RawCounts) {
      return new RowScale(true, wanted.getAsDouble());
    }
    if (wanted.isPresent() && total(in).isPresent()) {
      return new RowScale(false, wanted.getAsDouble() / total(in).getAsDouble());
    }
    throw new UnitsMismatchException(
        "The cells are in " + in + ", the embedding is in " + units,
        where,
        "Pass raw counts, or log1p values of a stated total.");
  }

  private static OptionalDouble total(ExpressionUnits units) {
    return units instanceof ExpressionUnits.LogNormalized log
        ? log.total()
        : OptionalDouble.empty();
  }

  /** What becomes of a row's values: per total, by a factor, or nothing (factor NaN). */
  private record RowScale(boolean perTotal, double by) {
    static final RowScale NONE = new RowScale(false, Double.NaN);
  }

  /** Places single cells. */
  private final class Placing {
    private final int[] geneOf; // per column, -1 where the embedding has no such gene
    private final double[] origin; // where a cell without any count stands
    private final RowScale scale;
    private final double[] sum = new double[dimensions];

    Placing(GeneAlignment alignment, RowScale scale) {
      this.scale = scale;
      this.geneOf = new int[alignment.source().size()];
      Arrays.fill(geneOf, -1);
      this.origin = new double[dimensions];
      for (int g = 0; g < mean.length; g++) {
        int column = alignment.sourceIndex(g);
        if (column == GeneAlignment.MISSING) {
          continue; // at its mean: adds nothing
        }
        geneOf[column] = g;
        for (int k = 0; k < dimensions; k++) {
          origin[k] -= mean[g] / spread[g] * loading[g * dimensions + k];
        }
      }
    }

    void place(CsrMatrix cells, int row, float[] out, int at) {
      double factor = scale.by();
      if (scale.perTotal()) {
        double counts = 0;
        for (int i = cells.rowStart(row); i < cells.rowStart(row + 1); i++) {
          counts += geneOf[cells.geneAt(i)] < 0 ? 0 : cells.valueAt(i);
        }
        factor = counts > 0 ? scale.by() / counts : 0;
      }
      System.arraycopy(origin, 0, sum, 0, dimensions);
      for (int i = cells.rowStart(row); i < cells.rowStart(row + 1); i++) {
        int g = geneOf[cells.geneAt(i)];
        if (g < 0) {
          continue;
        }
        double value = logged(cells.valueAt(i), factor) / spread[g];
        int from = g * dimensions;
        for (int k = 0; k < dimensions; k++) {
          sum[k] += value * loading[from + k];
        }
      }
      for (int k = 0; k < dimensions; k++) {
        out[at + k] = (float) sum[k];
      }
    }

    private double logged(double value, double factor) {
      if (Double.isNaN(factor)) {
        return value;
      }
      double counts = scale.perTotal() ? value : StrictMath.expm1(value);
      return StrictMath.log1p(counts * factor);
    }
  }

  /**
   * The genes, in the order of the loadings.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * What values are turned into before they are projected.
   *
   * @return log1p units
   */
  public ExpressionUnits units() {
    return units;
  }

  /**
   * How many numbers a cell gets.
   *
   * @return one or more
   */
  public int dimensions() {
    return dimensions;
  }

  /**
   * The mean of a gene over the cells the embedding was fitted to.
   *
   * @param gene position in {@link #genes()}
   * @return in {@link #units()}
   */
  public double mean(int gene) {
    return mean[gene];
  }

  /**
   * What a gene is divided by before projection.
   *
   * @param gene position in {@link #genes()}
   * @return positive; 1 where genes were not scaled
   */
  public double spread(int gene) {
    return spread[gene];
  }

  /**
   * The weight of a gene in a dimension.
   *
   * @param dimension 0 to {@link #dimensions()} - 1
   * @param gene position in {@link #genes()}
   * @return the loading
   */
  public double loading(int dimension, int gene) {
    return loading[Objects.checkIndex(gene, mean.length) * dimensions + dimension];
  }

  /**
   * The variance along a dimension of the cells the embedding was fitted to.
   *
   * @param dimension 0 to {@link #dimensions()} - 1
   * @return falling with the dimension
   */
  public double variance(int dimension) {
    return variance[dimension];
  }

  /**
   * The share of all variance that the dimensions hold together.
   *
   * @return 0 to 1
   */
  public double explained() {
    return totalVariance > 0 ? Arrays.stream(variance).sum() / totalVariance : 0;
  }

  double totalVariance() {
    return totalVariance;
  }

  double[] loadings() {
    return loading;
  }

  /**
   * What the embedding was made from, by what.
   *
   * @return facts by name
   */
  public Map<String, String> provenance() {
    return java.util.Collections.unmodifiableMap(provenance);
  }

  /**
   * A digest of all that places cells.
   *
   * @return equal for embeddings that place all cells alike
   */
  public ContentDigest digest() {
    ContentDigest.Builder content =
        ContentDigest.of("linear-embedding/1").add(genes.digest()).add(units.digest());
    content.add(dimensions);
    for (double[] part : new double[][] {mean, spread, loading, variance, {totalVariance}}) {
      for (double value : part) {
        content.add(value);
      }
    }
    return content.build();
  }
}
