package org.virtualcell.io;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;

/**
 * What the values of a matrix are, and which rule decided it.
 *
 * @param units the units, empty where no rule applies
 * @param rule the rule that decided, a sentence for people
 * @param faults values that fit no unit, each with its cell and gene
 */
public record DetectedUnits(Optional<ExpressionUnits> units, String rule, List<String> faults) {
  /** Checks and copies the parts. */
  public DetectedUnits {
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(rule, "rule");
    faults = List.copyOf(faults);
  }

  /**
   * The units, which must be known.
   *
   * @param source the file and matrix, for the message
   * @return the units
   * @throws InvalidDataException if no rule applies; the message says why
   */
  public ExpressionUnits require(String source) {
    return units.orElseThrow(
        () ->
            new InvalidDataException(
                "The units of the expression are not known: "
                    + rule
                    + (faults.isEmpty() ? "" : " (" + String.join("; ", faults) + ")"),
                source,
                "Read the matrix that holds raw counts or log1p values (raw, layers/NAME), or state"
                    + " the units when you know them."));
  }

  @Override
  public String toString() {
    return units.map(Object::toString).orElse("unknown") + ": " + rule;
  }
}
