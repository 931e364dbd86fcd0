package org.virtualcell.stats.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.reference.CellEvalReference;

class BatchMixingTest {
  private static BatchMixing reference(String strength) {
    List<double[]> points = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> batches = new ArrayList<>();
    for (Map<String, String> row :
        CellEvalReference.csv("batch_metrics/batch_strength_" + strength + ".csv")) {
      double[] point = new double[6];
      for (int d = 0; d < 6; d++) {
        point[d] = CellEvalReference.number(row.get("e" + d));
      }
      points.add(point);
      labels.add(row.get("label"));
      batches.add(row.get("batch"));
    }
    return BatchMixing.of(points, labels, batches);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.0", "1, 0.7", "2, 3.0"})
  void theValuesOfTheDefinitionsAreReproduced(int at, String strength) {
    JsonNode expected = CellEvalReference.json("batch_metrics/batch_metrics.json").get(at);
    BatchMixing mixing = reference(strength);
    same(expected, "silhouette_label_scaled", mixing.labelSilhouette());
    same(expected, "silhouette_batch", mixing.batchSilhouette());
    List<Double> perLabel = new ArrayList<>(mixing.batchSilhouettePerLabel().values());
    for (int i = 0; i < perLabel.size(); i++) {
      double value = expected.get("silhouette_batch_per_label").get(i).asDouble();
      assertEquals(value, perLabel.get(i), 1e-10);
    }
    same(expected, "pcr_batch", mixing.principalComponentRegression(50));
    same(expected, "graph_connectivity_union_knn15", mixing.graphConnectivity(15));
    same(expected, "ilisi_median", mixing.ilisi(15, 5).median());
    same(expected, "ilisi_scaled", mixing.ilisi(15, 5).scaled());
    same(expected, "clisi_median", mixing.clisi(15, 5).median());
    same(expected, "clisi_scaled", mixing.clisi(15, 5).scaled());
    same(expected, "kbet_k25_all_cells_acceptance", mixing.kbet(25).acceptance());
    same(expected, "kbet_mean_p", mixing.kbet(25).meanP());
  }

  private static void same(JsonNode expected, String name, double ours) {
    assertEquals(expected.get(name).asDouble(), ours, 1e-9, name);
  }

  @Test
  void batchesThatComeApartAreSeenByEveryMeasure() {
    BatchMixing mixed = reference("0.0");
    BatchMixing apart = reference("3.0");
    assertTrue(mixed.batchSilhouette() > apart.batchSilhouette() + 0.3);
    assertTrue(
        mixed.principalComponentRegression(50) < apart.principalComponentRegression(50) - 0.1);
    assertTrue(mixed.ilisi(15, 5).scaled() > apart.ilisi(15, 5).scaled() + 0.3);
    assertTrue(mixed.kbet(25).acceptance() > apart.kbet(25).acceptance() + 0.5);
    assertTrue(mixed.kbetPerLabel() > apart.kbetPerLabel() + 0.5);
    assertEquals(1, BatchMixing.regressionRemoved(0.2, 0), 0);
    assertEquals(0, BatchMixing.regressionRemoved(0.2, 0.3), 0);
  }

  @Test
  void batchesDrawnAtRandomAreAcceptedAtTheLevelOfTheTest() {
    SplittableRandom random = new SplittableRandom(3);
    List<double[]> points = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> batches = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      points.add(new double[] {random.nextDouble(), random.nextDouble()});
      labels.add("one");
      batches.add("b" + random.nextInt(3));
    }
    BatchMixing mixing = BatchMixing.of(points, labels, batches);
    assertEquals(0.95, mixing.kbet(40).acceptance(), 0.04);
    assertEquals(0.95, mixing.kbetPerLabel(), 0.04);
    assertTrue(mixing.batchSilhouette() > 0.9);
    assertTrue(Double.isNaN(mixing.labelSilhouette()));
  }

  @Test
  void theChiSquareTailIsThatOfScipy() {
    assertEquals(0.31731050786291415, ChiSquare.upper(1, 1), 1e-14); // chi2.sf(1, 1)
    assertEquals(0.6065306597126334, ChiSquare.upper(1, 2), 1e-14);
    assertEquals(0.4752910833430205, ChiSquare.upper(2.5, 3), 1e-14);
    assertEquals(0.04974724741794365, ChiSquare.upper(9.5, 4), 1e-14);
    assertEquals(0.005054260991046375, ChiSquare.upper(20.25, 7), 1e-14);
  }

  @Test
  void whatCannotBeMeasuredIsRefusedOrLeftOutByName() {
    List<double[]> points = List.of(new double[] {0}, new double[] {1}, new double[] {3});
    List<String> names = List.of("a", "a", "b");
    BatchMixing three = BatchMixing.of(points, List.of("x", "x", "y"), names);
    assertFalse(three.batchSilhouettePerLabel().containsKey("y"));
    assertThrows(InvalidDataException.class, () -> three.graphConnectivity(3));
    assertThrows(InvalidDataException.class, () -> three.ilisi(2, 9));
    assertThrows(InvalidDataException.class, () -> three.kbet(4));
    assertThrows(
        InvalidDataException.class, () -> BatchMixing.of(points, names, List.of("a", "b")));
    assertThrows(
        InvalidDataException.class,
        () ->
            BatchMixing.of(
                List.of(new double[] {0}, new double[] {Double.NaN}),
                List.of("a", "b"),
                List.of("a", "b")));
  }
}
