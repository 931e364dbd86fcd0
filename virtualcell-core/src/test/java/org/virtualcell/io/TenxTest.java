package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.VirtualCellException;

/**
 * 10x files beyond the fixtures: several genomes, several feature types, text that does not fit.
 */
class TenxTest {
  private static final String HEADER = "%%MatrixMarket matrix coordinate integer general\n%x\n";
  private static final String FEATURES =
      "ENSG1\tA\tGene Expression\nENSG2\tB\tGene Expression\nG1\tguide\tCRISPR Guide Capture\n";

  @TempDir Path folder;

  private Path matrix(String text) throws IOException {
    Files.writeString(folder.resolve("features.tsv"), FEATURES);
    Files.writeString(folder.resolve("barcodes.tsv"), "c1\nc2\n");
    Files.writeString(folder.resolve("matrix.mtx"), text);
    return folder;
  }

  @Test
  void entriesMayStandInAnyOrderAndGuidesAreNoGenes() throws IOException {
    Path file = matrix(HEADER + "3 2 4\n3 2 7\n2 1 5\n1 1 4 \r\n1 2 6");
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      assertEquals(List.of("ENSG1", "ENSG2"), data.genes().ids());
      assertEquals(List.of("A", "B"), data.genes().symbols());
      assertEquals(
          CsrMatrix.ofDense(new float[][] {{4, 5}, {6, 0}}, 2).digest(),
          data.expression().digest());
      assertEquals(ExpressionUnits.rawCounts(), data.units().require("test"));
      assertEquals(
          List.of("X", "features/CRISPR Guide Capture", "features/Gene Expression"),
          data.contents().matrices());
      assertTrue(data.contents().faults().get(0).startsWith("1 features of other types"));
    }
    ReadOptions guides = ReadOptions.defaults().withMatrix("features/CRISPR Guide Capture");
    try (AnnotatedData data = AnnotatedFiles.open(file, guides)) {
      assertEquals(List.of("guide"), data.genes().symbols());
      assertEquals(
          CsrMatrix.ofDense(new float[][] {{0}, {7}}, 1).digest(), data.expression().digest());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3 2 1\n4 1 5", // feature out of range
        "3 2 1\n0 1 5",
        "3 2 1\n1 3 5", // cell out of range
        "3 2 2\n1 1 5\n1 1 6", // twice
        "3 2 2\n1 1 5", // too few
        "3 2 1\n1 1 5\n2 1 5", // too many
        "3 2 1\n1 1 x",
        "3 2 1\n1 1",
        "3 2 1\n1 1 5 6",
        "3 2 1\n1 1 NaN",
        "3 2 1\n1 99999999999999999999 5",
        "2 2 1\n1 1 5", // another number of features
        "3 2 -1\n",
        "3 2\n",
        ""
      })
  void textThatDoesNotFitIsRefusedWithItsLine(String body) throws IOException {
    Path file = matrix(HEADER + body);
    var e = assertThrows(VirtualCellException.class, () -> AnnotatedFiles.open(file));
    assertTrue(e instanceof DataFormatException || e instanceof InvalidDataException, e::toString);
    assertTrue(e.where().contains("matrix.mtx"), e::getMessage);
  }

  @Test
  void otherKindsOfMatrixMarketAreRefused() throws IOException {
    for (String header :
        List.of(
            "%%MatrixMarket matrix array real general\n",
            "%%MatrixMarket matrix coordinate complex general\n",
            "%%MatrixMarket matrix coordinate real symmetric\n",
            "1 1 1\n")) {
      Path file = matrix(header + "3 2 1\n1 1 5\n");
      assertThrows(DataFormatException.class, () -> AnnotatedFiles.open(file), header);
    }
  }

  @Test
  void aBudgetIsCheckedBeforeTheValuesAreRead() throws IOException {
    Path file = matrix(HEADER + "3 2 2000000000\n1 1 5\n");
    var e = assertThrows(MemoryBudgetException.class, () -> AnnotatedFiles.open(file));
    assertTrue(e.getMessage().contains("2000000000 values"), e::getMessage);
  }

  @Test
  void aTruncatedGzipIsRefused() throws IOException {
    Path file = matrix("");
    Files.delete(folder.resolve("matrix.mtx"));
    Path packed = folder.resolve("matrix.mtx.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write((HEADER + "3 2 1\n1 1 5\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    AnnotatedFiles.open(file).close();
    byte[] whole = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(whole, whole.length - 12));
    var e = assertThrows(DataFormatException.class, () -> AnnotatedFiles.open(file));
    assertTrue(e.getMessage().contains("matrix.mtx.gz"), e::getMessage);
  }

  @Test
  void missingPartsOfAFolderAreNamed() throws IOException {
    Files.delete(matrix(HEADER).resolve("barcodes.tsv"));
    var e = assertThrows(DataFormatException.class, () -> AnnotatedFiles.open(folder));
    assertTrue(e.what().contains("barcodes.tsv"), e::getMessage);
    Files.delete(folder.resolve("features.tsv"));
    e = assertThrows(DataFormatException.class, () -> AnnotatedFiles.open(folder));
    assertTrue(e.what().contains("genes.tsv"), e::getMessage);
  }

  @Test
  void severalGenomesNeedAChoice() {
    Path file = folder.resolve("two.h5");
    try (Hdf5Output out = Hdf5Output.create(file, file, 4)) {
      for (String genome : List.of("hg19", "mm10")) {
        out.group(genome, "dict", "0.1.0");
        out.strings(genome + "/barcodes", List.of("c1", "c2"));
        out.strings(genome + "/genes", List.of(genome + "_1"));
        out.pieces(genome + "/data", 1, NativeOutput.Width.INT32).append(new int[] {3}, 1);
        out.offsets(genome + "/indices", new long[] {0}, NativeOutput.Width.INT64);
        out.offsets(genome + "/indptr", new long[] {0, 0, 1}, NativeOutput.Width.INT64);
        out.offsets(genome + "/shape", new long[] {1, 2}, NativeOutput.Width.INT32);
      }
    }
    var e = assertThrows(DataFormatException.class, () -> AnnotatedFiles.open(file));
    assertTrue(e.getMessage().contains("[hg19, mm10]"), e::getMessage);
    try (AnnotatedData data =
        AnnotatedFiles.open(file, ReadOptions.defaults().withGenome("mm10"))) {
      assertEquals(List.of("mm10_1"), data.genes().ids());
      assertEquals(1, data.expression().nonZeros());
    }
    assertThrows(
        DataFormatException.class,
        () -> AnnotatedFiles.open(file, ReadOptions.defaults().withGenome("rn6")));
  }
}
