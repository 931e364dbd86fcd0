package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;
import org.virtualcell.atlas.StopAtOnce;

/** What the writer makes is checked attribute by attribute with h5py by check_h5ad.py. */
class H5adWriterTest {
  @TempDir Path folder;

  private static final GeneVocabulary GENES =
      GeneVocabulary.of(List.of("ENSG1", "ENSG2", "ENSG3"), List.of("A", "B", "Ω<\"'/"));
  private static final CsrMatrix MATRIX =
      CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {0, 0, 0}, {2, 0, 3.25f}, {0, 1, 0}}, 3);

  static Table cells() {
    return Table.of(
        "test",
        List.of("c1", "c2", "c3", "ç4"),
        List.of(
            Column.ofStrings("perturbation", Arrays.asList("b", "a", null, "b")),
            Column.ofStrings("unique", List.of("w", "x", "y", "zé")),
            Column.ofCategories(
                "context", List.of("T98G", "A172", "K562"), new int[] {2, 0, -1, 0}),
            Column.ofNumbers("score", 1, Double.NaN, -0.1, 1e300),
            Column.ofIntegers("umis", Long.MAX_VALUE, -1, 0, 3),
            Column.ofIntegers(
                "some", new long[] {1, 0, 3, 4}, new boolean[] {false, true, false, false}),
            Column.ofBooleans("kept", true, false, true, true),
            Column.ofBooleans("maybe", new boolean[4], new boolean[] {true, false, false, false})));
  }

  private H5adWriter writer() {
    return new H5adWriter(GENES, cells())
        .expression(MATRIX, ExpressionUnits.logNormalized(10_000))
        .layer("predicted", MATRIX)
        .variables(List.of(Column.ofBooleans("variable", true, false, true)))
        .provenance("model", "additive");
  }

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("cells.h5ad");
    writer().write(file, false);
    try (AnnotatedData read = AnnotatedFiles.open(file)) {
      assertEquals("h5ad, encoding of anndata 0.8 and later", read.format());
      assertEquals(GENES, read.genes());
      assertEquals(MATRIX.digest(), read.expression().digest());
      assertEquals(ExpressionUnits.logNormalized(10_000), read.units().require("test"));
      assertEquals(List.of("X", "layers/predicted"), read.contents().matrices());
      Table cells = read.observations();
      assertEquals(cells().index(), cells.index());
      assertEquals(cells().names(), cells.names());
      for (Column wrote : cells().columns()) {
        assertEquals(wrote.strings(), cells.column(wrote.name()).strings(), wrote.name());
      }
      assertEquals(Column.Kind.CATEGORY, cells.column("perturbation").kind());
      assertEquals(List.of("a", "b"), cells.column("perturbation").categories());
      assertEquals(List.of("T98G", "A172", "K562"), cells.column("context").categories());
      assertEquals(Column.Kind.BOOLEAN, read.variables().column("variable").kind());
    }
    assertEquals(List.of("cells.h5ad"), Arrays.asList(folder.toFile().list()));
  }

  @Test
  void equalContentGivesEqualBytes() throws Exception {
    writer().write(folder.resolve("one"), false);
    writer().write(folder.resolve("two"), false);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("one")), Files.readAllBytes(folder.resolve("two")));
  }

  @Test
  void moreValuesThanOneBlockAndOneChunkSurvive() {
    int rows = 3000;
    int genes = 500;
    float[][] dense = new float[rows][genes];
    for (int r = 0; r < rows; r++) {
      for (int g = r % 3; g < genes; g += 1 + r % 2) {
        dense[r][g] = (r * 31 + g * 7) % 250;
      }
    }
    CsrMatrix matrix = CsrMatrix.ofDense(dense, genes);
    List<String> names = java.util.stream.IntStream.range(0, rows).mapToObj(i -> "c" + i).toList();
    Path file = folder.resolve("large.h5ad");
    new H5adWriter(GeneVocabulary.of(names.subList(0, genes)), Table.of("test", names, List.of()))
        .expression(matrix, ExpressionUnits.rawCounts())
        .write(file, false);
    try (AnnotatedData read = AnnotatedFiles.open(file)) {
      assertTrue(matrix.nonZeros() > 1 << 20, "the test shall cross blocks");
      assertEquals(matrix.digest(), read.expression().digest());
      assertEquals(ExpressionUnits.rawCounts(), read.units().require("test"));
      assertEquals(names, read.observations().index());
    }
  }

  @Test
  void anExistingFileIsKeptUnlessForced() throws Exception {
    Path file = folder.resolve("cells.h5ad");
    Files.writeString(file, "precious");
    var e = assertThrows(OutputExistsException.class, () -> writer().write(file, false));
    assertTrue(e.getMessage().contains("cells.h5ad"), e::getMessage);
    assertEquals("precious", Files.readString(file));
    writer().write(file, true);
    AnnotatedFiles.open(file).close();
  }

  @Test
  void aCancelledOrFailedWriteLeavesNothing() {
    Path file = folder.resolve("cells.h5ad");
    assertThrows(CancelledException.class, () -> writer().write(file, false, new StopAtOnce()));
    Table zero = Table.of("test", List.of("c1\0", "c2", "c3", "c4"), List.of());
    assertThrows(
        InvalidDataException.class,
        () ->
            new H5adWriter(GENES, zero)
                .expression(MATRIX, ExpressionUnits.logNormalized(1))
                .write(file, false));
    assertThrows(
        StorageException.class, () -> writer().write(folder.resolve("no/such/folder"), false));
    assertEquals(0, folder.toFile().list().length);
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    CsrMatrix small = CsrMatrix.ofDense(new float[1][3], 3);
    assertThrows(
        InvalidDataException.class,
        () -> new H5adWriter(GENES, cells()).expression(small, ExpressionUnits.rawCounts()));
    assertThrows(InvalidDataException.class, () -> writer().layer("a/b", MATRIX));
    assertThrows(InvalidDataException.class, () -> writer().compression(10));
    assertThrows(
        InvalidDataException.class,
        () -> new H5adWriter(GENES, cells()).write(folder.resolve("x"), false));
  }
}
