package org.virtualcell.api;

/**
 * How much of a compound or protein was given.
 *
 * @param amount the amount, positive and finite
 * @param unit its unit
 */
public record Dose(double amount, Unit unit) {
  /**
   * Units of concentration. Molar units convert among each other, and so do mass units; the two
   * kinds do not mix.
   */
  public enum Unit {
    /** Moles per litre. */
    MOLAR("M", true, 1),
    /** Millimoles per litre. */
    MILLIMOLAR("mM", true, 1e-3),
    /** Micromoles per litre. */
    MICROMOLAR("uM", true, 1e-6),
    /** Nanomoles per litre. */
    NANOMOLAR("nM", true, 1e-9),
    /** Grams per litre, milligrams per millilitre. */
    GRAM_PER_LITRE("g/l", false, 1),
    /** Micrograms per millilitre. */
    MICROGRAM_PER_MILLILITRE("ug/ml", false, 1e-3),
    /** Nanograms per millilitre. */
    NANOGRAM_PER_MILLILITRE("ng/ml", false, 1e-6);

    private final String symbol;
    private final boolean molar;
    private final double factor;

    Unit(String symbol, boolean molar, double factor) {
      this.symbol = symbol;
      this.molar = molar;
      this.factor = factor;
    }

    /**
     * The symbol in plain ASCII.
     *
     * @return such as {@code uM}
     */
    public String symbol() {
      return symbol;
    }

    /**
     * Whether it counts moles rather than mass.
     *
     * @return true for molar units
     */
    public boolean isMolar() {
      return molar;
    }
  }

  /**
   * Checks the amount.
   *
   * @throws InvalidDataException if it is not positive and finite
   */
  public Dose {
    java.util.Objects.requireNonNull(unit, "unit");
    if (!(amount > 0 && Double.isFinite(amount))) {
      throw new InvalidDataException(
          "A dose must be positive and finite",
          String.valueOf(amount),
          "Use a control for dose zero.");
    }
  }

  /**
   * This dose in another unit of the same kind.
   *
   * @param other the unit wanted
   * @return the same dose
   * @throws UnitsMismatchException if one is molar and the other a mass
   */
  public Dose in(Unit other) {
    if (unit.molar != other.molar) {
      throw new UnitsMismatchException(
          "A dose in " + unit.symbol + " is no " + other.symbol,
          toString(),
          "Convert with the molar mass first.");
    }
    return new Dose(amount * unit.factor / other.factor, other);
  }

  @Override
  public String toString() {
    return (amount == Math.rint(amount) && amount < 1e15
            ? Long.toString((long) amount)
            : Double.toString(amount))
        + " "
        + unit.symbol;
  }
}
