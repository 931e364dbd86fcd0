package org.virtualcell.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;

class RankSumTestTest {
  private static final Device JAVA = JavaDevice.create();

  /** Samples with U and p of the asymptotic test as other programs computed them. */
  @TestFactory
  Stream<DynamicTest> samplesGetTheStatisticAndSignificanceOtherProgramsGave() throws IOException {
    try (InputStream file =
        new GZIPInputStream(
            Objects.requireNonNull(
                getClass()
                    .getResourceAsStream(
                        "/org/virtualcell/reference/cell-eval/mwu_unit.json.gz")))) {
      JsonNode cases = new ObjectMapper().readTree(file);
      return StreamSupport.stream(cases.spliterator(), false)
          .map(
              one ->
                  dynamicTest(
                      one.get("name").asText(),
                      () -> {
                        double[] x = doubles(one.get("x"));
                        double[] y = doubles(one.get("y"));
                        RankSumTest test = compare(x, y);
                        double p = one.get("p").asDouble();
                        assertEquals(one.get("U").asDouble(), test.u(1, 0));
                        assertEquals(x.length * y.length - test.u(1, 0), compare(y, x).u(1, 0));
                        assertEquals(p, test.p(1, 0), 1e-12 * p);
                        assertEquals(p, compare(y, x).p(1, 0), 1e-12 * p);
                      }));
    }
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** Only the order matters, so each value is replaced by its place among the different ones. */
  private static RankSumTest compare(double[] x, double[] y) {
    TreeSet<Double> distinct = new TreeSet<>();
    DoubleStream.concat(Arrays.stream(x), Arrays.stream(y)).forEach(distinct::add);
    float[][] rows = new float[x.length + y.length][1];
    int[] group = new int[rows.length];
    double lowest = distinct.first();
    for (int i = 0; i < rows.length; i++) {
      double v = i < x.length ? x[i] : y[i - x.length];
      rows[i][0] = distinct.headSet(v).size() + (lowest > 0 ? 1 : 0);
      group[i] = i < x.length ? 1 : 0;
    }
    return test(CsrMatrix.ofDense(rows, 1), group, 2, 0);
  }

  private static RankSumTest test(CsrMatrix x, int[] group, int groups, int reference) {
    try (Lane lane = JAVA.open(LaneOptions.defaults())) {
      return RankSumTest.ofValues(lane, x, group, groups, reference);
    }
  }

  @Test
  void againstTheRestIsAgainstAllOthersAsOneGroup() {
    SplittableRandom random = new SplittableRandom(4);
    float[][] rows = new float[60][8];
    int[] group = new int[60];
    int[] one = new int[60];
    for (int i = 0; i < 60; i++) {
      group[i] = random.nextInt(-1, 4);
      one[i] = group[i] < 0 ? -1 : group[i] == 2 ? 1 : 0;
      for (int g = 0; g < 8; g++) {
        rows[i][g] = random.nextInt(-2, 3);
      }
    }
    CsrMatrix x = CsrMatrix.ofDense(rows, 8);
    RankSumTest rest = test(x, group, 4, RankSumTest.REST);
    RankSumTest pair = test(x, one, 2, 0);
    assertEquals(pair.referenceCells(1), rest.referenceCells(2));
    for (int gene = 0; gene < 8; gene++) {
      assertEquals(pair.u(1, gene), rest.u(2, gene));
      assertEquals(pair.ties(1, gene), rest.ties(2, gene));
      assertEquals(pair.z(1, gene), rest.z(2, gene));
    }
    assertArrayEquals(pair.p(1), rest.p(2));
  }

  @Test
  void sharesOfDifferentTotalsThatAreEqualTie() {
    CsrMatrix counts = CsrMatrix.ofDense(new float[][] {{1}, {2}, {3}}, 1);
    try (Lane lane = JAVA.open(LaneOptions.defaults())) {
      RankSumTest test =
          RankSumTest.ofShares(
              lane, counts, new long[] {2000, 4000, 6001}, new int[] {0, 1, 1}, 2, 0);
      assertEquals(0.5, test.u(1, 0)); // 2/4000 ties with 1/2000, 3/6001 is below
      assertEquals(6, test.ties(1, 0));
      assertThrows(
          InvalidDataException.class,
          () -> RankSumTest.ofShares(lane, counts, new long[2], new int[3], 1, 0));
    }
    assertEquals(0, JAVA.memory().inUse());
  }

  @Test
  void aGroupThatEqualsTheReferenceAndCellsThatAreAllEqualAreNoEvidence() {
    CsrMatrix x = CsrMatrix.ofDense(new float[][] {{1, 7}, {2, 7}, {1, 7}, {2, 7}}, 2);
    RankSumTest test = test(x, new int[] {0, 0, 1, 1}, 2, 0);
    assertArrayEquals(new double[] {1, 1}, test.p(1));
    assertTrue(test.z(1, 0) < 0);
    assertTrue(Double.isNaN(test.z(1, 1)));
  }

  @Test
  void groupNumbersOutOfRangeAreNamed() {
    CsrMatrix x = CsrMatrix.ofDense(new float[][] {{1}, {2}}, 1);
    InvalidDataException raised =
        assertThrows(InvalidDataException.class, () -> test(x, new int[] {0, 5}, 2, 0));
    assertTrue(raised.getMessage().contains("cell 1"), raised.getMessage());
    assertThrows(InvalidDataException.class, () -> test(x, new int[3], 2, 0));
    assertThrows(InvalidDataException.class, () -> test(x, new int[2], 2, 2));
  }
}
