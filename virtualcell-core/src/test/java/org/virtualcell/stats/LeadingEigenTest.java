package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leading eigenpairs against what defines them, and against all values by rotations. */
class LeadingEigenTest {
  @ParameterizedTest
  @CsvSource({
    "1,1,full",
    "2,2,full",
    "3,1,full",
    "40,40,full",
    "90,7,full",
    "30,12,equal",
    "30,30,band",
    "8,8,zero",
    "25,9,diagonal"
  })
  void valuesFallAndVectorsAreOrthonormalAndTurnOnlyInLength(int n, int wanted, String kind) {
    SplittableRandom random = new SplittableRandom(n);
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        boolean there =
            switch (kind) {
              case "full" -> true;
              case "band" -> i - j <= 3;
              case "diagonal", "equal" -> i == j;
              default -> false;
            };
        double v = !there ? 0 : kind.equals("equal") ? 1 + i % 3 : random.nextGaussian();
        a[i * n + j] = v;
        a[j * n + i] = v;
      }
    }
    Block.Eigen all = Block.eigen(a, n);
    Block.Eigen found = LeadingEigen.of(a, n, wanted);
    double size = Math.max(Math.abs(all.value()[0]), Math.abs(all.value()[n - 1]));
    for (int p = 0; p < wanted; p++) {
      assertEquals(all.value()[p], found.value()[p], 1e-12 * size, "value " + p);
      for (int q = 0; q <= p; q++) {
        double product = 0;
        for (int i = 0; i < n; i++) {
          product += found.vector()[i * wanted + p] * found.vector()[i * wanted + q];
        }
        assertEquals(p == q ? 1 : 0, product, 1e-12, "vectors " + p + ", " + q);
      }
      for (int i = 0; i < n; i++) {
        double image = 0;
        for (int j = 0; j < n; j++) {
          image += a[i * n + j] * found.vector()[j * wanted + p];
        }
        double expected = found.value()[p] * found.vector()[i * wanted + p];
        assertEquals(expected, image, 1e-11 * size, "vector " + p);
      }
    }
  }
}
