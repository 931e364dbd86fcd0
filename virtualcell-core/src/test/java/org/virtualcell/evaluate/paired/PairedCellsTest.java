package org.virtualcell.evaluate.paired;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;

class PairedCellsTest {
  private static final List<String> LABELS = List.of("b", "control", "a", "b", "control", "b");

  /** Hides that a matrix is in memory, so that groups are read as from a file. */
  private record Stored(CsrMatrix inner) implements ExpressionMatrix {
    @Override
    public long rows() {
      return inner.rows();
    }

    @Override
    public int genes() {
      return inner.genes();
    }

    @Override
    public long nonZeros() {
      return inner.nonZeros();
    }

    @Override
    public long nonZeros(long firstRow, int rowCount) {
      return inner.nonZeros(firstRow, rowCount);
    }

    @Override
    public void copyRows(long first, int count, int[] rowStart, int[] gene, float[] value) {
      inner.copyRows(first, count, rowStart, gene, value);
    }
  }

  private static LabelledMatrix side(String source, List<String> genes, List<String> labels) {
    float[][] dense = new float[labels.size()][genes.size()];
    for (int r = 0; r < dense.length; r++) {
      for (int g = 0; g < genes.size(); g++) {
        dense[r][g] = (r * 7 + g * 3) % 5;
      }
    }
    return new LabelledMatrix(
        source,
        GeneVocabulary.of(genes),
        new Stored(CsrMatrix.ofDense(dense, genes.size())),
        labels,
        IntStream.range(0, labels.size()).mapToObj(i -> "cell" + i).toList());
  }

  private static LabelledMatrix side(List<String> labels) {
    return side("file", List.of("a", "g1", "g2"), labels);
  }

  private static String refusal(LabelledMatrix real, LabelledMatrix predicted, String control) {
    return assertThrows(InvalidDataException.class, () -> PairedCells.of(real, predicted, control))
        .getMessage();
  }

  @Test
  void groupsStandInTheOrderOfTheirLabelsAndCellsInThatOfTheFile() {
    PairedCells pair = PairedCells.of(side(LABELS), side(LABELS), "control");
    assertEquals(List.of("a", "b"), pair.perturbations());
    assertArrayEquals(new int[] {0, 3, 5}, pair.real().rows("b"));
    CsrMatrix read = pair.real().read("b");
    CsrMatrix whole = ((Stored) pair.real().side().cells()).inner();
    assertEquals(whole.select(0, 3, 5), read);
    assertEquals(
        List.of(whole.select(0, 3, 5), whole.select(2)), pair.real().read(List.of("b", "a")));
    assertEquals(read.nonZeros() * 8 + 16, pair.real().bytes("b"));
  }

  @Test
  void batchesHoldWholeGroupsAndAGroupThatDoesNotFitIsRefused() {
    GroupedCells cells = GroupedCells.of(side(LABELS));
    long all = cells.bytes("a") + cells.bytes("b");
    List<GroupedCells> sides = List.of(cells, cells);
    List<String> labels = List.of("a", "b");
    assertEquals(List.of(labels), GroupedCells.batches(sides, labels, 2 * all));
    assertEquals(
        List.of(List.of("a"), List.of("b")), GroupedCells.batches(sides, labels, 2 * all - 1));
    assertTrue(
        assertThrows(MemoryBudgetException.class, () -> GroupedCells.batches(sides, labels, 80))
            .getMessage()
            .contains("'b'"));
  }

  @Test
  void differentGenesLabelsOrControlsAreRefusedByName() {
    LabelledMatrix good = side(LABELS);
    assertTrue(
        refusal(good, side("p", List.of("a", "g2", "g1"), LABELS), "control").contains("'g2'"));
    assertTrue(refusal(good, side("p", List.of("a", "g1"), LABELS), "control").contains("3 and 2"));
    assertTrue(refusal(good, good, "ctrl").contains("'ctrl'"));
    List<String> other = List.of("b", "control", "c", "b", "control", "b");
    String message = refusal(good, side(other), "control");
    assertTrue(message.contains("not predicted [a]") && message.contains("not measured [c]"));
    LabelledMatrix controls = side(List.of("control", "control"));
    assertTrue(refusal(controls, controls, "control").contains("no perturbation"));
  }

  @Test
  void contextsAreSplitFirstAndMustAgree() {
    List<String> contexts = List.of("B", "A", "A", "A", "B", "B");
    LabelledMatrix real = side(List.of("b", "control", "b", "b", "control", "b"));
    Map<String, PairedCells> pairs =
        PairedCells.byContext(real, contexts, real, contexts, "control");
    assertEquals(List.of("A", "B"), List.copyOf(pairs.keySet()));
    assertArrayEquals(new int[] {2, 3}, pairs.get("A").real().rows("b"));
    assertThrows(
        InvalidDataException.class,
        () ->
            PairedCells.byContext(
                real, contexts, real, List.of("A", "A", "A", "A", "A", "A"), "control"));
  }

  @Test
  void aPanelWithoutASingleTargetGeneIsRefusedAndOneWithSomeListsTheOthers() {
    GeneVocabulary genes = GeneVocabulary.of(List.of("a", "g1", "g2"));
    OwnTargets some = OwnTargets.resolve(List.of("a", "b"), genes, Map.of());
    assertEquals(0, some.gene(0));
    assertEquals(OwnTargets.NONE, some.gene(1));
    assertEquals(List.of("b"), some.unresolved());
    assertThrows(
        InvalidDataException.class, () -> OwnTargets.resolve(List.of("a-1"), genes, Map.of()));
    OwnTargets mapped = OwnTargets.resolve(List.of("a-1", "a-2"), genes, Map.of("a-1", "g2"));
    assertArrayEquals(new int[] {2}, mapped.genes());
  }

  @Test
  void labelsSortByCodePoints() {
    String astral = new String(Character.toChars(0x1F600));
    assertTrue(CodePointOrder.COMPARATOR.compare(astral, "\uFFFD") > 0);
    assertTrue(CodePointOrder.COMPARATOR.compare("a", "ab") < 0);
    assertEquals(0, CodePointOrder.COMPARATOR.compare(astral, astral));
  }
}
