package org.virtualcell.compute;

/** What stands at the end of a layer, applied to each element of a product before it is written. */
public enum Activation {
  /** The element itself. */
  NONE(0),
  /** max(0, x). */
  RELU(1),
  /** x Phi(x) = x (1 + erf(x / sqrt 2)) / 2, Phi the normal distribution function. */
  GELU(2),
  /** GELU's older form, x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, of GPT-2. */
  GELU_TANH(3),
  /** x / (1 + exp(-x)). */
  SILU(4),
  /** log(1 + exp(x)). */
  SOFTPLUS(5);

  private final int number;

  Activation(int number) {
    this.number = number;
  }

  /**
   * What native kernels know it by.
   *
   * @return its {@code VC_ACTIVATION_*} of the native boundary
   */
  public int number() {
    return number;
  }

  /**
   * The activation of one number; what the Java device computes. Its derivative lies between -0.2
   * and 1.2, so an error of x grows by at most a fifth. Accurate to 1e-7 of |x|.
   *
   * @param x any number
   * @return its activation; NaN stays NaN
   */
  public float of(float x) {
    return switch (this) {
      case NONE -> x;
      case RELU -> x < 0 ? 0 : x;
      case GELU -> x < 0 ? (float) (x * upperTail(-x)) : (float) (x * (1 - upperTail(x)));
      case GELU_TANH -> logistic(x, 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
      case SILU -> logistic(x, x);
      case SOFTPLUS -> x > 40 ? x : (float) Math.log1p(Math.exp(x));
    };
  }

  /**
   * The activation of one number in double precision.
   *
   * @param x any number
   * @return its activation
   */
  double of(double x) {
    return switch (this) {
      case NONE -> x;
      case RELU -> x < 0 ? 0 : x;
      case GELU -> x * NormalDistribution.below(x);
      case GELU_TANH -> x * sigmoid(2 * tanhArgument(x));
      case SILU -> x * sigmoid(x);
      case SOFTPLUS -> x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    };
  }

  /**
   * The derivative of the activation in double precision; 0 at the kink of {@link #RELU}.
   *
   * @param x any number
   * @return the slope there
   */
  double slope(double x) {
    return switch (this) {
      case NONE -> 1;
      case RELU -> x > 0 ? 1 : 0;
      case GELU -> NormalDistribution.below(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double s = sigmoid(2 * tanhArgument(x));
        double inner = 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
        yield s + x * s * (1 - s) * inner;
      }
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case SOFTPLUS -> sigmoid(x);
    };
  }

  private static double tanhArgument(double x) {
    return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** x / (1 + exp(-y)), 0 where that underflows for y towards minus infinity. */
  private static float logistic(float x, double y) {
    return y < -700 ? 0 * Math.signum(x) : (float) (x / (1 + Math.exp(-y)));
  }

  /**
   * The normal distribution above x, x zero or more, within 8e-8: Abramowitz and Stegun 7.1.26 for
   * erfc(x / sqrt 2) / 2.
   */
  private static double upperTail(double x) {
    double z = x * Math.sqrt(0.5);
    double t = 1 / (1 + 0.3275911 * z);
    double series =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return x > 40 ? 0 : 0.5 * series * Math.exp(-z * z);
  }
}
