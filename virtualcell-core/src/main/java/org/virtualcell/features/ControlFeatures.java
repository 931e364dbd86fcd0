package org.virtualcell.features;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.Pseudobulk;

/**
 * What unperturbed cells tell of a target that is itself among the measured genes. Raw counts are
 * scaled to {@link Normalization#DEFAULT_TOTAL} per cell and logarithms taken first. A target that
 * is not measured has no vector.
 */
public final class ControlFeatures {
  /** With fewer cells a correlation is mostly noise: its standard error is above 0.2. */
  public static final int LEAST_CELLS = 25;

  private static final int BLOCK_ROWS = 4096;

  private ControlFeatures() {}

  /**
   * The target's own expression: mean log1p expression, and the share of cells it is detected in.
   *
   * @param controls unperturbed cells of one context
   * @param targets gene ids or symbols
   * @return two values per measured target
   * @throws InvalidDataException if none of the targets is measured
   */
  public static FeatureTable expression(CellState controls, Collection<String> targets) {
    Pseudobulk moments = Pseudobulk.logNormalized(controls);
    Map<String, FeatureVector> vectors = new TreeMap<>();
    for (String target : targets) {
      OptionalInt gene = controls.genes().find(target);
      if (gene.isPresent()) {
        float mean = (float) moments.mean(gene.getAsInt());
        float share = (float) ((double) moments.detected(gene.getAsInt()) / moments.cells());
        vectors.put(target, FeatureVector.of(new float[] {mean, share}));
      }
    }
    return FeatureTable.ofVectors("expression in controls of " + controls.context(), vectors);
  }

  /**
   * The target's co-expression: its Pearson correlation over cells with every measured gene; 0 with
   * genes that do not vary. Targets that do not vary themselves have no vector.
   *
   * @param controls unperturbed cells of one context, {@link #LEAST_CELLS} or more
   * @param targets gene ids or symbols
   * @return a value per gene of the controls, per measured target
   * @throws InvalidDataException if there are too few cells, or no target is measured and varies
   */
  public static FeatureTable coExpression(CellState controls, Collection<String> targets) {
    if (controls.cells() < LEAST_CELLS) {
      throw new InvalidDataException(
          controls.cells() + " cells are too few for co-expression",
          "controls of " + controls.context(),
          "Pass " + LEAST_CELLS + " cells or more, or do without this block.");
    }
    List<String> measured = new ArrayList<>();
    Map<Integer, Integer> row = new HashMap<>(); // gene -> row of its products
    for (String target : new LinkedHashSet<>(targets)) {
      OptionalInt gene = controls.genes().find(target);
      if (gene.isPresent()) {
        measured.add(target);
        row.putIfAbsent(gene.getAsInt(), row.size());
      }
    }
    double[][] products = products(controls, row);
    Pseudobulk moments = Pseudobulk.logNormalized(controls);
    Map<String, FeatureVector> vectors = new TreeMap<>();
    for (String target : measured) {
      int gene = controls.genes().indexOf(target);
      if (moments.variance(gene) > 0) {
        vectors.put(
            target,
            FeatureVector.of(
                correlations(moments, gene, products[Objects.requireNonNull(row.get(gene))])));
      }
    }
    return FeatureTable.ofVectors("co-expression in controls of " + controls.context(), vectors);
  }

  /** The sums over cells of products of the wanted genes with all genes. */
  private static double[][] products(CellState controls, Map<Integer, Integer> row) {
    double[][] products = new double[row.size()][controls.genes().size()];
    boolean counts = controls.units() instanceof ExpressionUnits.RawCounts;
    for (long first = 0; first < controls.cells(); first += BLOCK_ROWS) {
      int rows = (int) Math.min(BLOCK_ROWS, controls.cells() - first);
      CsrMatrix block = controls.expression().block(first, rows);
      CsrMatrix logs =
          counts ? Normalization.logNormalize(block, Normalization.DEFAULT_TOTAL) : block;
      for (int r = 0; r < rows; r++) {
        for (int k = logs.rowStart(r); k < logs.rowStart(r + 1); k++) {
          Integer wanted = row.get(logs.geneAt(k));
          for (int j = logs.rowStart(r); wanted != null && j < logs.rowStart(r + 1); j++) {
            products[wanted][logs.geneAt(j)] += (double) logs.valueAt(k) * logs.valueAt(j);
          }
        }
      }
    }
    return products;
  }

  private static float[] correlations(Pseudobulk moments, int gene, double[] products) {
    float[] correlation = new float[products.length];
    long n = moments.cells();
    for (int g = 0; g < correlation.length; g++) {
      double deviations = Math.sqrt(moments.variance(gene)) * Math.sqrt(moments.variance(g));
      if (deviations > 0) {
        double covariance = (products[g] - n * moments.mean(gene) * moments.mean(g)) / (n - 1);
        correlation[g] = (float) Math.max(-1, Math.min(1, covariance / deviations));
      }
    }
    return correlation;
  }
}
