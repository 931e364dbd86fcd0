package org.virtualcell.stats.differential;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How differential expression is computed. Immutable; every {@code with} method returns a changed
 * copy.
 *
 * @param engine the convention of the test
 * @param units what the values of the cells are
 * @param foldChange how the size of a change is stated
 * @param gate which genes are tested
 * @param scope over which tests the false discovery rate is controlled
 * @param smallGroups what is done where the normal approximation fails
 */
public record DifferentialOptions(
    DifferentialEngine engine,
    Units units,
    FoldChange foldChange,
    GeneGate gate,
    FdrScope scope,
    SmallGroups smallGroups) {
  /** What the values of the cells are. */
  public enum Units {
    /** log1p values, compared as they are stored; count space is their expm1. */
    LOG1P,
    /** Raw counts; count space is counts per million of the cell's total over all genes. */
    COUNTS
  }

  private static final double USUAL_EPSILON = 1e-9;
  private static final int FEWEST_CELLS = 5;

  /** Checks that nothing is missing and that engine, gate and units fit. */
  public DifferentialOptions {
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(foldChange, "foldChange");
    Objects.requireNonNull(gate, "gate");
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(smallGroups, "smallGroups");
    DifferentialEngine.Values values = engine.compared();
    boolean counts = units == Units.COUNTS;
    if (counts && values == DifferentialEngine.Values.STORED) {
      throw wrongUnits(engine, "log1p values", "raw counts");
    }
    if (!counts
        && (values == DifferentialEngine.Values.LOG_CPM || engine.test().overReplicates())) {
      throw wrongUnits(engine, "raw counts", "log1p values");
    }
    if (!counts && gate.kind() == GeneGate.Kind.REFERENCE_MEAN) {
      throw new org.virtualcell.api.InvalidDataException(
          "The gate on the reference's mean CPM needs raw counts",
          "log1p values",
          "Pass raw counts, or use no gate.");
    }
  }

  private static RuntimeException wrongUnits(
      DifferentialEngine engine, String needed, String given) {
    return new org.virtualcell.api.UnitsMismatchException(
        "Engine '" + engine.label() + "' compares " + needed,
        "the cells hold " + given,
        "Pass " + needed + ", or choose another engine.");
  }

  /**
   * The library's own convention for log1p values: exact ties, geometric means with epsilon 1e-9,
   * no gate, rates per group, exact or no p below five cells a side.
   *
   * @return the options
   */
  public static DifferentialOptions ofLog1p() {
    return of(DifferentialEngine.EXACT_TIES, Units.LOG1P);
  }

  /**
   * The library's own convention for raw counts: exact ties, arithmetic means of CPM with epsilon
   * 1e-9, no gate, rates per group, exact or no p below five cells a side.
   *
   * @return the options
   */
  public static DifferentialOptions ofCounts() {
    return of(DifferentialEngine.EXACT_TIES, Units.COUNTS);
  }

  /**
   * As cell-eval 0.8.1 calls pdex 0.2.5: log1p values, geometric means, epsilon 0, no gate, rates
   * per group, the approximation whatever the size.
   *
   * @return the options
   */
  public static DifferentialOptions cellEval() {
    return of(DifferentialEngine.PDEX, Units.LOG1P).withFoldChange(FoldChange.geometric(0));
  }

  /**
   * As cell-eval2 0.16.0 and the 2026 challenge: counts, arithmetic means of CPM with epsilon 1e-9,
   * genes above 5 CPM in the mean of the reference, rates per group.
   *
   * @param engine {@link DifferentialEngine#CELL_EVAL2} for the original's rounding, {@link
   *     DifferentialEngine#EXACT_TIES} for exact ties
   * @return the options
   */
  public static DifferentialOptions challenge2026(DifferentialEngine engine) {
    return of(engine, Units.COUNTS)
        .withGate(GeneGate.referenceMean(5))
        .withSmallGroups(SmallGroups.APPROXIMATE);
  }

  /**
   * The usual options of an engine: what its original does, or the library's own where it has none.
   *
   * @param engine the convention of the test
   * @param units what the values are
   * @return the options
   * @throws org.virtualcell.api.UnitsMismatchException if the engine compares other values
   */
  public static DifferentialOptions of(DifferentialEngine engine, Units units) {
    FoldChange change =
        units == Units.COUNTS
            ? FoldChange.arithmetic(USUAL_EPSILON)
            : FoldChange.geometric(USUAL_EPSILON);
    SmallGroups small =
        engine == DifferentialEngine.EXACT_TIES
            ? new SmallGroups(SmallGroups.Rule.EXACT_OR_ABSTAIN, FEWEST_CELLS)
            : SmallGroups.APPROXIMATE;
    return new DifferentialOptions(engine, units, change, GeneGate.NONE, FdrScope.PER_GROUP, small);
  }

  /**
   * Another fold-change convention.
   *
   * @param other the convention
   * @return changed options
   */
  public DifferentialOptions withFoldChange(FoldChange other) {
    return new DifferentialOptions(engine, units, other, gate, scope, smallGroups);
  }

  /**
   * Another gate.
   *
   * @param other the gate
   * @return changed options
   */
  public DifferentialOptions withGate(GeneGate other) {
    return new DifferentialOptions(engine, units, foldChange, other, scope, smallGroups);
  }

  /**
   * Another scope of the false discovery rate.
   *
   * @param other the scope
   * @return changed options
   */
  public DifferentialOptions withScope(FdrScope other) {
    return new DifferentialOptions(engine, units, foldChange, gate, other, smallGroups);
  }

  /**
   * Another rule for small groups.
   *
   * @param other the rule
   * @return changed options
   */
  public DifferentialOptions withSmallGroups(SmallGroups other) {
    return new DifferentialOptions(engine, units, foldChange, gate, scope, other);
  }

  /** What a table says about how it was made. */
  Map<String, String> describe() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("engine", engine.label());
    facts.put("units", units == Units.COUNTS ? "counts" : "log1p");
    facts.put("fold change", foldChange.describe());
    facts.put("gate", gate.describe());
    facts.put("false discovery rate", scope == FdrScope.GLOBAL ? "global" : "per group");
    facts.put("small groups", smallGroups.describe());
    return facts;
  }
}
