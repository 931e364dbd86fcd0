package org.virtualcell.model.cells;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.Pseudobulk;

/**
 * Makes cells that carry an effect out of unperturbed ones, so that mean, variance and detection
 * rate of every gene are those of cells in which its rate has changed.
 *
 * <p>Control cells are drawn (each once before any a second time), then changed gene by gene by a
 * factor f on the gene's molecules: for f below 1 each molecule stays with probability f; for f
 * above 1 molecules come on top, Poisson around (f - 1) times the cell's own rate, which is drawn
 * from what its count leaves open: gamma with shape {@code 1/d + x} and mean {@code (1 + d x) / (1
 * + d e) x e} for count x, expectation e at its depth and the gene's dispersion d among the
 * controls. If controls are negative binomial, so are the cells made, with mean f e and the same
 * dispersion. The factor is the one that changes the mean of log1p values by the effect. The number
 * of molecules of every cell is kept: raw counts stay whole numbers that sum to what they summed
 * to.
 *
 * <p>log1p values are turned into molecules by the smallest positive value of the cell and back;
 * their sums are not kept, since a panel's sum may change. Immutable and thread-safe.
 */
public final class CellGenerator {
  private static final int MOST_CELLS = 2048; // that rates and dispersions are taken from

  private final CellState controls;
  private final double total;
  private final double[] mean;
  private final GeneCounts counts;
  private final MeanResponse response;

  private CellGenerator(CellState controls, double total, double scale) {
    this.controls = controls;
    this.total = total;
    this.mean = new double[controls.genes().size()];
    Pseudobulk moments = Pseudobulk.logNormalized(controls);
    for (int g = 0; g < mean.length; g++) {
      mean[g] = moments.mean(g);
    }
    Molecules[] some = spaced(MOST_CELLS);
    this.counts = GeneCounts.of(some, mean.length);
    this.response = new MeanResponse(new GeneAtoms(some, mean.length), counts, scale);
  }

  private Molecules[] spaced(int most) {
    long cells = controls.cells();
    int n = (int) Math.min(most, cells);
    Molecules[] chosen = new Molecules[n];
    for (int i = 0; i < n; i++) {
      chosen[i] = Molecules.of(controls, i * cells / n, total);
    }
    return chosen;
  }

  /**
   * A generator of cells like some controls.
   *
   * @param controls unperturbed cells of one context, raw counts or log1p values
   * @return the generator; effects are changes of mean log1p values at the total of the controls,
   *     or at {@link Normalization#DEFAULT_TOTAL} for raw counts
   */
  public static CellGenerator of(CellState controls) {
    return of(controls, ExpressionUnits.logNormalized(Normalization.DEFAULT_TOTAL));
  }

  /**
   * A generator of cells like some controls, for effects in other units.
   *
   * @param controls unperturbed cells of one context, raw counts or log1p values
   * @param effectUnits log1p units that effects are stated in; without a stated total, or where the
   *     controls have none, that of the controls
   * @return the generator
   */
  public static CellGenerator of(CellState controls, ExpressionUnits effectUnits) {
    OptionalDouble wanted = totalOf(effectUnits);
    OptionalDouble own = totalOf(controls.units());
    if (controls.units() instanceof ExpressionUnits.RawCounts) {
      return new CellGenerator(controls, wanted.orElse(Normalization.DEFAULT_TOTAL), 1);
    }
    double scale =
        own.isPresent() && wanted.isPresent() ? wanted.getAsDouble() / own.getAsDouble() : 1;
    return new CellGenerator(controls, Double.NaN, scale);
  }

  private static OptionalDouble totalOf(ExpressionUnits units) {
    return units instanceof ExpressionUnits.LogNormalized log
        ? log.total()
        : OptionalDouble.empty();
  }

  /**
   * Makes cells.
   *
   * @param genes the genes of the cells made
   * @param column which gene of the controls each of them is; all different
   * @param effect the change of the mean log1p value of each
   * @param cells how many, one or more
   * @param seed the same seed gives the same bytes
   * @return the cells, in the controls' units and context, with the substates of the controls they
   *     were made from where those are labelled
   * @throws InvalidDataException if the sizes differ or an effect is not finite
   */
  public CellState generate(
      GeneVocabulary genes, int[] column, double[] effect, int cells, long seed) {
    if (genes.size() != column.length || effect.length != column.length || cells < 1) {
      throw new InvalidDataException(
          cells
              + " cells of "
              + genes.size()
              + " genes were asked for with "
              + effect.length
              + " effects",
          "cells of " + controls.context(),
          "Pass one column and one effect per gene, and ask for one cell or more.");
    }
    double[] factor = factors(genes, column, effect);
    Draws draws = new Draws(seed);
    float[][] made = new float[cells][];
    List<String> labels = new ArrayList<>();
    long[] order = order(cells, draws);
    long[] before = new long[mean.length];
    for (int i = 0; i < cells; i++) {
      Molecules cell = Molecules.of(controls, order[i], total);
      cell.countsInto(before);
      made[i] = cell(cell, before, column, factor, draws);
      long row = order[i];
      controls.substates().ifPresent(all -> labels.add(all.get((int) row)));
    }
    CellState state =
        CellState.of(
            genes, CsrMatrix.ofDense(made, genes.size()), controls.units(), controls.context());
    return controls.substates().isPresent() ? state.withSubstates(labels) : state;
  }

  private double[] factors(GeneVocabulary genes, int[] column, double[] effect) {
    double[] factor = new double[effect.length];
    for (int g = 0; g < factor.length; g++) {
      if (!Double.isFinite(effect[g])) {
        throw new InvalidDataException(
            "The effect of gene " + genes.id(g) + " is " + effect[g],
            "cells of " + controls.context(),
            "Pass finite effects.");
      }
      factor[g] = response.factor(column[g], mean[column[g]], effect[g]);
    }
    return factor;
  }

  /** Rows in random order, each once before any again. */
  private long[] order(int cells, Draws draws) {
    long[] order = new long[cells];
    if (controls.cells() > Integer.MAX_VALUE - 8) {
      for (int i = 0; i < cells; i++) {
        order[i] = draws.below(controls.cells());
      }
      return order;
    }
    int n = (int) controls.cells();
    int[] deck = new int[n];
    for (int i = 0; i < cells; i++) {
      int at = i % n;
      if (at == 0) {
        for (int k = 0; k < n; k++) {
          deck[k] = k;
        }
      }
      int other = at + draws.below(n - at);
      int drawn = deck[other];
      deck[other] = deck[at];
      deck[at] = drawn;
      order[i] = drawn;
    }
    return order;
  }

  private float[] cell(Molecules cell, long[] before, int[] column, double[] factor, Draws draws) {
    long[] now = new long[column.length];
    long had = 0;
    long has = 0;
    for (int g = 0; g < now.length; g++) {
      long x = before[column[g]];
      double f = factor[g];
      now[g] = f < 1 ? draws.binomial(x, f) : f > 1 ? x + more(cell, column[g], x, f, draws) : x;
      had += x;
      has += now[g];
    }
    if (controls.units() instanceof ExpressionUnits.RawCounts) {
      Depth.keep(now, has, had, g -> factor[g] * own(cell, column[g], before), draws);
    }
    float[] values = new float[column.length];
    for (int g = 0; g < values.length; g++) {
      values[g] = cell.value(column[g], before[column[g]], now[g]);
    }
    return values;
  }

  private double own(Molecules cell, int gene, long[] before) {
    return counts.ownRate(gene, (double) before[gene], counts.expected(gene, cell));
  }

  private long more(Molecules cell, int gene, long count, double factor, Draws draws) {
    double own = counts.ownRate(gene, (double) count, counts.expected(gene, cell));
    if (!(own > 0)) {
      return 0;
    }
    return counts.varies(gene)
        ? draws.negativeBinomial((factor - 1) * own, counts.shape(gene, (double) count))
        : draws.poisson((factor - 1) * own);
  }
}
