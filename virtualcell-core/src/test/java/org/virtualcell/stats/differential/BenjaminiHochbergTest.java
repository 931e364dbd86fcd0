package org.virtualcell.stats.differential;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BenjaminiHochbergTest {
  @Test
  void ratesAreThoseOfTheDefinitionWhateverTheOrder() {
    Random random = new Random(1);
    double[] p =
        IntStream.range(0, 4000)
            .mapToDouble(
                i ->
                    switch (i % 5) {
                      case 0 -> Math.pow(random.nextDouble(), 40);
                      case 1 -> random.nextInt(9) / 8.0;
                      case 2 -> i % 3 == 0 ? Double.NaN : Double.MIN_VALUE * random.nextInt(50);
                      default -> random.nextDouble();
                    })
            .toArray();
    assertArrayEquals(definition(p), BenjaminiHochberg.adjust(p));
  }

  @Test
  void valuesThatDifferInTheLastDigitsAloneAreSorted() {
    Random random = new Random(2);
    double[] p =
        random.ints(3000, 0, 1 << 20).mapToDouble(k -> 0.01 + k * Math.ulp(0.01)).toArray();
    assertArrayEquals(definition(p), BenjaminiHochberg.adjust(p));
  }

  @Test
  void nothingGivesNothing() {
    assertArrayEquals(new double[0], BenjaminiHochberg.adjust());
    assertArrayEquals(new double[] {Double.NaN}, BenjaminiHochberg.adjust(Double.NaN));
    assertArrayEquals(new double[] {0.25}, BenjaminiHochberg.adjust(0.25));
  }

  /** min over j of at least i of p(j) m / j. */
  private static double[] definition(double[] p) {
    double[] sorted = Arrays.stream(p).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return Arrays.stream(p)
        .map(
            own -> {
              double least = Double.isNaN(own) ? Double.NaN : 1;
              for (int j = sorted.length; j > 0 && sorted[j - 1] >= own; j--) {
                least = Math.min(least, sorted[j - 1] * sorted.length / j);
              }
              return least;
            })
        .toArray();
  }
}
