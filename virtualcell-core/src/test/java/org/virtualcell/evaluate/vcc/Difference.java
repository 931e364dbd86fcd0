package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;

/** The largest differences found, by quantity; every single one is held to its tolerance. */
final class Difference {
  private final Map<String, Double> largest = new TreeMap<>();

  void absolute(String quantity, double expected, double actual, double tolerance, String place) {
    boolean undefined = Double.isNaN(expected) && Double.isNaN(actual);
    double d = undefined || expected == actual ? 0 : Math.abs(expected - actual);
    check(quantity, d, tolerance, place + ": " + expected + " but was " + actual);
  }

  void relative(String quantity, double expected, double actual, double tolerance, String place) {
    boolean same = Double.isNaN(expected) && Double.isNaN(actual) || expected == actual;
    double d = same ? 0 : Math.abs(expected - actual) / Math.abs(expected);
    check(quantity, d, tolerance, place + ": " + expected + " but was " + actual);
  }

  private void check(String quantity, double d, double tolerance, String message) {
    largest.merge(quantity, d, Math::max);
    assertTrue(d <= tolerance, () -> quantity + " differs by " + d + " at " + message);
  }

  @Override
  public String toString() {
    return largest.toString();
  }
}
