package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.InvalidDataException;

class FeatureTableTest {
  private static final FeatureTable TABLE =
      FeatureTable.of(
          "test",
          Map.of("A", new double[] {3, 4}, "B", new double[] {4, 3}, "Z", new double[] {0, 0}));

  @Test
  void aMissingNameHasNoVectorAndNoSimilarity() {
    assertTrue(TABLE.find("C").isEmpty());
    assertFalse(TABLE.has("C"));
    FeatureBlock block = new FeatureBlock("b", TABLE, Similarity.COSINE);
    assertEquals(OptionalDouble.empty(), block.similarity("A", "C"));
    assertEquals(OptionalDouble.empty(), block.similarity("C", "C"));
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> block.kernel(List.of("A", "C", "D")));
    assertTrue(e.getMessage().contains("C, D"), e.getMessage());
  }

  @Test
  void coverageCountsEveryNameOnceAndListsWhatIsMissing() {
    Coverage coverage =
        new FeatureBlock("b", TABLE, Similarity.COSINE).coverage(List.of("A", "C", "A", "D"));
    assertEquals(new Coverage("b", 3, List.of("C", "D")), coverage);
    assertEquals(1, coverage.covered());
    assertEquals(1 / 3.0, coverage.share(), 1e-15);
  }

  @Test
  void similaritiesAgreeWithTheirFormulas() {
    assertEquals(24.0 / 25, similarity(Similarity.COSINE, "A", "B"), 1e-15);
    assertEquals(12.0, similarity(Similarity.LINEAR, "A", "B"), 1e-15);
    assertEquals(24.0 / (25 + 25 - 24), similarity(Similarity.TANIMOTO, "A", "B"), 1e-15);
    assertEquals(0, similarity(Similarity.COSINE, "A", "Z"), 0);
    assertEquals(0, similarity(Similarity.TANIMOTO, "Z", "Z"), 0);
  }

  private static double similarity(Similarity kind, String a, String b) {
    return new FeatureBlock("b", TABLE, kind).similarity(a, b).orElseThrow();
  }

  /** Sparse with sparse, dense with dense, and mixed products against the plain sum. */
  @Test
  void productsDoNotDependOnHowVectorsAreKept() {
    SplittableRandom random = new SplittableRandom(7);
    Map<String, double[]> vectors = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      double[] v = new double[40];
      for (int k = 0; k < v.length; k++) {
        v[k] = random.nextInt(12) < i ? (float) random.nextGaussian() : 0;
      }
      vectors.put("v" + i, v);
    }
    FeatureBlock block = new FeatureBlock("b", FeatureTable.of("test", vectors), Similarity.LINEAR);
    for (String a : vectors.keySet()) {
      for (String b : vectors.keySet()) {
        double sum = 0;
        for (int k = 0; k < 40; k++) {
          sum += vectors.get(a)[k] * vectors.get(b)[k];
        }
        assertEquals(sum / 40, block.similarity(a, b).orElseThrow(), 1e-12, a + " " + b);
      }
      float[] back = block.table().find(a).orElseThrow();
      for (int k = 0; k < 40; k++) {
        assertEquals(vectors.get(a)[k], back[k], 0);
      }
    }
  }

  @Test
  void vectorsOfDifferentLengthAndNumbersThatAreNotFiniteAreRefused() {
    InvalidDataException lengths =
        assertThrows(
            InvalidDataException.class,
            () -> FeatureTable.of("t", Map.of("A", new double[2], "B", new double[3])));
    assertTrue(lengths.getMessage().contains("'B' has 3 values"), lengths.getMessage());
    InvalidDataException nan =
        assertThrows(
            InvalidDataException.class,
            () -> FeatureTable.of("t", Map.of("A", new double[] {0, Double.NaN})));
    assertTrue(nan.getMessage().contains("'A'"), nan.getMessage());
    assertTrue(nan.getMessage().contains("column 1"), nan.getMessage());
    assertThrows(InvalidDataException.class, () -> FeatureTable.of("t", Map.of()));
    assertThrows(
        InvalidDataException.class, () -> FeatureTable.of("t", Map.of(" ", new double[1])));
  }

  @Test
  void theDigestIsOfNamesAndVectorsNotOfTheirSource() {
    Map<String, double[]> same =
        Map.of("B", new double[] {4, 3}, "Z", new double[2], "A", new double[] {3, 4});
    assertEquals(TABLE.digest(), FeatureTable.of("elsewhere", same).digest());
    assertNotEquals(TABLE.digest(), TABLE.only(Set.of("A", "B")).digest());
    assertNotEquals(
        new FeatureBlock("b", TABLE, Similarity.COSINE).digest(),
        new FeatureBlock("b", TABLE, Similarity.LINEAR).digest());
  }

  @Test
  void twoBlocksOfOneNameAreRefused() {
    FeatureBlock block = new FeatureBlock("go", TABLE, Similarity.COSINE);
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> FeatureSet.of(block, block));
    assertTrue(e.getMessage().contains("'go'"), e.getMessage());
  }

  @Test
  void aSetCutToItsTargetsAnswersAsBeforeAndForgetsTheRest() {
    FeatureSet all = FeatureSet.of(new FeatureBlock("go", TABLE, Similarity.COSINE));
    FeatureSet cut = all.only(List.of("A", "B", "unknown"));
    assertEquals(
        all.blocks().get(0).similarity("A", "B"), cut.blocks().get(0).similarity("A", "B"));
    assertFalse(cut.blocks().get(0).has("Z"));
    assertTrue(all.only(List.of("unknown")).isEmpty());
  }

  private static final GeneAliases ALIASES =
      GeneAliases.of(
          Map.of(
              "A", Set.of("oldA", "both"),
              "Q", Set.of("B", "Z", "oldQ"),
              "X", Set.of("both")));

  @Test
  void aGeneIsFoundUnderItsOtherNames() {
    FeatureTable table = TABLE.withAliases(ALIASES);
    assertArrayEquals(new float[] {3, 4}, table.find("oldA").orElseThrow());
    assertEquals(List.of("oldC"), table.coverage(List.of("oldA", "oldC")).missing());
    assertArrayEquals(new float[] {3, 4}, table.only(List.of("oldA")).find("oldA").orElseThrow());
    assertFalse(TABLE.has("oldA"), "without aliases names are as they are spelt");
  }

  @Test
  void aNameThatSeveralGenesClaimNamesNone() {
    assertTrue(TABLE.withAliases(ALIASES).find("both").isEmpty());
    assertTrue(ALIASES.approved("both").isEmpty());
  }

  @Test
  void aGeneWithDifferentVectorsUnderItsOtherNamesIsAnError() {
    FeatureTable table = TABLE.withAliases(ALIASES);
    InvalidDataException e = assertThrows(InvalidDataException.class, () -> table.find("oldQ"));
    assertTrue(e.getMessage().contains("[B, Z]"), e.getMessage());
    assertArrayEquals(new float[] {4, 3}, table.find("B").orElseThrow(), "an exact name wins");
  }
}
