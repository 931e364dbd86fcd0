package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.virtualcell.compute.DistanceReference.Cells;

/** The oracle of the distances against closed forms and finite differences. */
class DistanceReferenceTest {
  @Test
  void theEnergyDistanceOfTwoPointsIsTheirDistance() {
    Cells x = new Cells(new float[] {0, 0}, 0, 1, 2);
    Cells y = new Cells(new float[] {3, 4}, 0, 1, 2);
    assertEquals(5, DistanceReference.energy(x, y));
    double[] slope = DistanceReference.energyGradient(x, y, 2).value();
    assertEquals(-1.2, slope[0], 1e-15);
    assertEquals(-1.6, slope[1], 1e-15);
  }

  @Test
  void theEnergyDistanceOfTwoPairsOnALineIsThatOfTheirDistributions() {
    // On a line L is the integral of (F - G)^2: F and G differ by 1/2 on [0, 1] and on [1, 3].
    Cells x = new Cells(new float[] {0, 1}, 0, 2, 1);
    Cells y = new Cells(new float[] {1, 3}, 0, 2, 1);
    assertEquals(0.25 * 1 + 0.25 * 2, DistanceReference.energy(x, y), 1e-15);
  }

  @Test
  void theGradientIsTheSlopeOfTheEnergyDistance() {
    int s = 5;
    int columns = 3;
    float[] values = DistanceContract.Cloud.GAUSSIAN.cells(s, columns, 4);
    Cells y = new Cells(DistanceContract.Cloud.GAUSSIAN.cells(7, columns, 5), 0, 7, columns);
    double[] slope =
        DistanceReference.energyGradient(new Cells(values, 0, s, columns), y, 1).value();
    float step = 1f / 512;
    for (int k = 0; k < values.length; k++) {
      float[] up = values.clone();
      float[] down = values.clone();
      up[k] += step;
      down[k] -= step;
      double above = DistanceReference.energy(new Cells(up, 0, s, columns), y);
      double below = DistanceReference.energy(new Cells(down, 0, s, columns), y);
      double difference = (above - below) / ((double) up[k] - down[k]);
      assertEquals(difference, slope[k], 1e-5, "element " + k);
    }
  }
}
