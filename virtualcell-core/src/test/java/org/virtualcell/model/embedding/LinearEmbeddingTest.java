package org.virtualcell.model.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.ejml.simple.SimpleSVD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneCoverageException;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.io.Safetensors;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.PrincipalComponents;

/** Places of cells against the singular vectors of the centred dense matrix in double. */
class LinearEmbeddingTest {
  private static final int CELLS = 200;
  private static final int GENES = 60;
  private static final int DIMENSIONS = 4;

  private static float[][] counts() {
    SplittableRandom random = new SplittableRandom(5);
    float[][] rows = new float[CELLS][GENES];
    for (int i = 0; i < CELLS; i++) {
      for (int g = 0; g < GENES; g++) {
        int program = g % 6;
        boolean on = program < 5 && (i >> program & 1) == 1;
        double mean = (on ? 9 - program : 2) * (1 + g % 3);
        for (double left = random.nextDouble(); left > Math.exp(-mean); rows[i][g]++) {
          left *= random.nextDouble();
        }
      }
    }
    return rows;
  }

  private static CellState state(float[][] rows, List<String> genes) {
    return CellState.of(
        GeneVocabulary.of(genes),
        CsrMatrix.ofDense(rows, genes.size()),
        ExpressionUnits.rawCounts(),
        CellContext.of("x"));
  }

  private static List<String> names() {
    return IntStream.range(0, GENES).mapToObj(g -> "g" + g).toList();
  }

  private static LinearEmbedding fit(CellState state) {
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults())) {
      return LinearEmbedding.fit(lane, state, PrincipalComponents.Options.of(DIMENSIONS), "a test");
    }
  }

  private static LinearEmbedding fitted() {
    return fit(state(counts(), names()));
  }

  private static float[] places(LinearEmbedding embedding, CellState state) {
    return embedding.transform(state).values();
  }

  @Test
  void placesAreTheProjectionsOnTheSingularVectorsOfTheCentredMatrix() {
    float[][] rows = counts();
    double[][] x = new double[CELLS][GENES];
    for (int i = 0; i < CELLS; i++) {
      double sum = 0;
      for (float value : rows[i]) {
        sum += value;
      }
      for (int g = 0; g < GENES; g++) {
        x[i][g] = Math.log1p(rows[i][g] * 1e4 / sum);
      }
    }
    for (int g = 0; g < GENES; g++) {
      double mean = 0;
      for (double[] row : x) {
        mean += row[g] / CELLS;
      }
      for (double[] row : x) {
        row[g] -= mean;
      }
    }
    SimpleSVD<SimpleMatrix> exact = SimpleMatrix.wrap(new DMatrixRMaj(x)).svd(true);
    float[] found = places(fitted(), state(rows, names()));
    for (int k = 0; k < DIMENSIONS; k++) {
      double same = 0;
      for (int i = 0; i < CELLS; i++) {
        same += exact.getU().get(i, k) * exact.getSingleValue(k) * found[i * DIMENSIONS + k];
      }
      double sign = Math.signum(same);
      double scale = exact.getSingleValue(k) / Math.sqrt(CELLS);
      for (int i = 0; i < CELLS; i++) {
        double wanted = sign * exact.getU().get(i, k) * exact.getSingleValue(k);
        assertEquals(wanted, found[i * DIMENSIONS + k], 0.02 * scale, "cell " + i + ", " + k);
      }
    }
  }

  @Test
  void aReloadedEmbeddingPlacesCellsToTheLastBit(@TempDir Path folder) {
    LinearEmbedding made = fitted();
    Path file = folder.resolve("pca.safetensors");
    made.save(file, false);
    LinearEmbedding read = LinearEmbedding.load(file);
    CellState state = state(counts(), names());
    assertArrayEquals(places(made, state), places(read, state));
    assertEquals(made.digest(), read.digest());
    assertEquals(made.provenance(), read.provenance());
    assertEquals(made.genes(), read.genes());
    assertEquals("a test", read.provenance().get("fitted to"));
    assertThrows(OutputExistsException.class, () -> made.save(file, false));
  }

  @Test
  void cellsAreMatchedByGeneNameWhateverTheOrderOfTheirGenesAndExtraOnes() {
    LinearEmbedding embedding = fitted();
    float[][] rows = counts();
    float[] wanted = places(embedding, state(rows, names()));
    List<Integer> order = new ArrayList<>(IntStream.range(0, GENES).boxed().toList());
    Collections.shuffle(order, new Random(1));
    float[][] mixed = new float[CELLS][GENES + 1];
    for (int i = 0; i < CELLS; i++) {
      for (int g = 0; g < GENES; g++) {
        mixed[i][g] = rows[i][order.get(g)];
      }
      mixed[i][GENES] = 1000; // a gene the embedding does not know changes nothing
    }
    List<String> genes = new ArrayList<>(order.stream().map(g -> "g" + g).toList());
    genes.add("other");
    float[] found = places(embedding, state(mixed, genes));
    assertArrayEquals(wanted, found, 1e-5f);
  }

  @Test
  void missingGenesAreNamedAndStandAtTheirMeanNotAtZero() {
    LinearEmbedding embedding = fitted();
    float[][] rows = counts();
    float[][] fewer = new float[CELLS][];
    for (int i = 0; i < CELLS; i++) {
      fewer[i] = java.util.Arrays.copyOf(rows[i], GENES - 6);
    }
    EmbeddedCells placed = embedding.transform(state(fewer, names().subList(0, GENES - 6)));
    assertEquals(names().subList(GENES - 6, GENES), placed.missing());
    assertEquals(0.9, placed.coverage(), 1e-12);
    double[] mean = new double[DIMENSIONS];
    double size = 0;
    for (int i = 0; i < CELLS; i++) {
      for (int k = 0; k < DIMENSIONS; k++) {
        mean[k] += placed.cell(i)[k] / CELLS;
        size += placed.cell(i)[k] * placed.cell(i)[k] / CELLS;
      }
    }
    // zeros in their place would move all cells by the means of six genes
    for (double m : mean) {
      assertTrue(Math.abs(m) < 0.25 * Math.sqrt(size), m + " of " + Math.sqrt(size));
    }
    float[][] half = new float[1][30];
    half[0][3] = 2;
    assertThrows(
        GeneCoverageException.class,
        () -> embedding.transform(state(half, names().subList(0, 30))));
  }

  @Test
  void unitsAreConvertedWhereAnExactWayExistsAndRefusedElsewhere() {
    LinearEmbedding embedding = fitted();
    CellState raw = state(counts(), names());
    float[] wanted = places(embedding, raw);
    CellState other = Normalization.logNormalize(raw, 500);
    assertArrayEquals(wanted, places(embedding, other), 1e-3f);
    assertArrayEquals(wanted, places(embedding, Normalization.logNormalize(raw, 10_000)), 1e-4f);
    CellState unstated =
        CellState.of(
            raw.genes(),
            other.expression(),
            ExpressionUnits.logNormalizedToUnstatedTotal(),
            raw.context());
    assertThrows(UnitsMismatchException.class, () -> embedding.transform(unstated));
    LinearEmbedding alike = fit(unstated);
    assertEquals(unstated.units(), alike.units());
    assertEquals(CELLS, alike.transform(unstated).cells());
    assertThrows(UnitsMismatchException.class, () -> alike.transform(raw));
  }

  @Test
  void tooFewCellsAndUnknownCellsAreRefused() {
    float[][] three = java.util.Arrays.copyOf(counts(), 3);
    assertThrows(InvalidDataException.class, () -> fit(state(three, names())));
    EmbeddedCells placed = fitted().transform(state(three, names()));
    assertThrows(InvalidDataException.class, () -> placed.cell(3));
  }

  @Test
  void damagedAndForeignFilesAreRefused(@TempDir Path folder) throws Exception {
    Path foreign = folder.resolve("foreign.safetensors");
    Safetensors.writer().put("mean", new double[2], 2).write(foreign, false);
    assertThrows(DataFormatException.class, () -> LinearEmbedding.load(foreign));
    Path file = folder.resolve("pca.safetensors");
    fitted().save(file, false);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 20] ^= 1;
    Files.write(file, bytes);
    DataFormatException changed =
        assertThrows(DataFormatException.class, () -> LinearEmbedding.load(file));
    assertTrue(changed.getMessage().contains("digest"), changed.getMessage());
    fitted().save(file, true);
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    Files.write(
        file,
        text.replace("\\\"kind\\\":\\\"pca\\\"", "\\\"kind\\\":\\\"abc\\\"")
            .getBytes(StandardCharsets.ISO_8859_1));
    DataFormatException unknown =
        assertThrows(DataFormatException.class, () -> LinearEmbedding.load(file));
    assertTrue(unknown.getMessage().contains("abc"), unknown.getMessage());
  }
}
