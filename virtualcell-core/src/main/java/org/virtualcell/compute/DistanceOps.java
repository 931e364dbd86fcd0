package org.virtualcell.compute;

/**
 * Euclidean distances between cells, their means over sets of cells, and the energy distance with
 * its gradient. Rules common to all operations stand at {@link Lane}. Operands are dense and
 * row-major, a row is a cell in gene space or in a reduced space; zero cells or columns are
 * allowed. Distances are never materialised except by the first two operations.
 *
 * <p>Accuracy: a squared distance comes from |x|^2 + |y|^2 - 2 x'y of centred cells, or from the
 * differences themselves where that would cancel (below a hundredth of |x|^2 + |y|^2), so a
 * distance is good to 2e-5 of itself and identical cells have distance 0 exactly. Products sum in
 * single precision in blocks, means in double. The order of summation is fixed by the shapes alone:
 * the same bytes at every run and for any number of threads of one device. Both precisions of a
 * lane compute the same. Squares of values must fit single precision. A value that is not finite
 * makes the results of the sets that hold it not finite, and of those only.
 *
 * <p>In the energy distance of State's training loss, half of the usual one, both sets weigh their
 * cells alike and pairs of a cell with itself count (a V-statistic):
 *
 * <pre>
 *   L(X, Y) = mean d(x, y) - mean d(x, x') / 2 - mean d(y, y') / 2
 *   dL/dx_i = 1/(S T) sum over j of (x_i - y_j) / d(x_i, y_j)
 *             - 1/S^2 sum over j of (x_i - x_j) / d(x_i, x_j),      pairs of distance 0 left out
 * </pre>
 */
public sealed interface DistanceOps permits CoreDistanceOps {
  /**
   * All distances of two sets: out[i,j] = |x_i - y_j|. Tolerance: 2e-5 relative.
   *
   * @param x {@link DType#F32}, [n, d]
   * @param y {@link DType#F32}, [m, d]; may be x
   * @param out {@link DType#F32}, [n, m]
   */
  void distances(Tensor x, Tensor y, Tensor out);

  /**
   * All squared distances of two sets: out[i,j] = |x_i - y_j|^2. Tolerance: 4e-5 relative.
   *
   * @param x {@link DType#F32}, [n, d]
   * @param y {@link DType#F32}, [m, d]; may be x
   * @param out {@link DType#F32}, [n, m]
   */
  void squaredDistances(Tensor x, Tensor y, Tensor out);

  /**
   * The mean distance of each pair of sets: out[b] = mean over i, j of |x_bi - y_bj|; not a number
   * for an empty set. Tolerance: 2e-5 relative.
   *
   * @param x {@link DType#F32}, [b, s, d]
   * @param y {@link DType#F32}, [b, t, d]; may be x
   * @param out {@link DType#F32}, [b]
   */
  void meanDistances(Tensor x, Tensor y, Tensor out);

  /**
   * The energy distance of each pair of sets: out[b] = L(x_b, y_b); not a number for an empty set.
   * Tolerance: 2e-5 of the sum of its three means.
   *
   * @param x {@link DType#F32}, [b, s, d]
   * @param y {@link DType#F32}, [b, t, d]; may be x
   * @param out {@link DType#F32}, [b]
   */
  void energyDistance(Tensor x, Tensor y, Tensor out);

  /**
   * {@link #energyDistance} and its gradient by the cells of x, in one pass: gradient[b,i] =
   * weight[b] dL(x_b, y_b)/dx_i. Tolerance of a gradient's element k: 4e-5 of weight[b] times the
   * sum over the pairs of i of (|x_ik - m_k| + |z_jk - m_k|) / d_ij, each with its factor 1/(S T)
   * or 1/S^2, where m is the mean of both sets.
   *
   * @param x {@link DType#F32}, [b, s, d]
   * @param y {@link DType#F32}, [b, t, d]; may be x, and counts as constant also then
   * @param weight {@link DType#F32}, [b]: the factor of each set's loss, 1/b for a mean over sets
   * @param out {@link DType#F32}, [b]
   * @param gradient {@link DType#F32}, [b, s, d]
   */
  void energyGradient(Tensor x, Tensor y, Tensor weight, Tensor out, Tensor gradient);

  /**
   * The mean distance and the energy distance of every pair of groups of cells, the cells of a
   * group being consecutive rows: means[g,h] = mean over i in g, j in h of |x_i - x_j| and
   * energy[g,h] = 2 means[g,h] - means[g,g] - means[h,h], the usual one, which is twice L above.
   * Both are symmetric, and energy[g,g] is 0. Not a number for an empty group. Tolerance: means
   * 2e-5 relative; energy 2e-5 of the sum of its terms.
   *
   * @param x {@link DType#F32}, [n, d]
   * @param start {@link DType#I64}, [groups + 1]: group g is the rows start[g] to start[g + 1] - 1;
   *     must not fall, nor leave 0 to n. Rows before the first and from the last on are in no group
   * @param means {@link DType#F32}, [groups, groups]
   * @param energy {@link DType#F32}, [groups, groups]
   * @throws org.virtualcell.api.VirtualCellException if a start is out of order or out of range; on
   *     a device that works in the background when the queue is waited for
   */
  void groupDistances(Tensor x, Tensor start, Tensor means, Tensor energy);

  /**
   * The scratch an operation needs for given operands; what {@link Lane#reserveScratch} takes.
   *
   * @param op one of the operations above
   * @param x its first operand
   * @param y its second operand: y, or start
   * @return bytes
   */
  long scratchBytes(Op op, Tensor x, Tensor y);
}
