package org.virtualcell.evaluate.celleval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.StopAtOnce;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.reference.CellEvalReference;
import org.virtualcell.stats.differential.CellValues;

/** Files read batch by batch give what the same cells in memory give, to the last digit. */
class SuiteInBatchesTest {
  private static final String CONTROL = "non-targeting";

  private static final Map<String, Long> LEAST = new HashMap<>();

  @TempDir private Path folder;

  /** A side read from a file on demand, its groups scattered over the file. */
  private CellEvalSide streamed(String name, List<AutoCloseable> open) {
    Path file = folder.resolve(name.replace('/', '_'));
    try (InputStream in = CellEvalReference.open(name)) {
      Files.write(file, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AnnotatedData data = AnnotatedFiles.open(file);
    open.add(data);
    List<String> labels = data.observations().column("target_gene").strings();
    int[] order = scattered(labels.size());
    return new CellEvalSide(
        name,
        CellValues.of(data.expression()).select(order),
        data.genes().ids(),
        IntStream.of(order).mapToObj(labels::get).toList(),
        data.expression().doublePrecision()
            ? CellEvalSide.Storage.DOUBLE
            : CellEvalSide.Storage.SPARSE_SINGLE,
        Optional.empty());
  }

  private static int[] scattered(int size) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, new Random(size));
    return order.stream().mapToInt(i -> i).toArray();
  }

  private static CellEvalSide inMemory(CellEvalSide side) {
    double[][] rows = new double[side.labels().size()][side.genes().size()];
    int[] gene = new int[side.genes().size()];
    double[] value = new double[gene.length];
    for (int cell = 0; cell < rows.length; cell++) {
      int count = side.values().row(cell, gene, value);
      for (int k = 0; k < count; k++) {
        rows[cell][gene[k]] = value[k];
      }
    }
    return side.withValues(CellValues.ofRows(List.of(rows), gene.length));
  }

  /** Everything a run says, as text. */
  private static String text(CellEvalResult result) {
    return CellEvalFiles.wideResults(result)
        + CellEvalFiles.wideAggregate(result.aggregate())
        + result.differential()
        + result.omitted()
        + result.notes();
  }

  private static String text(
      CellEvalSide real,
      CellEvalSide predicted,
      CellEvalOptions options,
      Resources resources,
      StringBuilder tables) {
    CellEval.BesideBaseline both =
        CellEval.besideBaseline(
            real,
            predicted,
            options,
            resources,
            (ours, theirs) -> tables.append(csv(ours)).append(csv(theirs)),
            Progress.SILENT);
    return text(both.predicted()) + text(both.baseline()) + tables;
  }

  private static String csv(org.virtualcell.stats.differential.DifferentialTable table) {
    java.io.StringWriter out = new java.io.StringWriter();
    try {
      table.writeCsvRows(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  @ParameterizedTest
  @EnumSource(CellEvalProfile.class)
  void everyProfileGivesTheSameBytesUnderAnyBudgetAndAnyNumberOfThreads(CellEvalProfile profile)
      throws Exception {
    String kind = profile == CellEvalProfile.FULL_V1 ? "a_plain_f64" : "b_sparse_edge_f32";
    List<AutoCloseable> open = new ArrayList<>();
    try {
      CellEvalSide real = streamed(kind + "/real.h5ad", open);
      CellEvalSide predicted = streamed(kind + "/pred_model.h5ad", open);
      CellEvalOptions options = CellEvalOptions.of(profile, CONTROL);
      Resources all = Resources.defaults().withBytes(Long.MAX_VALUE);
      StringBuilder tables = new StringBuilder();
      String whole = text(inMemory(real), inMemory(predicted), options, all, tables);
      String alone =
          text(CellEval.evaluate(inMemory(real), inMemory(predicted), options, Progress.SILENT));
      assertTrue(whole.startsWith(alone));
      Resources few = leastThatServes(real, predicted, options);
      if (profile != CellEvalProfile.ANNDATA) { // its metrics are in the full profile
        assertEquals(whole, text(real, predicted, options, few, new StringBuilder()));
      }
      assertEquals(whole, text(real, predicted, options, few.withThreads(3), new StringBuilder()));
      if (profile == CellEvalProfile.MINIMAL) {
        CellEvalOptions strict = options.withReading(CellEvalOptions.Reading.STRICT);
        assertEquals(
            text(inMemory(real), inMemory(predicted), strict, all, new StringBuilder()),
            text(real, predicted, strict, few, new StringBuilder()));
      }
    } finally {
      for (AutoCloseable data : open) {
        data.close();
      }
    }
  }

  @Test
  void whatIsKeptOfTheMeasuredCellsServesAnotherPredictionAndChangesNoDigit() throws IOException {
    CellEvalSide real = inMemory(streamed("b_sparse_edge_f32/real.h5ad", new ArrayList<>()));
    CellEvalSide model = inMemory(streamed("b_sparse_edge_f32/pred_model.h5ad", new ArrayList<>()));
    CellEvalSide other =
        inMemory(streamed("b_sparse_edge_f32/pred_ctrlsample.h5ad", new ArrayList<>()));
    CellEvalOptions options = CellEvalOptions.of(CellEvalProfile.VCC2025, CONTROL);
    Resources none = Resources.defaults();
    Optional<Path> shared = Optional.of(folder.resolve("shared"));
    ResultCache first = ResultCache.in(shared, Optional.of(folder.resolve("first")));
    assertEquals(
        text(real, model, options, none, new StringBuilder()),
        text(real, model, options, none.withCache(first), new StringBuilder()));
    assertEquals(0, first.found());
    assertEquals(36, first.made()); // 12 perturbations: measured, predicted, baseline
    ResultCache second = ResultCache.in(shared, Optional.of(folder.resolve("second")));
    assertEquals(
        text(real, other, options, none, new StringBuilder()),
        text(real, other, options, none.withCache(second).withThreads(2), new StringBuilder()));
    assertEquals(24, second.found());
    ResultCache resumed = ResultCache.in(shared, Optional.of(folder.resolve("second")));
    text(real, other, options, none.withCache(resumed), new StringBuilder());
    assertEquals(36, resumed.found());
    CellEvalOptions gated = options.withCpmGate(2000);
    ResultCache third = ResultCache.in(shared, Optional.empty());
    assertEquals(
        text(real, other, gated, none, new StringBuilder()),
        text(real, other, gated, none.withCache(third), new StringBuilder()));
    assertEquals(0, third.found());
  }

  /** Budgets below are refused, the smallest naming the bytes the controls need. */
  private static Resources leastThatServes(
      CellEvalSide real, CellEvalSide predicted, CellEvalOptions options) {
    CellEvalOptions quick = CellEvalOptions.of(CellEvalProfile.PDS, options.control());
    String refusal = "";
    if (LEAST.containsKey(real.source())) {
      return Resources.defaults().withBytes(LEAST.get(real.source()));
    }
    for (long bytes = 65_536; ; bytes += bytes / 2) {
      Resources resources = Resources.defaults().withBytes(bytes);
      try {
        text(real, predicted, quick, resources, new StringBuilder());
        assertTrue(refusal.contains("need"), refusal);
        LEAST.put(real.source(), bytes);
        return resources;
      } catch (MemoryBudgetException e) {
        assertTrue(
            !refusal.isEmpty() || e.getMessage().contains("The control cells need "),
            e.getMessage());
        refusal = e.getMessage();
      }
    }
  }

  @Test
  void aRunStopsWhereItsListenerWantsItTo() {
    List<AutoCloseable> open = new ArrayList<>();
    CellEvalSide real = streamed("b_sparse_edge_f32/real.h5ad", open);
    org.junit.jupiter.api.Assertions.assertThrows(
        CancelledException.class,
        () ->
            CellEval.besideBaseline(
                real,
                real,
                CellEvalOptions.of(CellEvalProfile.DE, CONTROL),
                Resources.defaults(),
                (ours, theirs) -> {},
                new StopAtOnce()));
  }
}
