package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;

class StrengthsTest {
  private static final int GENES = 400;

  /** Effects of the given size per target and context, on a noise of variance 1. */
  private static Screen.Mode mode(double[][] size) {
    Random random = new Random(1);
    List<Screen.Item> items = new ArrayList<>();
    for (int p = 0; p < size.length; p++) {
      for (int c = 0; c < size[p].length; c++) {
        float[] effect = new float[GENES];
        for (int g = 0; g < GENES; g++) {
          effect[g] = (float) (size[p][c] * random.nextGaussian() + random.nextGaussian());
        }
        items.add(
            new Screen.Item(
                new Condition(Perturbation.activation("T" + p), CellContext.of("line" + c)),
                List.of("T" + p),
                100,
                effect,
                1,
                new float[0]));
      }
    }
    float[] scale = new float[GENES];
    java.util.Arrays.fill(scale, 1);
    return new Screen.Mode(new TreeSet<>(Set.of("activation")), scale, items, List.of());
  }

  private static double of(Strengths strengths, String target, Set<Integer> unseen) {
    return strengths.of(List.of(target), List.of(Exposure.UNKNOWN), unseen)[0];
  }

  @Test
  void strengthsThatContextsAgreeOnAreKept() {
    double[][] size = new double[20][3];
    for (int p = 0; p < size.length; p++) {
      java.util.Arrays.fill(size[p], Math.exp(0.15 * (p - 10)));
    }
    Strengths strengths = new Strengths(mode(size));
    for (int p = 6; p < size.length; p++) {
      assertEquals(size[p][0], of(strengths, "T" + p, Set.of()), 0.2 * size[p][0], "T" + p);
    }
  }

  @Test
  void strengthsThatContextsDisagreeOnAreShrunkToTheMean() {
    Random random = new Random(2);
    double[][] size = new double[20][3];
    double log = 0;
    for (double[] own : size) {
      for (int c = 0; c < own.length; c++) {
        own[c] = Math.exp(random.nextGaussian());
        log += Math.log(own[c]) / 60;
      }
    }
    Strengths strengths = new Strengths(mode(size));
    double kept = 0;
    double own = 0;
    for (int p = 0; p < size.length; p++) {
      double measured = 0;
      for (double s : size[p]) {
        measured += Math.log(s) / 3;
      }
      double off = Math.log(of(strengths, "T" + p, Set.of()) / of(strengths, "unseen", Set.of()));
      kept += off * off;
      own += (measured - log) * (measured - log);
    }
    assertTrue(kept < 0.4 * own, kept + " of " + own);
  }

  @Test
  void aTargetThatWasNotMeasuredHasTheMeanStrength() {
    double[][] size = new double[24][2];
    for (int p = 0; p < size.length; p++) {
      java.util.Arrays.fill(size[p], p < 12 ? 1 : 4);
    }
    Strengths strengths = new Strengths(mode(size));
    double unknown = of(strengths, "never seen", Set.of());
    assertEquals(2, unknown, 0.2); // the geometric mean of 1 and 4
    assertEquals(unknown, of(strengths, "T0", Set.of(0, 1)), 0);
    assertTrue(of(strengths, "T0", Set.of(0)) < unknown);
  }

  @Test
  void aFifthIsKeptWhereTooFewConditionsRepeatATarget() {
    double[][] size = new double[30][1];
    for (int p = 0; p < size.length; p++) {
      size[p][0] = p < 15 ? 1 : 4;
    }
    Strengths strengths = new Strengths(mode(size));
    double range = Math.log(of(strengths, "T29", Set.of()) / of(strengths, "T0", Set.of()));
    assertEquals(0.2 * Math.log(4), range, 0.08);
  }
}
