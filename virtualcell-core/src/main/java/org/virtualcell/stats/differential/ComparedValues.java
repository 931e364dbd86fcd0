package org.virtualcell.stats.differential;

/** What a stored value becomes: the value compared, and the value in count space. */
final class ComparedValues {
  private static final double MILLION = 1e6;

  private final boolean counts;
  private final DifferentialEngine.Values values;

  ComparedValues(DifferentialOptions options) {
    this.counts = options.units() == DifferentialOptions.Units.COUNTS;
    this.values = options.engine().compared();
  }

  /** The value that is ranked. */
  double compared(double stored, double total) {
    if (!counts) {
      return stored;
    }
    // the quotient ties exactly where the rational numbers do; y / (L / 1e6) does not
    return values == DifferentialEngine.Values.EXACT
        ? stored / total
        : StrictMath.log1p(perMillion(stored, total));
  }

  /** The value in count space: counts per million, or expm1 of log1p values. */
  double linear(double stored, double total) {
    return counts ? perMillion(stored, total) : StrictMath.expm1(stored);
  }

  /** log1p of the value in count space. */
  double logarithmic(double stored, double total) {
    return counts ? StrictMath.log1p(perMillion(stored, total)) : stored;
  }

  private static double perMillion(double stored, double total) {
    return stored / (total / MILLION);
  }
}
