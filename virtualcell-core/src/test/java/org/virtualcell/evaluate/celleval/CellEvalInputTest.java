package org.virtualcell.evaluate.celleval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.reference.CellEvalReference;
import org.virtualcell.reference.CellEvalReference.Cells;
import org.virtualcell.stats.differential.CellValues;

/**
 * The faulty inputs of bad_input.json. One verdict differs on purpose: a NaN in compressed rows is
 * refused here, and accepted by the original, in whose results it spreads.
 */
class CellEvalInputTest {
  private static final Cells CELLS = CellEvalReference.cells("b_sparse_edge_f32/real.h5ad");
  private static final String CONTROL = "non-targeting";

  /** A side that a case changes. */
  private static final class Draft {
    final List<double[]> rows = new ArrayList<>();
    List<String> genes = new ArrayList<>(CELLS.genes());
    List<String> labels = new ArrayList<>(CELLS.column("target_gene"));

    Draft() {
      CELLS.values().forEach(row -> rows.add(row.clone()));
    }

    void dropLabel(String label) {
      for (int cell = labels.size() - 1; cell >= 0; cell--) {
        if (labels.get(cell).equals(label)) {
          labels.remove(cell);
          rows.remove(cell);
        }
      }
    }

    CellEvalSide side(String source) {
      return new CellEvalSide(
          source,
          CellValues.ofRows(rows, genes.size()),
          genes,
          labels,
          CellEvalSide.Storage.SPARSE_SINGLE,
          java.util.Optional.empty());
    }
  }

  private static void evaluate(Consumer<Draft> change, CellEvalOptions options) {
    Draft predicted = new Draft();
    change.accept(predicted);
    CellEval.evaluate(
        new Draft().side("real"), predicted.side("predicted"), options, Progress.SILENT);
  }

  private static final CellEvalOptions OPTIONS = CellEvalOptions.of(CellEvalProfile.PDS, CONTROL);

  private static void refused(Consumer<Draft> change, CellEvalOptions options, String... words) {
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> evaluate(change, options));
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage() + " does not say " + word);
    }
  }

  @Test
  void theValidPairIsAccepted() {
    evaluate(d -> {}, OPTIONS);
  }

  @Test
  void genesMustBeTheSameInTheSameOrder() {
    refused(
        d -> {
          d.genes.remove(7);
          d.rows.replaceAll(CellEvalInputTest::withoutSeventh);
        },
        OPTIONS,
        CELLS.genes().get(7));
    refused(d -> Collections.swap(d.genes, 3, 4), OPTIONS, CELLS.genes().get(3), "gene 3");
    refused(d -> d.genes.set(5, "OTHER"), OPTIONS, "OTHER");
  }

  private static double[] withoutSeventh(double[] row) {
    double[] shorter = Arrays.copyOf(row, row.length - 1);
    System.arraycopy(row, 8, shorter, 7, row.length - 8);
    return shorter;
  }

  @Test
  void labelsMustBeTheSame() {
    refused(d -> d.dropLabel("GENE5"), OPTIONS, "not predicted [GENE5]");
    refused(d -> d.labels.replaceAll(l -> l.equals("GENE5") ? "NEW" : l), OPTIONS, "[NEW]");
    refused(d -> d.dropLabel(CONTROL), OPTIONS, "predicted", CONTROL);
    refused(d -> {}, CellEvalOptions.of(CellEvalProfile.PDS, "absent"), "absent");
    refused(d -> d.labels.set(4, null), OPTIONS, "cell 4");
  }

  @Test
  void valuesMustBeOfOneKind() {
    Consumer<Draft> negative = d -> d.rows.get(3)[9] = -0.5;
    refused(negative, OPTIONS, "-0.5", "cell 3", CELLS.genes().get(9));
    refused(negative, OPTIONS.withAllowDiscrete(true), "-0.5", "cell 3");
    Consumer<Draft> large = d -> d.rows.get(3)[9] = 15.2;
    refused(large, OPTIONS, "15.2", "cell 3", CELLS.genes().get(9));
    evaluate(large, OPTIONS.withAllowDiscrete(true));
    refused(d -> d.rows.get(3)[9] = Double.NaN, OPTIONS, "NaN", "cell 3", CELLS.genes().get(9));
  }

  @Test
  void storedZerosChangeNothing() {
    Draft draft = new Draft();
    CellEvalSide plain = draft.side("plain");
    CellValues zeros =
        new CellValues() {
          @Override
          public int cells() {
            return plain.values().cells();
          }

          @Override
          public int genes() {
            return plain.values().genes();
          }

          @Override
          public int row(int cell, int[] gene, double[] value) {
            for (int g = 0; g < genes(); g++) {
              gene[g] = g;
              value[g] = draft.rows.get(cell)[g];
            }
            return genes();
          }
        };
    CellEvalOptions options = CellEvalOptions.of(CellEvalProfile.DE, CONTROL);
    CellEvalResult stored =
        CellEval.evaluate(plain, plain.withValues(zeros), options, Progress.SILENT);
    CellEvalResult skipped = CellEval.evaluate(plain, plain, options, Progress.SILENT);
    for (CellEvalMetric metric : CellEvalProfile.DE.metrics()) {
      assertEquals(
          skipped.aggregate().value("mean", metric.label()),
          stored.aggregate().value("mean", metric.label()));
    }
  }

  private static AggregateTable aggregate(Map<String, Double> means) {
    Map<String, OptionalDouble> row = new HashMap<>();
    means.forEach((metric, value) -> row.put(metric, OptionalDouble.of(value)));
    return AggregateTable.of(new ArrayList<>(means.keySet()), Map.of("mean", row));
  }

  private static Map<String, Double> means(double mae, double overlap) {
    Map<String, Double> means = new LinkedHashMap<>();
    means.put("mae", mae);
    means.put("overlap_at_N", overlap);
    return means;
  }

  private static void scores(String name, Map<String, Double> user, Map<String, Double> baseline) {
    CellEvalScore score = CellEvalScore.of(aggregate(user), aggregate(baseline));
    CellEvalReference.json("bad_input.json")
        .forEach(
            c -> {
              if (c.get("case").asText().equals(name)) {
                c.get("result")
                    .properties()
                    .forEach(
                        e ->
                            assertEquals(
                                e.getValue().asDouble(),
                                e.getKey().equals("avg_score")
                                    ? score.average()
                                    : score.scores().get(e.getKey()),
                                1e-12,
                                name + " " + e.getKey()));
              }
            });
  }

  @Test
  void scoresOfOddAggregatesAreTheOriginals() {
    Map<String, Double> base = means(0.4, 0.05);
    scores("score: plain", means(0.2, 0.1), base);
    scores("score: NaN in the baseline", means(0.2, 0.1), means(0.4, Double.NaN));
    scores("score: baseline mae 0 and user mae 0.2", means(0.2, 0.1), means(0, 0.05));
    scores("score: both mae 0", means(0, 0.1), means(0, 0.05));
    scores("score: baseline overlap 1, user 0.1", means(0.2, 0.1), means(0.4, 1));
    scores("score: worse than baseline on both", means(0.8, 0.01), base);
    scores("score: user is better than perfect range (mae -0.1)", means(-0.1, 0.1), base);
    for (String extra : List.of("something_else", "de_nsig_counts_real")) {
      Map<String, Double> user = means(0.2, 0.1);
      user.put(extra, 3.0);
      Map<String, Double> wide = means(0.4, 0.05);
      wide.put(extra, 2.0);
      scores("score: plain", user, wide);
      assertFalse(CellEvalScore.of(aggregate(user), aggregate(wide)).scores().containsKey(extra));
    }
  }

  @Test
  void aggregatesThatDoNotFitAreRefused() {
    Map<String, Double> turned = new LinkedHashMap<>();
    turned.put("overlap_at_N", 0.05);
    turned.put("mae", 0.4);
    AggregateTable user = aggregate(means(0.2, 0.1));
    assertThrows(InvalidDataException.class, () -> CellEvalScore.of(user, aggregate(turned)));
    assertThrows(
        InvalidDataException.class,
        () -> CellEvalScore.of(user, aggregate(means(0.4, 0.05)), "median"));
  }

  @Test
  void theStrictReadingTakesMeasuredControlsAndNamesWhatItLeavesOut() {
    CellEvalOptions compatible = CellEvalOptions.of(CellEvalProfile.FULL_V1, CONTROL);
    CellEvalOptions strict = compatible.withReading(CellEvalOptions.Reading.STRICT);
    CellEvalSide real = new Draft().side("real");
    Draft edited = new Draft();
    for (int cell = 0; cell < edited.rows.size(); cell++) {
      if (edited.labels.get(cell).equals(CONTROL)) {
        edited.rows.set(cell, new double[edited.genes.size()]);
      }
    }
    CellEvalSide predicted = edited.side("predicted");
    CellEvalResult fair = CellEval.evaluate(real, predicted, strict, Progress.SILENT);
    CellEvalResult original = CellEval.evaluate(real, predicted, compatible, Progress.SILENT);
    // the perturbed cells are the truth: edited controls must not matter, and do in the original
    assertEquals(1, mean(fair, "pearson_delta"), 1e-12);
    assertEquals(1, mean(fair, "discrimination_score_l1"), 1e-12);
    assertEquals(1, mean(fair, "overlap_at_N"), 0.2);
    assertTrue(mean(original, "pearson_delta") < 0.99);
    assertEquals(2, fair.omitted().size(), fair.omitted().toString());
    assertTrue(fair.omitted().stream().anyMatch(o -> o.startsWith("one_cell: 1 cells")));
    for (String column : fair.aggregate().columns()) {
      assertFalse(Double.isNaN(fair.aggregate().value("mean", column).orElse(0)), column);
    }
  }

  @Test
  void copiedControlsDoNotScoreByTheAlphabetInTheStrictReading() {
    CellEvalSide real = new Draft().side("real");
    Draft copies = new Draft();
    double[] profile =
        MeanProfiles.mean(
            real.values(),
            java.util.stream.IntStream.range(0, real.labels().size())
                .filter(i -> real.labels().get(i).equals(CONTROL))
                .toArray());
    copies.rows.replaceAll(row -> profile.clone());
    CellEvalResult strict =
        CellEval.evaluate(
            real,
            copies.side("copies"),
            CellEvalOptions.of(CellEvalProfile.ANNDATA, CONTROL)
                .withReading(CellEvalOptions.Reading.STRICT),
            Progress.SILENT);
    // n perturbations at one distance: every one has the same middle rank
    double n = strict.perturbations().size();
    MetricColumn cosine = strict.column(CellEvalMetric.DISCRIMINATION_COSINE);
    for (int p = 0; p < cosine.size(); p++) {
      assertEquals(1 - (n - 1) / 2 / n, cosine.value(p), 1e-12);
    }
    assertEquals(-1, mean(strict, "pearson_delta"), 0, "no effect is no correlation");
    assertTrue(strict.notes().stream().anyMatch(note -> note.startsWith("pearson_delta: 10 ")));
  }

  private static double mean(CellEvalResult result, String column) {
    return result.aggregate().value("mean", column).orElseThrow();
  }
}
