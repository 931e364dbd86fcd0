package org.virtualcell.evaluate.celleval;

import java.util.SplittableRandom;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.evaluate.paired.Resources;

/**
 * The original's data ceiling: of each group of n cells 2n are drawn with replacement, the first n
 * play the measured cells and the others the prediction. Both halves share cells and hold
 * duplicates, so that it is optimistic; disjoint halves are the honest ceiling.
 */
public final class DataCeiling {
  private DataCeiling() {}

  /**
   * Evaluates given draws.
   *
   * @param real measured cells
   * @param asReal the rows that play the measured cells
   * @param asPredicted the rows that play the prediction
   * @param options profile, control and rules
   * @param progress hears how far the work is; may cancel
   * @return the metrics
   * @throws InvalidDataException if a row is out of range or a group is on one side only
   */
  public static CellEvalResult of(
      CellEvalSide real,
      int[] asReal,
      int[] asPredicted,
      CellEvalOptions options,
      Progress progress) {
    return of(
        real,
        asReal,
        asPredicted,
        options,
        Resources.defaults().withBytes(Long.MAX_VALUE),
        progress);
  }

  private static CellEvalResult of(
      CellEvalSide real,
      int[] asReal,
      int[] asPredicted,
      CellEvalOptions options,
      Resources resources,
      Progress progress) {
    for (int[] rows : new int[][] {asReal, asPredicted}) {
      for (int row : rows) {
        if (row < 0 || row >= real.labels().size()) {
          throw new InvalidDataException(
              "Row " + row + " is not among the cells",
              real.source() + ", " + real.labels().size() + " cells",
              "Draw rows of these cells, counted from 0.");
        }
      }
    }
    // counts are converted before the draw: both halves share one median
    CellEvalSide logged = LogValues.of(real, options.allowDiscrete()).side();
    return CellEval.evaluate(
        logged.select(asReal), logged.select(asPredicted), options, resources, progress);
  }

  /**
   * Draws with a seed and evaluates. The draws are not those of numpy.
   *
   * @param real measured cells
   * @param seed of the draw
   * @param options profile, control and rules
   * @param progress hears how far the work is; may cancel
   * @return the metrics
   * @throws InvalidDataException if the cells cannot be evaluated
   */
  public static CellEvalResult of(
      CellEvalSide real, long seed, CellEvalOptions options, Progress progress) {
    return of(real, seed, options, Resources.defaults().withBytes(Long.MAX_VALUE), progress);
  }

  /**
   * Draws with a seed and evaluates within a budget. The draws are not those of numpy.
   *
   * @param real measured cells
   * @param seed of the draw
   * @param options profile, control and rules
   * @param resources threads, and the bytes of cells to hold at a time
   * @param progress hears how far the work is; may cancel
   * @return the metrics
   * @throws InvalidDataException if the cells cannot be evaluated
   * @throws org.virtualcell.api.MemoryBudgetException if a group does not fit the budget
   */
  public static CellEvalResult of(
      CellEvalSide real,
      long seed,
      CellEvalOptions options,
      Resources resources,
      Progress progress) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = real.labels().size();
    int[] asReal = new int[n];
    int[] asPredicted = new int[n];
    int next = 0;
    for (int[] rows : ComparedSides.rows(real.labels()).values()) {
      for (int k = 0; k < rows.length; k++) {
        asReal[next + k] = rows[random.nextInt(rows.length)];
      }
      for (int k = 0; k < rows.length; k++) {
        asPredicted[next + k] = rows[random.nextInt(rows.length)];
      }
      next += rows.length;
    }
    return of(real, asReal, asPredicted, options, resources, progress);
  }
}
