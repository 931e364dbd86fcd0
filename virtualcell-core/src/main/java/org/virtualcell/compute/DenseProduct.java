package org.virtualcell.compute;

import java.util.Objects;
import org.virtualcell.api.InvalidDataException;

/**
 * What {@link DenseOps#multiply} computes beside A B. Start from {@link #plain()}; make it once and
 * keep it, so that a call creates no garbage. It holds tensors and closes none of them.
 *
 * <p>With z = factor * op(A) op(B) [+ out] [+ bias], the result is out = activation(z) [+
 * residual].
 *
 * @param transposeA whether op(A) is A', A stored as [k, m]
 * @param transposeB whether op(B) is B', B stored as [n, k]; false for a packed one
 * @param accumulate whether what out holds is added to z; out is {@link DType#F32} then
 * @param factor multiplies the product; finite
 * @param activation applied to z
 * @param bias {@link DType#F32}, [n], or null for none
 * @param residual {@link DType#F32} or {@link DType#BF16}, [m, n], added at the end, or null
 * @param before {@link DType#F32} or {@link DType#BF16}, [m, n], receives z, or null
 * @param copy {@link DType#BF16}, [m, n], receives out, rounded, or null
 */
public record DenseProduct(
    boolean transposeA,
    boolean transposeB,
    boolean accumulate,
    float factor,
    Activation activation,
    Tensor bias,
    Tensor residual,
    Tensor before,
    Tensor copy) {
  private static final DenseProduct PLAIN =
      new DenseProduct(false, false, false, 1, Activation.NONE, null, null, null, null);

  /**
   * Checks the factor.
   *
   * @throws InvalidDataException if it is not finite
   */
  public DenseProduct {
    Objects.requireNonNull(activation, "activation");
    if (!Float.isFinite(factor)) {
      throw new InvalidDataException(
          "A product is scaled by a number that is not finite", "factor " + factor, "Pass 1.");
    }
  }

  /**
   * out = A B.
   *
   * @return the same at every call
   */
  public static DenseProduct plain() {
    return PLAIN;
  }

  /**
   * With A' in place of A.
   *
   * @return a copy
   */
  public DenseProduct ofTransposedA() {
    return new DenseProduct(
        true, transposeB, accumulate, factor, activation, bias, residual, before, copy);
  }

  /**
   * With B' in place of B.
   *
   * @return a copy
   */
  public DenseProduct ofTransposedB() {
    return new DenseProduct(
        transposeA, true, accumulate, factor, activation, bias, residual, before, copy);
  }

  /**
   * Adding to what out holds.
   *
   * @return a copy
   */
  public DenseProduct accumulating() {
    return new DenseProduct(
        transposeA, transposeB, true, factor, activation, bias, residual, before, copy);
  }

  /**
   * With another factor.
   *
   * @param newFactor see {@link #factor()}
   * @return a copy
   * @throws InvalidDataException if it is not finite
   */
  public DenseProduct times(float newFactor) {
    return new DenseProduct(
        transposeA, transposeB, accumulate, newFactor, activation, bias, residual, before, copy);
  }

  /**
   * With a bias and an activation.
   *
   * @param newBias see {@link #bias()}
   * @param newActivation see {@link #activation()}
   * @return a copy
   */
  public DenseProduct withBias(Tensor newBias, Activation newActivation) {
    return new DenseProduct(
        transposeA, transposeB, accumulate, factor, newActivation, newBias, residual, before, copy);
  }

  /**
   * With something added at the end.
   *
   * @param newResidual see {@link #residual()}
   * @return a copy
   */
  public DenseProduct withResidual(Tensor newResidual) {
    return new DenseProduct(
        transposeA, transposeB, accumulate, factor, activation, bias, newResidual, before, copy);
  }

  /**
   * With what the activation is applied to kept, for the way back.
   *
   * @param newBefore see {@link #before()}
   * @return a copy
   */
  public DenseProduct keeping(Tensor newBefore) {
    return new DenseProduct(
        transposeA, transposeB, accumulate, factor, activation, bias, residual, newBefore, copy);
  }

  /**
   * With a second, rounded output.
   *
   * @param newCopy see {@link #copy()}
   * @return a copy
   */
  public DenseProduct copying(Tensor newCopy) {
    return new DenseProduct(
        transposeA, transposeB, accumulate, factor, activation, bias, residual, before, newCopy);
  }
}
