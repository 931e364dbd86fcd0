package org.virtualcell.model.cells;

import java.util.Arrays;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;

/**
 * One cell as molecules. A value is {@code log1p(unit x molecules x residue)}: the unit is what one
 * molecule weighs in the cell, the total over the depth for raw counts. In log1p values it is the
 * smallest positive value of the cell, since scaled counts are multiples of one molecule; where
 * they are not (a denoised matrix), the residue keeps what the rounding to molecules takes away.
 */
final class Molecules {
  private final int[] gene;
  private final float[] value;
  private final long[] count;
  private final double unit; // 0 for a cell without any molecule
  private final boolean counted;

  private Molecules(int[] gene, float[] value, long[] count, double unit, boolean counted) {
    this.gene = gene;
    this.value = value;
    this.count = count;
    this.unit = unit;
    this.counted = counted;
  }

  /**
   * The cell of a row.
   *
   * @param total what a depth is scaled to, for raw counts
   */
  static Molecules of(CellState state, long row, double total) {
    CsrMatrix cell = state.expression().block(row, 1);
    int from = cell.rowStart(0);
    int n = cell.rowStart(1) - from;
    int[] gene = new int[n];
    float[] value = new float[n];
    for (int k = 0; k < n; k++) {
      gene[k] = cell.geneAt(from + k);
      value[k] = cell.valueAt(from + k);
    }
    long[] count = new long[n];
    if (state.units() instanceof ExpressionUnits.RawCounts) {
      long depth = 0;
      for (int k = 0; k < n; k++) {
        count[k] = (long) value[k];
        depth += count[k];
      }
      return new Molecules(gene, value, count, depth > 0 ? total / depth : 0, true);
    }
    double smallest = Double.POSITIVE_INFINITY;
    for (float v : value) {
      if (v > 0) {
        smallest = Math.min(smallest, StrictMath.expm1(v));
      }
    }
    for (int k = 0; k < n; k++) {
      count[k] = value[k] > 0 ? Math.max(1, Math.round(StrictMath.expm1(value[k]) / smallest)) : 0;
    }
    return new Molecules(gene, value, count, Double.isInfinite(smallest) ? 0 : smallest, false);
  }

  /** The values of all genes, in one array that is used again. */
  void countsInto(long[] perGene) {
    Arrays.fill(perGene, 0);
    for (int k = 0; k < gene.length; k++) {
      perGene[gene[k]] = count[k];
    }
  }

  /** What one molecule weighs. */
  double unit() {
    return unit;
  }

  /** How many genes are kept; with them {@link #gene(int)} and {@link #count(int)}. */
  int size() {
    return gene.length;
  }

  int gene(int k) {
    return gene[k];
  }

  long count(int k) {
    return count[k];
  }

  long countOf(int g) {
    int k = Arrays.binarySearch(gene, g);
    return k < 0 ? 0 : count[k];
  }

  /** The value, in the units of the state, of a gene that had one count and now has another. */
  float value(int g, long before, long now) {
    if (counted || now == 0) {
      return now;
    }
    double whole = unit * now;
    if (before > 0) {
      float old = value[Arrays.binarySearch(gene, g)];
      if (now == before) {
        return old;
      }
      whole *= StrictMath.expm1(old) / (unit * before);
    }
    return (float) StrictMath.log1p(whole);
  }
}
