package org.virtualcell.nn;

/**
 * The logarithm of the gamma function and its derivative above zero, by Stirling's series from 12
 * on and the recurrence below; within 1e-13 of max(1, result).
 */
final class LogGamma {
  private static final double FROM = 12;

  private LogGamma() {}

  static double of(double x) {
    double shift = 0;
    double z = x;
    while (z < FROM) {
      shift += Math.log(z);
      z++;
    }
    double w = 1 / (z * z);
    double series =
        (1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w * (1.0 / 1680 - w / 1188)))) / z;
    return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  static double slope(double x) {
    double shift = 0;
    double z = x;
    while (z < FROM) {
      shift += 1 / z;
      z++;
    }
    double w = 1 / (z * z);
    double series = w * (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240 - w / 132))));
    return Math.log(z) - 0.5 / z - series - shift;
  }
}
