package org.virtualcell.api;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What the numbers of an expression matrix are. Every state carries its units; two different units
 * are never mixed and never guessed.
 */
public sealed interface ExpressionUnits
    permits ExpressionUnits.RawCounts, ExpressionUnits.LogNormalized {
  /** Molecules counted: whole numbers, zero or more. */
  record RawCounts() implements ExpressionUnits {
    @Override
    public String toString() {
      return "raw counts";
    }
  }

  /**
   * The natural logarithm of one plus the counts scaled so that every cell sums to one total.
   *
   * @param total the sum every cell was scaled to, or empty where the source does not state it (a
   *     file cut to some genes, say). A state without a stated total is a unit of its own: it
   *     equals only itself and cannot be turned back into counts
   */
  record LogNormalized(OptionalDouble total) implements ExpressionUnits {
    /**
     * Checks the total.
     *
     * @throws InvalidDataException if it is stated and not a positive finite number
     */
    public LogNormalized {
      Objects.requireNonNull(total, "total");
      if (total.isPresent() && !(total.getAsDouble() > 0 && Double.isFinite(total.getAsDouble()))) {
        throw new InvalidDataException(
            "The total cells are scaled to must be positive and finite",
            String.valueOf(total.getAsDouble()),
            "State the total, 10,000 for instance, or use logNormalizedToUnstatedTotal().");
      }
    }

    @Override
    public String toString() {
      return total.isPresent()
          ? "log1p of counts scaled to " + total.getAsDouble()
          : "log1p of counts scaled to an unstated total";
    }
  }

  /**
   * The digest of the kind of unit and its total.
   *
   * @return equal for equal units, on every platform
   */
  default ContentDigest digest() {
    if (this instanceof LogNormalized log) {
      ContentDigest.Builder content = ContentDigest.of("units/1").add("log-normalized");
      log.total().ifPresent(content::add);
      return content.build();
    }
    return ContentDigest.of("units/1").add("raw-counts").build();
  }

  /**
   * Raw counts.
   *
   * @return the unit
   */
  static ExpressionUnits rawCounts() {
    return new RawCounts();
  }

  /**
   * log1p of counts scaled to a stated total.
   *
   * @param total the sum every cell was scaled to, positive
   * @return the unit
   * @throws InvalidDataException if the total is not positive and finite
   */
  static ExpressionUnits logNormalized(double total) {
    return new LogNormalized(OptionalDouble.of(total));
  }

  /**
   * log1p of counts scaled to a total that the source does not state.
   *
   * @return the unit
   */
  static ExpressionUnits logNormalizedToUnstatedTotal() {
    return new LogNormalized(OptionalDouble.empty());
  }

  /**
   * Refuses other units.
   *
   * @param needed the units that are needed
   * @param where what carries these units, for the message
   * @throws UnitsMismatchException if they differ
   */
  default void require(ExpressionUnits needed, String where) {
    if (!equals(needed)) {
      throw new UnitsMismatchException(
          "Expression is in " + this + ", needed is " + needed,
          where,
          "Convert one side; units are never mixed.");
    }
  }
}
