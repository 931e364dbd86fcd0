package org.virtualcell.model.effect;

/**
 * An answer and what of it goes beyond the mean effect. Values are per active gene, as of log1p
 * expression.
 */
final class Beyond {
  private final double[] answer;
  private final double[] mean;
  private final double along; // times the mean effect is what of the answer goes along with it
  private final double open;

  /**
   * Takes an answer apart.
   *
   * @param expected of the model, in units of the scale
   * @param variance it leaves open, in units of the squared scale
   * @param mean effect, in any multiple
   */
  Beyond(ModeModel model, double[] expected, double[] variance, double[] mean) {
    this.answer = new double[expected.length];
    this.mean = mean;
    double whole = 0;
    double product = 0;
    double sum = 0;
    for (int a = 0; a < answer.length; a++) {
      answer[a] = expected[a] * model.scale(a);
      product += answer[a] * mean[a];
      whole += mean[a] * mean[a];
      sum += variance[a] * model.scale(a) * model.scale(a);
    }
    this.along = whole > 0 ? product / whole : 0;
    this.open = sum;
  }

  /** The answer beyond the mean effect. */
  double at(int activeGene) {
    return answer[activeGene] - along * mean[activeGene];
  }

  /** The whole answer. */
  double answer(int activeGene) {
    return answer[activeGene];
  }

  /** How many times the mean effect is in the answer. */
  double along() {
    return along;
  }

  /** The variance left open, summed over genes. */
  double open() {
    return open;
  }

  double square() {
    double sum = 0;
    for (int a = 0; a < answer.length; a++) {
      sum += at(a) * at(a);
    }
    return sum;
  }

  /** The share of the effect beyond the mean effect that the answer states, see {@link Trust}. */
  double clarity() {
    double square = square();
    return square > 0 ? square / (square + open) : 0;
  }

  /**
   * What the answer states of itself.
   *
   * @param size factor it is answered with
   */
  Trust.Stated stated(double size) {
    double whole = 0;
    for (double v : answer) {
      whole += v * v;
    }
    return new Trust.Stated(clarity(), whole > 0 ? whole / (whole + open) : 0, size);
  }
}
