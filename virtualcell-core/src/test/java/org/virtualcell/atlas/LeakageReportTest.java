package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;

class LeakageReportTest {
  private static final Perturbation CONTROL = Perturbation.control();
  private static final Perturbation A = Perturbation.activation("A");
  private static final Perturbation B = Perturbation.activation("B");
  private static final Perturbation AB = Perturbation.combination(A, B);
  private static final Perturbation A_DOWN = Perturbation.interference("A");

  private static PerturbationData data() {
    return new TinyData("g", "h")
        .cell(CONTROL, "x", "1", 1, 0)
        .cell(CONTROL, "x", "1", 2, 0)
        .cell(CONTROL, "y", "2", 3, 0)
        .cell(A, "x", "1", 4, 0)
        .cell(B, "x", "1", 5, 0)
        .cell(AB, "x", "1", 6, 0)
        .cell(A_DOWN, "y", "2", 7, 0)
        .cell(B, "y", "2", 5, 0)
        .build();
  }

  private static LeakageReport report(String protocol, Condition heldOut, Condition... training) {
    PerturbationData data = data();
    return LeakageReport.of(
        data,
        new SplitFold(
            data, protocol, "", new LinkedHashSet<>(List.of(training)), Set.of(heldOut), 0));
  }

  private static Condition in(Perturbation p, String context) {
    return new Condition(p, CellContext.of(context));
  }

  private static long count(LeakageReport report, String kind) {
    return report.findings().stream()
        .filter(f -> f.kind().equals(kind))
        .mapToLong(LeakageReport.Finding::count)
        .sum();
  }

  @Test
  void aConditionOnBothSidesIsALeak() {
    LeakageReport report = report("unseen-perturbation", in(A, "x"), in(A, "x"), in(B, "x"));
    assertFalse(report.clean());
    assertEquals(1, count(report, "same-condition"));
  }

  @Test
  void anUnseenGeneInAnotherModeOrInACombinationIsALeak() {
    LeakageReport otherMode = report("unseen-perturbation", in(A, "x"), in(A_DOWN, "y"));
    assertEquals(1, count(otherMode, "single-in-training"));
    assertFalse(otherMode.clean());
    LeakageReport combination = report("unseen-perturbation", in(A, "x"), in(AB, "x"));
    assertEquals(1, count(combination, "combination-in-training"));
    assertFalse(combination.clean());
  }

  @Test
  void partsOfAHeldOutCombinationAreACaution() {
    LeakageReport report = report("unseen-combination", in(AB, "x"), in(A, "x"), in(B, "x"));
    assertEquals(2, count(report, "single-in-training"));
    assertTrue(report.clean());
  }

  @Test
  void anUnseenContextWithPerturbedTrainingCellsIsALeak() {
    LeakageReport report = report("unseen-context", in(B, "y"), in(A_DOWN, "y"), in(B, "x"));
    assertEquals(1, count(report, "context-in-training"));
    assertFalse(report.clean());
  }

  @Test
  void equalCellsOnBothSidesAreFoundByContent() {
    // B in x and B in y hold one cell of the same values
    LeakageReport report = report("unseen-context", in(B, "y"), in(B, "x"));
    assertEquals(1, count(report, "duplicate-cells"));
    LeakageReport without = report("unseen-context", in(B, "y"), in(A, "x"));
    assertEquals(0, count(without, "duplicate-cells"));
  }

  @Test
  void sharedBatchesAndControlsAreCautions() {
    LeakageReport report = report("unseen-perturbation", in(A, "x"), in(B, "x"));
    assertEquals(1, count(report, "shared-batches"));
    assertEquals(2, count(report, "shared-controls"));
    assertTrue(report.clean(), report.lines().toString());
  }

  @Test
  void theRotationOfTheBundledDataIsClean() {
    PerturbationData data = BundledData.norman();
    for (Fold fold : Splits.rotation(data, 0)) {
      LeakageReport report = LeakageReport.of(data, fold);
      assertTrue(
          report.findings().stream()
              .filter(f -> f.severity() == LeakageReport.Severity.LEAK)
              .allMatch(f -> f.kind().equals("duplicate-cells")),
          report.lines().toString());
    }
  }
}
