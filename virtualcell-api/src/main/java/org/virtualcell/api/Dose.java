package org.virtualcell.api;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;

/**
 * How much of a compound or protein was given. Two doses are equal when they are the same
 * concentration to 15 significant digits, whatever units they were written in: 1 uM equals 1000 nM.
 *
 * @param amount the amount, positive and finite
 * @param unit its unit
 */
public record Dose(double amount, Unit unit) {
  private static final MathContext DIGITS = new MathContext(15);

  /**
   * Units of concentration. Molar units convert among each other, and so do mass units; the two
   * kinds do not mix.
   */
  public enum Unit {
    /** Moles per litre. */
    MOLAR("M", true, 0),
    /** Millimoles per litre. */
    MILLIMOLAR("mM", true, -3),
    /** Micromoles per litre. */
    MICROMOLAR("uM", true, -6),
    /** Nanomoles per litre. */
    NANOMOLAR("nM", true, -9),
    /** Picomoles per litre. */
    PICOMOLAR("pM", true, -12),
    /** Grams per litre, milligrams per millilitre. */
    GRAM_PER_LITRE("g/l", false, 0),
    /** Micrograms per millilitre. */
    MICROGRAM_PER_MILLILITRE("ug/ml", false, -3),
    /** Nanograms per millilitre. */
    NANOGRAM_PER_MILLILITRE("ng/ml", false, -6),
    /** Picograms per millilitre. */
    PICOGRAM_PER_MILLILITRE("pg/ml", false, -9);

    private final String symbol;
    private final boolean molar;
    private final int exponent;

    /** The unit is ten to the exponent of moles or of grams per litre. */
    Unit(String symbol, boolean molar, int exponent) {
      this.symbol = symbol;
      this.molar = molar;
      this.exponent = exponent;
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
    Objects.requireNonNull(unit, "unit");
    if (!(amount > 0 && Double.isFinite(amount))) {
      throw new InvalidDataException(
          "A dose must be positive and finite",
          String.valueOf(amount),
          "Use a control for dose zero.");
    }
  }

  /**
   * This dose in another unit of the same kind, exact in decimal to 15 significant digits.
   *
   * @param other the unit wanted
   * @return an equal dose
   * @throws UnitsMismatchException if one is molar and the other a mass
   * @throws InvalidDataException if the amount leaves the range of a double in that unit
   */
  public Dose in(Unit other) {
    if (unit.molar != other.molar) {
      throw new UnitsMismatchException(
          "A dose in " + unit.symbol + " is no " + other.symbol,
          toString(),
          "Convert with the molar mass first.");
    }
    return unit == other
        ? this
        : new Dose(
            decimal().scaleByPowerOfTen(unit.exponent - other.exponent).doubleValue(), other);
  }

  /**
   * The concentration as a plain decimal number of moles or of grams per litre.
   *
   * @return equal for equal doses of one kind, on every platform
   */
  String canonical() {
    return decimal().scaleByPowerOfTen(unit.exponent).stripTrailingZeros().toPlainString()
        + (unit.molar ? "M" : "g/l");
  }

  // From the exact binary value: Double.toString differs between Java releases.
  private BigDecimal decimal() {
    return new BigDecimal(amount).round(DIGITS).stripTrailingZeros();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dose that && canonical().equals(that.canonical());
  }

  @Override
  public int hashCode() {
    return canonical().hashCode();
  }

  @Override
  public String toString() {
    return decimal().toPlainString() + " " + unit.symbol;
  }
}
