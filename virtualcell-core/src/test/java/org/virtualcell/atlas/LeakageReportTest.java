package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
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

  private static LeakageReport unseen(List<CellLabel> labels, float[][] rows) {
    PerturbationData data =
        PerturbationData.of(
            "audit",
            GeneVocabulary.of(IntStream.range(0, rows[0].length).mapToObj(g -> "g" + g).toList()),
            CsrMatrix.ofDense(rows, rows[0].length),
            ExpressionUnits.logNormalized(10_000),
            labels);
    Condition heldOut = data.conditions().get(0);
    Set<Condition> training = new LinkedHashSet<>(data.conditions());
    training.remove(heldOut);
    return LeakageReport.of(
        data, new SplitFold(data, "unseen-perturbation", "", training, Set.of(heldOut), 0));
  }

  private static CellLabel label(Perturbation p, CellContext context, String guide) {
    return new CellLabel(Optional.of(p), context, Optional.empty(), Optional.ofNullable(guide));
  }

  @Test
  void aGuideUnderTwoLabelsIsALeak() {
    CellContext x = CellContext.of("x");
    float[][] rows = {{1, 0}, {2, 1}, {3, 2}, {4, 3}};
    LeakageReport report =
        unseen(
            List.of(
                label(CONTROL, x, null),
                label(A, x, "A_1"),
                label(B, x, "A_1"),
                label(B, x, "B_1")),
            rows);
    assertEquals(1, count(report, "shared-guides"));
    assertFalse(report.clean());
    LeakageReport apart =
        unseen(
            List.of(
                label(CONTROL, x, null), label(A, x, "A_1"), label(B, x, "B_2"), label(B, x, null)),
            rows);
    assertEquals(0, count(apart, "shared-guides"));
  }

  @Test
  void oneStructureUnderTwoNamesIsALeak() {
    CellContext x = CellContext.of("x");
    float[][] rows = {{1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 3}};
    LeakageReport report =
        unseen(
            List.of(
                label(CONTROL, x, null),
                label(compound("aspirin", "CC(=O)OC1=CC=CC=C1C(=O)O"), x, null),
                label(compound("acetylsalicylate", "[Na].CC(=O)OC1=CC=CC=C1C(=O)O"), x, null),
                label(compound("caffeine", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"), x, null),
                label(compound("water", null), x, null)),
            rows);
    assertEquals(1, count(report, "same-structure"));
    LeakageReport keys =
        unseen(
            List.of(
                label(CONTROL, x, null),
                label(compound("BSYNRYMUTXBXSQ-UHFFFAOYSA-M", null), x, null),
                label(compound("BSYNRYMUTXBXSQ-UHFFFAOYSA-N", null), x, null),
                label(compound("RYYVLZVUVIJVGH-UHFFFAOYSA-N", null), x, null),
                label(compound("other", null), x, null)),
            rows);
    assertEquals(1, count(keys, "same-structure"));
  }

  private static Perturbation compound(String name, String smiles) {
    return new Perturbation.CompoundPerturbation(
        name, Optional.ofNullable(smiles), Optional.empty(), Optional.empty());
  }

  @Test
  void aDonorOnBothSidesIsACaution() {
    CellContext one = CellContext.of("T cell, one").with(CellContext.Fact.DONOR, "d1");
    CellContext two = CellContext.of("B cell, one").with(CellContext.Fact.DONOR, "d1");
    LeakageReport report =
        unseen(
            List.of(
                label(CONTROL, one, null),
                label(CONTROL, two, null),
                label(A, one, null),
                label(B, two, null)),
            new float[][] {{1, 0}, {2, 1}, {3, 2}, {4, 3}});
    assertEquals(1, count(report, "shared-donors"));
  }

  @Test
  void cellsThatDifferInOneGeneOnlyAreNearDuplicates() {
    CellContext x = CellContext.of("x");
    float[][] rows = new float[6][40];
    java.util.SplittableRandom random = new java.util.SplittableRandom(4);
    for (float[] row : rows) {
      for (int g = 0; g < row.length; g++) {
        row[g] = (float) (1 + random.nextDouble());
      }
    }
    rows[4] = rows[2].clone(); // training cell 4 is held-out cell 2 with one gene changed
    rows[4][7] += 1;
    List<CellLabel> labels =
        List.of(
            label(CONTROL, x, null),
            label(CONTROL, x, null),
            label(A, x, null),
            label(A, x, null),
            label(B, x, null),
            label(B, x, null));
    assertEquals(1, count(unseen(labels, rows), "near-duplicate-cells"));
    rows[4] = rows[2].clone();
    LeakageReport exact = unseen(labels, rows);
    assertEquals(0, count(exact, "near-duplicate-cells"), "an exact copy is counted as such");
    assertEquals(1, count(exact, "duplicate-cells"));
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
