package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.provenance.Json;
import org.virtualcell.stats.differential.BenjaminiHochberg;

/** Inputs and outputs of single functions, as computed by cell_eval2 0.16.0. */
class UnitVectorTest {
  private static final JsonNode VECTORS = vectors();

  private static JsonNode vectors() {
    try (var in = ReferenceCase.resource("unit_vectors.json")) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), "unit vectors");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double number(JsonNode node) {
    return node == null || node.isNull()
        ? Double.NaN
        : node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
  }

  private static double[] numbers(JsonNode node) {
    return IntStream.range(0, node.size()).mapToDouble(i -> number(node.get(i))).toArray();
  }

  private static double[][] rows(JsonNode node) {
    return IntStream.range(0, node.size())
        .mapToObj(i -> numbers(node.get(i)))
        .toArray(double[][]::new);
  }

  private static CellCounts cells(double[]... rows) {
    float[][] dense = new float[rows.length][rows[0].length];
    for (int r = 0; r < rows.length; r++) {
      for (int g = 0; g < rows[r].length; g++) {
        dense[r][g] = (float) rows[r][g];
      }
    }
    return CellCounts.of(CsrMatrix.ofDense(dense, rows[0].length));
  }

  @Test
  void profilesAndJackknifeCorrections() {
    for (JsonNode v : VECTORS.get("bulk_and_jackknife")) {
      GroupBulk bulk = GroupBulk.of(cells(rows(v.get("cells"))), number(v.get("target_sum")));
      assertArrayEquals(numbers(v.get("bulk")), bulk.profile(), 1e-12);
      double c = number(v.get("C"));
      assertEquals(c, bulk.correction(), 1e-12 + 1e-9 * c, v.toString());
    }
  }

  @Test
  void ranksWithTiesInTheMiddle() {
    for (JsonNode v : VECTORS.get("midrank")) {
      double[] row = numbers(v.get("row"));
      double k = Discrimination.nearer(v.get("match_index").asInt(), row);
      assertEquals(number(v.get("k")), k);
      assertEquals(number(v.get("pds")), row.length == 1 ? 1 : 1 - k / (row.length - 1), 1e-15);
    }
  }

  @Test
  void cosineDistancesWithZeroEffects() {
    JsonNode v = VECTORS.get("cosine_distance");
    double[][] predicted = rows(v.get("pred"));
    double[][] real = rows(v.get("real"));
    for (int p = 0; p < predicted.length; p++) {
      for (int q = 0; q < real.length; q++) {
        double distance =
            Discrimination.cosine(
                predicted[p],
                Math.sqrt(Discrimination.dot(predicted[p], predicted[p])),
                real[q],
                Math.sqrt(Discrimination.dot(real[q], real[q])));
        assertEquals(number(v.get("distance").get(p).get(q)), distance, 1e-15);
      }
    }
  }

  @Test
  void theBudgetOfCorrections() {
    JsonNode v = VECTORS.get("budget_B");
    double[][] profiles = rows(v.get("pred_bulk"));
    int[] own = new int[profiles.length];
    Arrays.fill(own, -1);
    v.get("excluded_gene_column_by_row")
        .properties()
        .forEach(e -> own[Integer.parseInt(e.getKey())] = e.getValue().asInt());
    double b = ProfileMetrics.scatter(profiles, own, numbers(v.get("row_weight")));
    assertEquals(number(v.get("B")), b, 1e-12);
  }

  /** Values as shares of one gene against a rest, so that they are ranked as they are. */
  @Test
  void rankSumsOfTheTable() {
    for (JsonNode v : VECTORS.get("mann_whitney")) {
      double[] x = numbers(v.get("x"));
      double[] y = numbers(v.get("y"));
      double most = Math.max(Arrays.stream(x).max().orElse(0), Arrays.stream(y).max().orElse(0));
      ChallengeRules rules =
          new ChallengeRules(50_000, 1e6, -1, 0.05, 1e-9, 0.9, 10, 1, 1e6, 1e-6, 5);
      ReferenceCells control = ReferenceCells.of(cells(shares(y, most + 1)), rules);
      TestedGenes table = RankSumTable.of(cells(shares(x, most + 1)), control, rules);
      assertEquals(number(v.get("p_two_sided")), table.p()[0], 1e-12, v.toString());
    }
  }

  private static double[][] shares(double[] values, double total) {
    return Arrays.stream(values)
        .mapToObj(x -> new double[] {x, total - x})
        .toArray(double[][]::new);
  }

  @Test
  void falseDiscoveryRates() {
    for (JsonNode v : VECTORS.get("benjamini_hochberg")) {
      assertArrayEquals(
          numbers(v.get("p_adj")), BenjaminiHochberg.adjust(numbers(v.get("p"))), 1e-12);
    }
  }

  @Test
  void everyMetricOfTablesMadeByHand() {
    JsonNode v = VECTORS.get("de_table_metrics");
    TreeSet<String> names = new TreeSet<>();
    v.get("real").forEach(row -> names.add(row.get("feature").asText()));
    v.get("pred").forEach(row -> names.add(row.get("feature").asText()));
    List<String> axis = new ArrayList<>(names);
    Map<String, TestedGenes> real = tables(v.get("real"), axis);
    Map<String, TestedGenes> predicted = tables(v.get("pred"), axis);
    Map<String, MetricRow> rows = new TreeMap<>();
    for (String target : real.keySet()) {
      MetricRow row = new MetricRow();
      TableComparison.of(
              real.get(target),
              predicted.getOrDefault(target, table(List.of(), axis)),
              axis.indexOf(target),
              PanelScores.nameRanks(axis),
              ChallengeRules.VCC2026)
          .put(row, true);
      rows.put(target, row);
    }
    PanelScores.correlateCounts(List.copyOf(rows.values()));
    int[] seen = {0};
    v.get("expected")
        .properties()
        .forEach(
            metric -> {
              ChallengeMetric m = ChallengeMetric.of(metric.getKey());
              rows.forEach(
                  (target, row) -> {
                    String place = metric.getKey() + " of " + target;
                    assertEquals(metric.getValue().has(target), row.has(m), place);
                    if (row.has(m)) {
                      double expected = number(metric.getValue().get(target));
                      assertEquals(expected, row.get(m), 1e-12, place);
                      seen[0]++;
                    }
                  });
            });
    assertTrue(seen[0] > 200, seen[0] + " values");
  }

  private static Map<String, TestedGenes> tables(JsonNode rows, List<String> axis) {
    Map<String, List<JsonNode>> byTarget = new TreeMap<>();
    rows.forEach(
        row ->
            byTarget.computeIfAbsent(row.get("target").asText(), t -> new ArrayList<>()).add(row));
    Map<String, TestedGenes> tables = new HashMap<>();
    byTarget.forEach((target, own) -> tables.put(target, table(own, axis)));
    return tables;
  }

  private static TestedGenes table(List<JsonNode> rows, List<String> axis) {
    int[] position = new int[axis.size()];
    Arrays.fill(position, -1);
    int[] gene = rows.stream().mapToInt(r -> axis.indexOf(r.get("feature").asText())).toArray();
    for (int i = 0; i < gene.length; i++) {
      position[gene[i]] = i;
    }
    return TestedGenes.of(
        gene,
        position,
        rows.stream().mapToDouble(r -> number(r.get("log2_fold_change"))).toArray(),
        rows.stream().mapToDouble(r -> number(r.get("p_value"))).toArray(),
        rows.stream().mapToDouble(r -> number(r.get("p_adj"))).toArray(),
        0.05);
  }

  @Test
  void scoresFromReplicateAndUnusableValues() {
    for (JsonNode v : VECTORS.get("score_map")) {
      double score =
          ScoreMap.between(
              ChallengeMetric.of(v.get("metric").asText()),
              number(v.get("u")),
              number(v.get("b")),
              number(v.get("r")));
      assertEquals(number(v.get("score")), score, 1e-12, v.toString());
    }
  }

  @Test
  void randomNumbersAreThoseOfNumpy() {
    JsonNode v = VECTORS.get("split_rng");
    int[] words = NumpySeeds.of(0).words(5);
    for (int i = 0; i < 5; i++) {
      long expected = v.get("seed_sequence_0_generate_state_5_uint32").get(i).asLong();
      assertEquals(expected, Integer.toUnsignedLong(words[i]));
    }
    v.get("permutation_of_range_10_by_seed")
        .properties()
        .forEach(
            e ->
                assertArrayEquals(
                    permutation(e.getValue().get(0)),
                    new NumpyRandom(Long.parseLong(e.getKey())).permutation(10)));
    NumpyRandom one = new NumpyRandom(2968811710L);
    JsonNode two = v.get("two_consecutive_permutations_from_one_generator_seed_2968811710");
    assertArrayEquals(permutation(two.get(0)), one.permutation(7));
    assertArrayEquals(permutation(two.get(1)), one.permutation(5));
  }

  private static int[] permutation(JsonNode node) {
    return IntStream.range(0, node.size()).map(i -> node.get(i).asInt()).toArray();
  }
}
