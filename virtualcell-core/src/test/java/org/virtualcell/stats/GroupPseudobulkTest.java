package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;

class GroupPseudobulkTest {
  private static final int CELLS = 300;
  private static final int GENES = 20;

  private static CellState state(ExpressionUnits units) {
    SplittableRandom random = new SplittableRandom(1);
    float[][] rows = new float[CELLS][GENES];
    for (float[] row : rows) {
      for (int g = 0; g < GENES; g++) {
        row[g] = random.nextInt(3) == 0 ? random.nextInt(1, 9) : 0;
      }
    }
    rows[7] = new float[GENES];
    List<String> genes = java.util.stream.IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList();
    return CellState.of(
        GeneVocabulary.of(genes), CsrMatrix.ofDense(rows, GENES), units, CellContext.of("x"));
  }

  private static int[] groups() {
    int[] group = new int[CELLS];
    for (int i = 0; i < CELLS; i++) {
      group[i] = i % 5 - 1; // a fifth belongs to no group
    }
    return group;
  }

  @Test
  void manyGroupsOnADeviceAgreeWithOneAfterTheOther() {
    for (ExpressionUnits units :
        List.of(ExpressionUnits.rawCounts(), ExpressionUnits.logNormalized(10_000))) {
      CellState state = state(units);
      try (Device device = JavaDevice.create();
          Lane lane = device.open(LaneOptions.defaults())) {
        List<Pseudobulk> together = GroupPseudobulk.of(lane, state, groups(), 4);
        for (int i = 0; i < 4; i++) {
          Pseudobulk alone = Pseudobulk.logNormalized(members(state, i));
          assertEquals(alone.units(), together.get(i).units());
          assertEquals(alone.cells(), together.get(i).cells());
          for (int g = 0; g < GENES; g++) {
            assertEquals(alone.mean(g), together.get(i).mean(g), 1e-4);
            assertEquals(alone.variance(g), together.get(i).variance(g), 1e-3);
            assertEquals(alone.detected(g), together.get(i).detected(g));
          }
        }
      }
    }
  }

  private static CellState members(CellState state, int wanted) {
    int[] rows =
        java.util.stream.IntStream.range(0, CELLS).filter(i -> groups()[i] == wanted).toArray();
    CsrMatrix all = (CsrMatrix) state.expression();
    return CellState.of(state.genes(), all.select(rows), state.units(), state.context());
  }

  @Test
  void impossibleGroupsAreRefused() {
    CellState state = state(ExpressionUnits.rawCounts());
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults())) {
      assertThrows(
          InvalidDataException.class, () -> GroupPseudobulk.of(lane, state, new int[3], 1));
      assertThrows(InvalidDataException.class, () -> GroupPseudobulk.of(lane, state, groups(), 3));
      assertThrows(InvalidDataException.class, () -> GroupPseudobulk.of(lane, state, groups(), 5));
    }
  }
}
