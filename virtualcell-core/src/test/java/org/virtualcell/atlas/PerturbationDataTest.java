package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.api.UnknownPerturbationException;

class PerturbationDataTest {
  private static final Perturbation CONTROL = Perturbation.control();
  private static final Perturbation A = Perturbation.knockout("A");

  @Test
  void cellsAreMatchedToControlsOfTheirBatchElseOfTheContext() {
    PerturbationData data =
        new TinyData("g")
            .cell(CONTROL, "x", "1", 1)
            .cell(CONTROL, "x", "2", 2)
            .cell(A, "x", "1", 3)
            .cell(A, "x", "3", 4)
            .cell(A, "x", null, 5)
            .build();
    List<MatchedCells> groups = data.cells(new Condition(A, CellContext.of("x")));
    assertEquals(2, groups.size());
    assertEquals(MatchedCells.Level.BATCH, groups.get(0).level());
    assertEquals(1, groups.get(0).controls().cells());
    assertEquals(MatchedCells.Level.CONTEXT, groups.get(1).level());
    assertEquals(2, groups.get(1).perturbed().cells());
    assertEquals(2, groups.get(1).controls().cells());
  }

  @Test
  void contextsWithoutControlsAreLeftOutAndNoted() {
    PerturbationData data =
        new TinyData("g").cell(CONTROL, "x", 1).cell(A, "x", 2).cell(A, "y", 3).build();
    assertEquals(1, data.conditions().size());
    assertTrue(data.notes().get(0).contains("1 perturbed cells of y"), data.notes().toString());
  }

  @Test
  void dataWithoutControlsOrWithoutPerturbedCellsAreRefused() {
    assertThrows(InvalidDataException.class, () -> new TinyData("g").cell(A, "x", 2).build());
    assertThrows(InvalidDataException.class, () -> new TinyData("g").cell(CONTROL, "x", 2).build());
  }

  @Test
  void unknownConditionsAndContextsAreNamed() {
    PerturbationData data = new TinyData("g").cell(CONTROL, "x", 1).cell(A, "x", 2).build();
    assertThrows(
        UnknownPerturbationException.class,
        () -> data.cells(new Condition(Perturbation.activation("A"), CellContext.of("x"))));
    assertThrows(UnknownContextException.class, () -> data.controls(CellContext.of("y")));
  }

  @Test
  void halvesShareNoCellAndTogetherHoldAll() {
    PerturbationData data = BundledData.norman();
    for (Fold fold : Splits.rotation(data, SplitPolicy.UNSEEN_COMBINATION, 3)) {
      HeldOut held = fold.heldOut().get(0);
      CellState first = held.firstHalf().get(0).perturbed();
      CellState second = held.secondHalf().get(0).perturbed();
      List<String> both = new ArrayList<>(rows(first));
      both.addAll(rows(second));
      assertEquals(
          rows(held.cells().get(0).perturbed()).stream().sorted().toList(),
          both.stream().sorted().toList());
      assertEquals(50, held.reservedCells().get(0).controls().cells());
      assertEquals(
          held.secondHalf().get(0).controls().digest(),
          held.reservedCells().get(0).controls().digest());
      assertEquals(
          held.firstHalf().get(0).controls().digest(),
          fold.trainingHalf().controls(CellContext.of("k562")).digest());
    }
  }

  private static List<String> rows(CellState state) {
    List<String> rows = new ArrayList<>();
    for (int r = 0; r < state.cells(); r++) {
      rows.add(state.expression().block(r, 1).digest().hex());
    }
    return rows;
  }

  @Test
  void candidatesAreMeasuredInCellsOutsideTheTrainingHalf() {
    PerturbationData data = BundledData.norman();
    Fold fold = Splits.rotation(data, SplitPolicy.UNSEEN_PERTURBATION, 0).get(0);
    MeasuredCondition candidate =
        fold.candidates().stream()
            .filter(c -> fold.training().conditions().contains(c.condition()))
            .findFirst()
            .orElseThrow();
    List<String> trained =
        rows(fold.trainingHalf().cells(candidate.condition()).get(0).perturbed());
    List<String> ranked = rows(candidate.cells().get(0).perturbed());
    long total = data.cellCount(candidate.condition());
    assertEquals(total, trained.size() + ranked.size());
  }

  @Test
  void anotherSeedDividesOtherwise() {
    PerturbationData data = BundledData.norman();
    assertNotEquals(
        Splits.rotation(data, SplitPolicy.UNSEEN_CONTEXT, 0).get(0).digest(),
        Splits.rotation(data, SplitPolicy.UNSEEN_CONTEXT, 1).get(0).digest());
    assertEquals(
        Splits.rotation(data, SplitPolicy.UNSEEN_CONTEXT, 1).get(0).digest(),
        Splits.rotation(data, SplitPolicy.UNSEEN_CONTEXT, 1).get(0).digest());
  }

  @Property(tries = 20)
  void halvesDoNotDependOnTheOrderOfCells(@ForAll long seed, @ForAll long order) {
    TinyData cells = new TinyData("g", "h");
    for (int i = 0; i < 12; i++) {
      cells.cell(i % 2 == 0 ? CONTROL : A, "x", 1 + i, i % 3);
    }
    Condition condition = new Condition(A, CellContext.of("x"));
    PerturbationData data = cells.build();
    PerturbationData shuffled = cells.shuffled(order).build();
    for (Half half : Half.values()) {
      assertEquals(
          rows(data.matched(condition, half, half, seed).get(0).perturbed()).stream()
              .sorted()
              .toList(),
          rows(shuffled.matched(condition, half, half, seed).get(0).perturbed()).stream()
              .sorted()
              .toList());
    }
  }
}
