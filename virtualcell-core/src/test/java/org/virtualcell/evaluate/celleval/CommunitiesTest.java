package org.virtualcell.evaluate.celleval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommunitiesTest {
  private static double[][] planted(int parts, int size, double inside, double outside, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = parts * size;
    double[][] graph = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double share = i / size == j / size ? inside : outside;
        graph[i][j] = random.nextDouble() < share ? 1 : 0;
        graph[j][i] = graph[i][j];
      }
    }
    return graph;
  }

  private static int[] truth(int parts, int size) {
    int[] truth = new int[parts * size];
    Arrays.setAll(truth, i -> i / size);
    return truth;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8})
  void plantedPartsAreFound(int parts) {
    for (long seed = 0; seed < 5; seed++) {
      int[] found = Communities.of(planted(parts, 20, 0.7, 0.05, seed), 1);
      assertArrayEquals(truth(parts, 20), found, parts + " parts, seed " + seed);
    }
  }

  @Test
  void partsWithoutAnEdgeBetweenThemStayApartAtAnyResolution() {
    for (double resolution : new double[] {0.2, 1, 2}) {
      double[][] graph = planted(4, 6, 1, 0, 1);
      assertArrayEquals(truth(4, 6), Communities.of(graph, resolution));
    }
  }

  @Test
  void aHigherResolutionFindsNoFewerCommunities() {
    double[][] graph = planted(6, 15, 0.5, 0.15, 3);
    int coarse = count(Communities.of(graph, 0.2));
    int plain = count(Communities.of(graph, 1));
    int fine = count(Communities.of(graph, 2));
    assertTrue(coarse <= plain && plain <= fine, coarse + " " + plain + " " + fine);
    assertTrue(coarse < fine);
  }

  @Test
  void theModularityIsAtLeastThatOfThePlantedParts() {
    for (long seed = 0; seed < 10; seed++) {
      double[][] graph = planted(4, 15, 0.4, 0.15, seed);
      double found = modularity(graph, Communities.of(graph, 1));
      double random = modularity(graph, new int[60]);
      assertTrue(found > random + 0.1);
    }
  }

  @Test
  void aRingOfCliquesIsOneCommunityPerClique() {
    int cliques = 6;
    int size = 5;
    double[][] graph = planted(cliques, size, 1, 0, 0);
    for (int c = 0; c < cliques; c++) {
      int from = c * size;
      int to = (c + 1) % cliques * size + 1;
      graph[from][to] = 1;
      graph[to][from] = 1;
    }
    assertArrayEquals(truth(cliques, size), Communities.of(graph, 1));
  }

  private static int count(int[] communities) {
    return Arrays.stream(communities).max().orElse(-1) + 1;
  }

  private static double modularity(double[][] graph, int[] community) {
    double all = 0;
    double[] strength = new double[graph.length];
    for (int i = 0; i < graph.length; i++) {
      strength[i] = Arrays.stream(graph[i]).sum();
      all += strength[i];
    }
    double sum = 0;
    for (int i = 0; i < graph.length; i++) {
      for (int j = 0; j < graph.length; j++) {
        sum += community[i] == community[j] ? graph[i][j] - strength[i] * strength[j] / all : 0;
      }
    }
    return sum / all;
  }

  @Test
  void adjustedMutualInformationIsOneForEqualAndZeroForUnrelatedPartitions() {
    int[] a = truth(3, 4);
    int[] renamed = Arrays.stream(a).map(i -> 2 - i).toArray();
    assertEquals(1, MutualInformation.adjusted(a, renamed), 1e-12);
    assertEquals(0, MutualInformation.adjusted(a, new int[12]), 1e-12);
    // scikit-learn 1.9.1: adjusted_mutual_info_score
    int[] x = {0, 0, 1, 1, 2, 2, 0, 1};
    int[] y = {0, 0, 1, 2, 2, 2, 1, 1};
    assertEquals(AMI_XY, MutualInformation.adjusted(x, y), 1e-12);
  }

  private static final double AMI_XY = 0.31967265056964694;

  @Test
  void groupsOfPointsThatArePredictedWhereTheyAreAgreeFully() {
    SplittableRandom random = new SplittableRandom(4);
    double[][] points = new double[60][3];
    double[][] scattered = new double[60][3];
    for (int i = 0; i < 60; i++) {
      for (int d = 0; d < 3; d++) {
        points[i][d] = 20 * (i / 20 == d ? 1 : 0) + random.nextDouble();
        scattered[i][d] = random.nextDouble();
      }
    }
    assertEquals(1, ClusteringAgreement.of(points, points), 1e-12);
    assertTrue(ClusteringAgreement.of(points, scattered) < 0.3);
  }
}
