package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.VirtualCellException;

/** What is wrong with a file is said with the file's name, the place in it, and a remedy. */
class BadFilesTest {
  private static final String NAME = "cells.h5ad";

  @TempDir Path folder;

  /** An h5ad file of three cells and three genes with the given parts of X. */
  private Path file(long[] indptr, int[] indices, float... data) {
    return file(List.of("A", "B", "C"), indptr, indices, data);
  }

  private Path file(List<String> genes, long[] indptr, int[] indices, float... data) {
    Path file = folder.resolve(NAME);
    int cells = 3;
    try (Hdf5Output out = Hdf5Output.create(file, file, 4)) {
      out.rootEncoding("anndata", "0.1.0");
      List<String> names = IntStream.range(0, cells).mapToObj(i -> "c" + i).toList();
      new H5adTableWriter(out).write("obs", Table.of("obs", names, List.of()));
      Column ids =
          Column.ofStrings(
              "gene_ids", IntStream.range(0, genes.size()).mapToObj(i -> "ENSG" + i).toList());
      new H5adTableWriter(out).write("var", Table.of("var", genes, List.of(ids)));
      out.csrMatrix("X", cells, genes.size());
      out.pieces("X/data", data.length, NativeOutput.Width.FLOAT32).append(data, data.length);
      out.pieces("X/indices", indices.length, NativeOutput.Width.INT32)
          .append(indices, indices.length);
      out.offsets("X/indptr", indptr, NativeOutput.Width.INT64);
    }
    return file;
  }

  private static <E extends VirtualCellException> E refused(Class<E> type, Path file) {
    return named(
        file,
        assertThrows(
            type,
            () -> {
              try (AnnotatedData data = AnnotatedFiles.open(file)) {
                data.units().require(data.source());
                data.expressionInMemory();
              }
            }));
  }

  private static <E extends VirtualCellException> E named(Path file, E e) {
    assertTrue(e.where().contains(file.getFileName().toString()), e::getMessage);
    assertFalse(e.remedy().isBlank(), e::getMessage);
    return e;
  }

  private static void assertSays(VirtualCellException e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), () -> part + " is not in: " + e.getMessage());
    }
  }

  @Test
  void anEmptyFileIsRefused() throws Exception {
    Path file = Files.write(folder.resolve(NAME), new byte[0]);
    assertSays(refused(DataFormatException.class, file), "empty");
  }

  @Test
  void aFileThatIsNotHdf5IsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve(NAME), "cell,gene,count\na,b,1\n");
    assertSays(refused(DataFormatException.class, file), "not HDF5");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0005, 0.1, 0.5, 0.9, 0.999})
  void aTruncatedFileIsRefused(double share) throws Exception {
    byte[] whole = Files.readAllBytes(file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2, 3));
    Path file =
        Files.write(folder.resolve("cut.h5ad"), Arrays.copyOf(whole, (int) (whole.length * share)));
    refused(DataFormatException.class, file);
  }

  @Test
  void aForeignHdf5FileIsRefusedWithWhatItHolds() {
    Path file = folder.resolve(NAME);
    try (Hdf5Output out = Hdf5Output.create(file, file, 0)) {
      out.group("weather", "dict", "0.1.0");
    }
    assertSays(refused(DataFormatException.class, file), "weather", "obs and var");
  }

  @Test
  void aMissingMatrixIsRefusedWithTheChoices() {
    Path file = Fixtures.find("anndata-formats/bpcells-mini-v0.7.h5ad");
    var e =
        assertThrows(
            DataFormatException.class,
            () -> AnnotatedFiles.open(file, ReadOptions.defaults().withMatrix("layers/counts")));
    assertSays(named(file, e), "layers/counts", "layers/dense", "layers/transpose");
    assertSays(
        refused(DataFormatException.class, Fixtures.find("anndata-formats/anndata-v0.11.4.h5ad")),
        "no matrix X");
  }

  @Test
  void aMissingColumnIsRefusedWithTheColumnsThereAre() {
    Path file = Fixtures.find("anndata-formats/anndata-v0.7.0.h5ad");
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      var e =
          assertThrows(
              InvalidDataException.class, () -> data.observations().column("perturbation"));
      assertSays(named(file, e), "perturbation", "obs_cat, cat_ordered");
    }
  }

  @Test
  void negativeValuesHaveNoUnits() {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, -2, 3);
    assertSays(refused(InvalidDataException.class, file), "negative", "-2.0", "row 1", "'B'");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void valuesThatAreNotFiniteAreRefused(float value) {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2, value);
    assertSays(refused(InvalidDataException.class, file), "" + value, "row 2", "'C'");
  }

  @Test
  void fractionalCountsAreNoCounts() {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2.5f, 700);
    assertSays(refused(InvalidDataException.class, file), "fractional");
    ReadOptions counts = ReadOptions.defaults().withUnits(ExpressionUnits.rawCounts());
    try (AnnotatedData data = AnnotatedFiles.open(file, counts)) {
      var e = assertThrows(InvalidDataException.class, () -> data.units().require(data.source()));
      assertSays(named(file, e), "caller states raw counts", "fractional");
    }
  }

  @Test
  void unsortedGenesAreSorted() {
    Path file = file(new long[] {0, 3, 3, 4}, new int[] {2, 0, 1, 1}, 3, 1, 2, 9);
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      CsrMatrix expected = CsrMatrix.ofDense(new float[][] {{1, 2, 3}, {0, 0, 0}, {0, 9, 0}}, 3);
      assertEquals(expected.digest(), data.expression().digest());
    }
  }

  @Test
  void aGeneTwiceInARowIsRefused() {
    Path file = file(new long[] {0, 1, 3, 4}, new int[] {0, 1, 1, 2}, 1, 2, 3, 4);
    assertSays(refused(DataFormatException.class, file), "'B'", "twice", "row 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aGeneOutOfRangeIsRefused(int gene) {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, gene}, 1, 2, 3);
    assertSays(refused(DataFormatException.class, file), "" + gene, "3 genes", "row 2");
  }

  @Test
  void rowOffsetsThatDoNotFitAreRefused() {
    int[] genes = {0, 1, 2};
    float[] data = {1, 2, 3};
    for (long[] indptr :
        new long[][] {
          {0, 2, 1, 3},
          {1, 1, 2, 3},
          {0, 1, 2, 4},
          {0, 1, 2, 2},
          {0, 1, 3},
          {0, -1, 2, 3},
          {0, Long.MAX_VALUE, 2, 3}
        }) {
      Path file = file(indptr, genes, data);
      assertSays(refused(DataFormatException.class, file), "offset");
      assertTrue(file.toFile().delete());
    }
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1}, data);
    assertSays(refused(DataFormatException.class, file), "2 indices do not fit 3 values");
  }

  @Test
  void genesThatOccurTwiceAreNamedAndCanBeReadById() {
    Path file = file(List.of("A", "B", "A"), new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2, 3);
    assertSays(refused(InvalidDataException.class, file), "more than once: A", "gene_ids");
    ReadOptions byId =
        ReadOptions.defaults().withDuplicateGenes(ReadOptions.DuplicateGenes.USE_ID_COLUMN);
    try (AnnotatedData data = AnnotatedFiles.open(file, byId)) {
      assertEquals(List.of("ENSG0", "ENSG1", "ENSG2"), data.genes().ids());
      assertEquals(List.of("A", "B", "A"), data.genes().symbols());
    }
  }

  @Test
  void aFileWithoutCellsIsRefused() {
    Path file = folder.resolve(NAME);
    try (Hdf5Output out = Hdf5Output.create(file, file, 0)) {
      out.rootEncoding("anndata", "0.1.0");
      new H5adTableWriter(out).write("obs", Table.of("obs", List.of(), List.of()));
      new H5adTableWriter(out).write("var", Table.of("var", List.of("A"), List.of()));
      out.csrMatrix("X", 0, 1);
      out.pieces("X/data", 0, NativeOutput.Width.FLOAT32);
      out.pieces("X/indices", 0, NativeOutput.Width.INT32);
      out.offsets("X/indptr", new long[1], NativeOutput.Width.INT32);
    }
    assertSays(refused(InvalidDataException.class, file), "no cell");
  }

  @Test
  void aMatrixThatDoesNotFitItsTablesIsRefused() {
    Path file = folder.resolve(NAME);
    try (Hdf5Output out = Hdf5Output.create(file, file, 0)) {
      out.rootEncoding("anndata", "0.1.0");
      new H5adTableWriter(out).write("obs", Table.of("obs", List.of("c"), List.of()));
      new H5adTableWriter(out).write("var", Table.of("var", List.of("A"), List.of()));
      out.csrMatrix("X", 7, 1);
    }
    assertSays(refused(DataFormatException.class, file), "[7, 1]", "1 cells");
  }

  @Test
  void aMissingFileAndAnUnreadableOneAreNamed() throws IOException {
    Path absent = folder.resolve("absent.h5ad");
    assertSays(named(absent, refused(StorageException.class, absent)), "no such file");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertSays(refused(DataFormatException.class, empty), "matrix.mtx");
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(closed), "this user may read everything");
      assertSays(refused(StorageException.class, closed), "permission");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aZarrFolderIsRefusedWithTheWayOut() throws IOException {
    Path store = Files.createDirectory(folder.resolve("cells.zarr"));
    Files.writeString(store.resolve(".zgroup"), "{\"zarr_format\": 2}");
    assertSays(refused(DataFormatException.class, store), "Zarr", "read_zarr");
  }

  @Test
  void aFullDiskLeavesNothingAndTheOldFileStays() throws IOException {
    Path file = Files.writeString(folder.resolve("out.json"), "old");
    var e =
        assertThrows(
            StorageException.class,
            () ->
                AtomicFile.write(
                    file,
                    true,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }));
    assertSays(named(file, e), "No space left");
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("out.json"), Arrays.asList(folder.toFile().list()));
    assertThrows(OutputExistsException.class, () -> AtomicFile.write(file, false, out -> {}));
    assertThrows(StorageException.class, () -> AtomicFile.write(folder, true, out -> {}));
  }

  @Test
  void aBudgetThatDoesNotSufficeNamesTheNumbers() {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2, 3);
    var e =
        assertThrows(
            MemoryBudgetException.class,
            () -> AnnotatedFiles.open(file, ReadOptions.defaults().withMemoryBudget(100)));
    assertSays(named(file, e), "100", "bytes");
    Path columns = Fixtures.find("variants/modern.h5ad"); // compressed by genes
    assertThrows(
        MemoryBudgetException.class,
        () -> AnnotatedFiles.open(columns, ReadOptions.defaults().withMemoryBudget(150)));
    assertThrows(InvalidDataException.class, () -> ReadOptions.defaults().withMemoryBudget(0));
  }

  @Test
  void readingAfterClosingIsAnError() {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2, 3);
    AnnotatedData data = AnnotatedFiles.open(file);
    ExpressionMatrix matrix = data.expression();
    data.close();
    data.close();
    assertSays(named(file, assertThrows(ClosedException.class, data::expression)), "closed");
    assertThrows(ClosedException.class, () -> matrix.block(0, 1));
    assertEquals(3, data.observations().rows());
  }

  @Test
  void arraysAndBlocksThatDoNotFitAreRefused() {
    Path file = file(new long[] {0, 1, 2, 3}, new int[] {0, 1, 2}, 1, 2, 3);
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      ExpressionMatrix m = data.expression();
      assertThrows(InvalidDataException.class, () -> m.block(-1, 1));
      assertThrows(InvalidDataException.class, () -> m.block(0, 4));
      assertThrows(InvalidDataException.class, () -> m.block(Long.MAX_VALUE, 1));
      assertThrows(InvalidDataException.class, () -> m.nonZeros(0, -1));
      assertThrows(
          InvalidDataException.class, () -> m.copyRows(0, 3, new int[3], new int[3], new float[3]));
      assertThrows(
          InvalidDataException.class, () -> m.copyRows(0, 3, new int[4], new int[2], new float[3]));
    }
    assertThrows(
        InvalidDataException.class, () -> Column.ofCategories("c", List.of("a"), new int[] {1}));
    assertThrows(
        InvalidDataException.class,
        () -> Table.of("t", List.of("a"), List.of(Column.ofNumbers("n", 1, 2))));
    assertThrows(InvalidDataException.class, () -> ReadOptions.defaults().withMatrix("Y"));
    assertThrows(InvalidDataException.class, () -> Column.ofStrings("s", List.of("x")).numbers());
  }
}
