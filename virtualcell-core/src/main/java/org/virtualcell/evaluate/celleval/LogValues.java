package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.stats.differential.CellValues;

/**
 * The original's way to log1p values: values with a fraction are taken as log1p already, whole
 * numbers as counts, which are divided by the cell's total, multiplied by the median total of the
 * file and logarithmised, in the precision of the file.
 */
final class LogValues implements CellValues {
  private static final double FRACTION = 1e-3;
  private static final double LARGEST_LOG = 15;

  /** Cells read at a time. */
  private static final int BLOCK = 512;

  private final CellValues counts;
  private final double[] scale;
  private final boolean single;

  private LogValues(CellValues counts, double[] scale, boolean single) {
    this.counts = counts;
    this.scale = scale;
    this.single = single;
  }

  /** A side in log1p values, and a sentence about what was done. */
  record Result(CellEvalSide side, String note) {}

  static Result of(CellEvalSide side, boolean allowDiscrete) {
    CellValues values = side.values();
    double[] total = new double[values.cells()];
    int[] gene = new int[values.genes()];
    double[] value = new double[values.genes()];
    boolean fractions = false;
    double largest = 0;
    int largestCell = 0;
    int largestGene = 0;
    CellValues block = values;
    for (int cell = 0; cell < total.length; cell++) {
      if (cell % BLOCK == 0) {
        int[] next = IntStream.range(cell, Math.min(cell + BLOCK, total.length)).toArray();
        block = values.gather(next);
      }
      int count = block.row(cell % BLOCK, gene, value);
      for (int k = 0; k < count; k++) {
        if (!(value[k] >= 0) || Double.isInfinite(value[k])) {
          throw new InvalidDataException(
              "A value is " + plain(value[k]),
              place(side, cell, gene[k]),
              value[k] < 0
                  ? "Pass counts or log1p values, which are zero or more."
                  : "Remove or repair values that are not finite.");
        }
        fractions |= value[k] - Math.floor(value[k]) > FRACTION;
        total[cell] += value[k];
        if (value[k] > largest) {
          largest = value[k];
          largestCell = cell;
          largestGene = gene[k];
        }
      }
    }
    if (allowDiscrete) {
      return new Result(side, "taken as log1p values as told");
    }
    if (!fractions) {
      return converted(side, total);
    }
    if (largest >= LARGEST_LOG) {
      throw new InvalidDataException(
          "A value of " + plain(largest) + " is too large for log1p values",
          place(side, largestCell, largestGene),
          "Pass log1p values or whole counts, or allow discrete values.");
    }
    return new Result(side, "log1p values");
  }

  /** As the file has it: values in single precision with their own digits. */
  private static String plain(double value) {
    return (float) value == value ? Float.toString((float) value) : Double.toString(value);
  }

  private static String place(CellEvalSide side, int cell, int gene) {
    return side.source()
        + ", cell "
        + cell
        + " ("
        + side.labels().get(cell)
        + "), gene "
        + side.genes().get(gene);
  }

  private static Result converted(CellEvalSide side, double[] total) {
    boolean single = side.storage() != CellEvalSide.Storage.DOUBLE;
    boolean filled = side.storage() == CellEvalSide.Storage.DENSE_SINGLE;
    double median = median(Arrays.stream(total).filter(t -> !filled || t > 0).toArray());
    if (!(median > 0)) {
      throw new InvalidDataException(
          "Half of the cells have no count, so that no median total exists",
          side.source(),
          "Leave empty cells out.");
    }
    double[] scale = new double[total.length];
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] = single ? (float) total[cell] / (float) median : total[cell] / median;
    }
    return new Result(
        side.withValues(new LogValues(side.values(), scale, single)),
        "counts, scaled to the median total of " + median + " and log1p");
  }

  private static double median(double... values) {
    if (values.length == 0) {
      return 0;
    }
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  @Override
  public int cells() {
    return counts.cells();
  }

  @Override
  public int genes() {
    return counts.genes();
  }

  @Override
  public int row(int cell, int[] gene, double[] value) {
    int count = counts.row(cell, gene, value);
    for (int k = 0; k < count; k++) {
      value[k] =
          single
              ? (float) StrictMath.log1p((float) value[k] / (float) scale[cell])
              : StrictMath.log1p(value[k] / scale[cell]);
    }
    return count;
  }

  @Override
  public CellValues gather(int... chosen) {
    double[] own = Arrays.stream(chosen).mapToDouble(cell -> scale[cell]).toArray();
    return new LogValues(counts.gather(chosen), own, single);
  }

  @Override
  public long gatheredBytes(int... chosen) {
    return counts.gatheredBytes(chosen);
  }
}
