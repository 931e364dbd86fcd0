package org.virtualcell.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;

/**
 * Decides what the values of a matrix are by stated rules, looking at all cells of small files and
 * at evenly spaced blocks of large ones.
 *
 * <ol>
 *   <li>A negative value or one that is not finite: no unit.
 *   <li>The caller, or the file's own note, states the units and no value contradicts: these.
 *   <li>Only whole numbers: raw counts.
 *   <li>expm1 of every cell sums to the same total: log1p of counts scaled to that total.
 *   <li>expm1 of every cell is whole multiples of the cell's smallest one: log1p of counts scaled
 *       to a total that is not stated (genes are missing from the file, for instance).
 *   <li>The file says like scanpy ({@code uns/log1p}) that it is log1p: as the rule before.
 *   <li>Else no unit.
 * </ol>
 */
final class UnitsDetector {
  /** Above ln(1 + 10^9) a value is no logarithm of a molecule count. */
  private static final double LARGEST_LOG = 20.8;

  private static final double SAME_TOTAL = 1e-3; // relative; single precision leaves 1e-6
  private static final double WHOLE = 0.01; // how far from a whole number a multiple may be
  private static final double ROUNDED = 1e-3; // and for each unit, as files round to 3 digits
  private static final double LEAST_WHOLE = 0.1; // but never further
  private static final double LARGEST_MULTIPLE = 2000; // beyond it single precision blurs the rest
  private static final double MOST_CELLS = 0.95;
  private static final int FEWEST_CELLS = 2;
  private static final long VALUES_LOOKED_AT = 4_000_000;
  private static final int BLOCKS = 64;
  private static final int BLOCK_ROWS = 1024;
  private static final int FAULTS_NAMED = 5;

  private final Source source;
  private final Statement statement;
  private final List<String> faults = new ArrayList<>();

  private long cells;
  private long stored;
  private double largest;
  private boolean whole = true;
  private final List<Double> expTotals = new ArrayList<>();
  private final List<Double> plainTotals = new ArrayList<>();
  private long informative; // cells with at least two different values
  private long multiples; // those of them that rule 4 holds for

  /**
   * What is said about the units beside the values.
   *
   * @param units what the caller or the file's own note states
   * @param by who states it
   * @param log1p whether the file says like scanpy that it is log1p
   */
  record Statement(Optional<ExpressionUnits> units, String by, boolean log1p) {
    static final Statement NONE = new Statement(Optional.empty(), "", false);
  }

  private UnitsDetector(Source source, Statement statement) {
    this.source = source;
    this.statement = statement;
  }

  static DetectedUnits detect(ExpressionMatrix matrix, Source source, Statement statement) {
    UnitsDetector detector = new UnitsDetector(source, statement);
    detector.look(matrix);
    return detector.decide(matrix.rows());
  }

  private void look(ExpressionMatrix matrix) {
    long mean = Math.max(1, matrix.nonZeros() / Math.max(1, matrix.rows()));
    long affordable = Math.max(BLOCKS, VALUES_LOOKED_AT / mean);
    boolean all = affordable >= matrix.rows();
    int block = (int) Math.min(BLOCK_ROWS, all ? BLOCK_ROWS : affordable / BLOCKS);
    long step = all ? block : matrix.rows() / BLOCKS;
    for (long row = 0; row < matrix.rows(); row += step) {
      CsrMatrix part = matrix.block(row, (int) Math.min(block, matrix.rows() - row));
      for (int r = 0; r < part.rows(); r++) {
        cell(part, r, row + r);
      }
    }
  }

  private void cell(CsrMatrix part, int r, long row) {
    double expTotal = 0;
    double total = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int k = part.rowStart(r); k < part.rowStart(r + 1); k++) {
      double v = part.valueAt(k);
      if (v < 0) {
        fault("value " + v + " in row " + row + ", gene " + source.geneName(part.geneAt(k)));
      }
      whole &= v == Math.rint(v);
      largest = Math.max(largest, v);
      total += v;
      expTotal += Math.expm1(v);
      smallest = v > 0 && v < smallest ? v : smallest;
    }
    cells++;
    stored += part.rowStart(r + 1) - part.rowStart(r);
    if (total > 0) {
      expTotals.add(expTotal);
      plainTotals.add(total);
      countMultiples(part, r, Math.expm1(smallest));
    }
  }

  private void countMultiples(CsrMatrix part, int r, double unit) {
    boolean different = false;
    boolean allWhole = true;
    for (int k = part.rowStart(r); k < part.rowStart(r + 1); k++) {
      double multiple = Math.expm1(part.valueAt(k)) / unit;
      if (multiple > 0 && multiple <= LARGEST_MULTIPLE) {
        different |= multiple > 1 + LEAST_WHOLE;
        double tolerance = Math.min(LEAST_WHOLE, WHOLE + ROUNDED * multiple);
        allWhole &= Math.abs(multiple - Math.rint(multiple)) <= tolerance;
      }
    }
    informative += different ? 1 : 0;
    multiples += different && allWhole ? 1 : 0;
  }

  private void fault(String text) {
    if (faults.size() < FAULTS_NAMED) {
      faults.add(text);
    }
  }

  private DetectedUnits decide(long rows) {
    String looked = cells == rows ? "all " + cells + " cells" : cells + " of " + rows + " cells";
    if (statement.units().isPresent() && faults.isEmpty()) {
      return stated(statement.units().get(), looked);
    }
    if (stored == 0 || largest == 0 && faults.isEmpty()) {
      return unknown("there is no value above zero in " + looked);
    }
    if (!faults.isEmpty()) {
      return unknown("negative values are neither counts nor log1p of counts");
    }
    if (whole) {
      return known(ExpressionUnits.rawCounts(), "every value is a whole number in " + looked);
    }
    if (largest > LARGEST_LOG) {
      return unknown(
          "values are fractional, so they are no counts, and reach "
              + largest
              + ", too much for log1p");
    }
    return decideFractional(looked);
  }

  private DetectedUnits stated(ExpressionUnits units, String looked) {
    if (units instanceof ExpressionUnits.RawCounts && !whole) {
      return unknown(statement.by() + " states raw counts, but values are fractional");
    }
    if (units instanceof ExpressionUnits.LogNormalized && largest > LARGEST_LOG) {
      return unknown(statement.by() + " states log1p, but values reach " + largest);
    }
    return known(units, statement.by() + " states it, and no value contradicts it in " + looked);
  }

  private DetectedUnits decideFractional(String looked) {
    Optional<Double> total = agreed(expTotals);
    if (total.isPresent()) {
      return known(
          ExpressionUnits.logNormalized(total.get()),
          "expm1 of every cell sums to " + total.get() + " in " + looked);
    }
    if (informative >= FEWEST_CELLS && multiples >= MOST_CELLS * informative) {
      return known(
          ExpressionUnits.logNormalizedToUnstatedTotal(),
          "expm1 of a cell is whole multiples of its smallest value in "
              + multiples
              + " of "
              + informative
              + " cells with two or more different values; "
              + "the sums differ, so the total is not known");
    }
    if (statement.log1p()) {
      return known(
          ExpressionUnits.logNormalizedToUnstatedTotal(),
          "the file states log1p (uns/log1p), and no value contradicts it in " + looked);
    }
    if (agreed(plainTotals).isPresent()) {
      return unknown(
          "every cell sums to " + agreed(plainTotals).get() + ": scaled, but not logged");
    }
    return unknown(
        "values are fractional, their expm1 sums differ and are no multiples of a smallest value");
  }

  /** The total all cells agree on, rounded where a round number lies within the tolerance. */
  private static Optional<Double> agreed(List<Double> totals) {
    if (totals.size() < FEWEST_CELLS) {
      return Optional.empty();
    }
    double[] sorted = totals.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = sorted[sorted.length / 2];
    boolean same = Arrays.stream(sorted).allMatch(t -> Math.abs(t - median) <= SAME_TOTAL * median);
    return same ? Optional.of(round(median)) : Optional.empty();
  }

  private static double round(double total) {
    double digit = Math.pow(10, Math.floor(Math.log10(total)));
    for (double unit : new double[] {digit, digit / 10, 1}) {
      double rounded = Math.rint(total / unit) * unit;
      if (Math.abs(rounded - total) <= SAME_TOTAL / 10 * total) {
        return rounded;
      }
    }
    return total;
  }

  private DetectedUnits known(ExpressionUnits units, String rule) {
    return new DetectedUnits(Optional.of(units), rule, faults);
  }

  private DetectedUnits unknown(String rule) {
    return new DetectedUnits(Optional.empty(), rule, faults);
  }
}
