package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Predicted cells that know nothing of the effects of a simulated screen. */
final class IgnorantSubmissions {
  static final SimulatedScreen SCREEN = new SimulatedScreen(12, 40, 200, 150, 5);
  static final SimulatedScreen.Cells REAL = SCREEN.draw(1);
  static final List<float[]> CONTROLS = REAL.rows().subList(0, SCREEN.controls);

  private IgnorantSubmissions() {}

  /** A measured control cell. */
  static float[] control(SplittableRandom random) {
    return CONTROLS.get(random.nextInt(CONTROLS.size())).clone();
  }

  /** The same count of every gene. */
  static float[] constant() {
    float[] row = new float[SCREEN.genes];
    Arrays.fill(row, 3);
    return row;
  }

  /** Pairs of cells whose mean is flat, and which scatter widely about it. */
  static SimulatedScreen.Cells cancellingScatter() {
    SplittableRandom random = new SplittableRandom(3);
    SimulatedScreen.Cells cells = controls();
    for (int p = 0; p < SCREEN.perturbations; p++) {
      for (int i = 0; i < SCREEN.cells / 2; i++) {
        float[] up = new float[SCREEN.genes];
        float[] down = new float[SCREEN.genes];
        for (int g = 0; g < up.length; g++) {
          boolean first = random.nextBoolean();
          up[g] = first ? 8 : 0;
          down[g] = first ? 0 : 8;
        }
        cells.add(SCREEN.label(p), up);
        cells.add(SCREEN.label(p), down);
      }
    }
    return cells;
  }

  /** A few control cells for each perturbation. */
  static SimulatedScreen.Cells smallGroups(int size) {
    SplittableRandom random = new SplittableRandom(3);
    SimulatedScreen.Cells cells = controls();
    for (int p = 0; p < SCREEN.perturbations; p++) {
      for (int i = 0; i < size; i++) {
        cells.add(SCREEN.label(p), control(random));
      }
    }
    return cells;
  }

  /** The control cells, to which others are added. */
  static SimulatedScreen.Cells controls() {
    SimulatedScreen.Cells cells = SCREEN.new Cells();
    CONTROLS.forEach(row -> cells.add(SimulatedScreen.CONTROL, row));
    return cells;
  }
}
