package org.virtualcell.compute;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.virtualcell.api.InvalidDataException;

/**
 * Many small products of one shape, as attention needs: item (o, i) is out = factor * A B [+ out],
 * A m x k, B k x n, each a view of a tensor, the heads of all sets at once. Make it once and keep
 * it.
 *
 * @param outer how often the inner items are repeated (sets)
 * @param inner items of each (heads); one or more
 * @param m rows of A and out
 * @param n columns of B and out
 * @param k columns of A, rows of B
 * @param a where the A lie
 * @param b where the B lie
 * @param out where the results go; no two elements may meet
 * @param factor multiplies the products; finite
 * @param accumulate whether what out holds is added; out is {@link DType#F32} then
 */
public record DenseBatch(
    long outer,
    long inner,
    long m,
    long n,
    long k,
    View a,
    View b,
    View out,
    float factor,
    boolean accumulate) {

  /**
   * Where the matrices of all items lie in a tensor, in elements. Element (r, c) of item (o, i) is
   * at {@code offset + o * outer + i * inner + r * row + c}, or {@code ... + c * row + r} if
   * transposed.
   *
   * @param offset where the first begins
   * @param row from one row to the next of what is stored, before it is transposed
   * @param transposed whether the stored matrix is the transposed of the one meant
   * @param outer from one outer item to the next
   * @param inner from one inner item to the next
   */
  public record View(long offset, long row, boolean transposed, long outer, long inner) {
    /**
     * Checks the strides.
     *
     * @throws InvalidDataException if one is negative, or beyond 2^40
     */
    public View {
      for (long stride : new long[] {offset, row, outer, inner}) {
        if (stride < 0 || stride > 1L << 40) {
          throw new InvalidDataException(
              "A view has a stride out of range", Long.toString(stride), "Pass 0 to 2^40.");
        }
      }
    }

    /**
     * Row-major matrices that follow each other without gaps.
     *
     * @param rows of each
     * @param columns of each
     * @param innerItems how many belong to one outer item
     * @return the view
     */
    public static View packed(long rows, long columns, long innerItems) {
      return new View(0, columns, false, rows * columns * innerItems, rows * columns);
    }

    /**
     * The transposed of each.
     *
     * @return a copy
     */
    public View turned() {
      return new View(offset, row, !transposed, outer, inner);
    }

    /** One past the last element, of r x c matrices. */
    long end(long outerItems, long innerItems, long rows, long columns) {
      if (outerItems == 0 || innerItems == 0 || rows == 0 || columns == 0) {
        return 0;
      }
      long stored = transposed ? columns : rows;
      long across = transposed ? rows : columns;
      try {
        long end = Math.addExact(offset, across);
        end = Math.addExact(end, Math.multiplyExact(stored - 1, row));
        end = Math.addExact(end, Math.multiplyExact(outerItems - 1, outer));
        return Math.addExact(end, Math.multiplyExact(innerItems - 1, inner));
      } catch (ArithmeticException beyond) {
        return Long.MAX_VALUE;
      }
    }

    /** Whether no two elements of r x c matrices meet: each stride passes all smaller ones. */
    boolean apart(long outerItems, long innerItems, long rows, long columns) {
      long[][] steps = {
        {1, transposed ? rows : columns},
        {row, transposed ? columns : rows},
        {outer, outerItems},
        {inner, innerItems}
      };
      Arrays.sort(steps, Comparator.comparingLong(step -> step[0]));
      long reach = 1;
      for (long[] step : steps) {
        if (step[1] > 1) {
          if (step[0] < reach) {
            return false;
          }
          reach += (step[1] - 1) * step[0];
        }
      }
      return true;
    }
  }

  /**
   * Checks sizes, and that outputs do not meet.
   *
   * @throws InvalidDataException if a size is negative or the factor not finite, if results are
   *     transposed, or if two elements of the results meet
   */
  public DenseBatch {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(b, "b");
    Objects.requireNonNull(out, "out");
    boolean sizes = outer >= 0 && inner >= 1 && m >= 0 && n >= 0 && k >= 0;
    if (!sizes || !Float.isFinite(factor)) {
      throw new InvalidDataException(
          "A batch of products has a size or a factor out of range",
          outer + " x " + inner + " products " + m + " x " + n + " x " + k + ", factor " + factor,
          "Pass sizes of zero or more, one inner item or more, and a finite factor.");
    }
    if (out.transposed() || out.row() < n || !out.apart(outer, inner, m, n)) {
      throw new InvalidDataException(
          "The results of a batch of products would meet, or are transposed",
          out.toString(),
          "Pass row-major results with strides that pass one another.");
    }
  }
}
