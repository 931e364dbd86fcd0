package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.VirtualCellException;
import org.virtualcell.io.Safetensors;

/** The npz and h5ad files were written by NumPy 2 and h5py in the encoding of anndata 0.8. */
class FeatureFilesTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path resource(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = FeatureFilesTest.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(in, name), file);
    }
    return file;
  }

  private static void assertVectors(FeatureTable table) {
    assertEquals(List.of("GATA1", "MYC", "TP53"), table.names());
    assertArrayEquals(new float[] {1, 2.5f}, table.find("TP53").orElseThrow());
    assertArrayEquals(new float[] {0, -1}, table.find("MYC").orElseThrow());
    assertArrayEquals(new float[] {3, 0.25f}, table.find("GATA1").orElseThrow());
  }

  @Test
  void textTablesAreReadWithCommasAndTabsAndQuotes() throws IOException {
    assertVectors(
        FeatureFiles.read(
            write("a.csv", "gene,\"d,0\",d1\n\"TP53\",1,2.5\nMYC,0,-1\nGATA1, 3 ,2.5e-1\n")));
    assertVectors(
        FeatureFiles.read(
            write("a.tsv", "g\td0\td1\r\nTP53\t1\t2.5\r\nMYC\t0\t-1\nGATA1\t3\t.25")));
  }

  @Test
  void columnsMayBeTheVectorsAsInDependencyScreens() throws IOException {
    Path file =
        write(
            "depmap.csv",
            ",TP53 (7157),MYC (4609),GATA1 (2623),GAP (1)\nACH-1,1,0,3,0.1\nACH-2,2.5,-1,0.25,\n");
    FeatureTable table =
        FeatureFiles.read(
            file, FeatureFiles.Options.DEFAULT.withLayout(FeatureFiles.Layout.COLUMNS));
    assertVectors(table);
    assertEquals(List.of("GAP"), table.coverage(List.of("GAP")).missing());
  }

  @Test
  void aVectorWithAnEmptyValueIsMissingNotPartlyZero() throws IOException {
    FeatureTable table = FeatureFiles.read(write("gap.csv", "g,a,b\nA,1,NA\nB,1,2\n"));
    assertEquals(List.of("B"), table.names());
  }

  @Test
  void namesThatComeTwiceAreRefusedWithBothPlaces() throws IOException {
    Path file = write("twice.csv", "g,a\nA,1\nB,2\nA,\n");
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> FeatureFiles.read(file));
    assertTrue(e.getMessage().contains("row 2 and row 4"), e.getMessage());
  }

  @Test
  void badTextTablesAreRefusedWithThePlace() throws IOException {
    String[][] cases = {
      {"g,a\nA,x1\n", "row 2, column a"},
      {"g,a\nA,1,2\n", "row 2"},
      {"g,a\n,1\n", "row 2"},
      {"g;a\nA;1\n", "one column"},
      {"g,a\nA,Infinity\n", "no finite number"},
      {"g,a\n", "no vector"},
      {"", "empty"},
    };
    for (String[] c : cases) {
      Path file = write("bad.csv", c[0]);
      VirtualCellException e =
          assertThrows(VirtualCellException.class, () -> FeatureFiles.read(file), c[0]);
      assertTrue(e.getMessage().contains(c[1]), e.getMessage());
      assertTrue(e.getMessage().contains("bad.csv"), e.getMessage());
    }
    Path odd = write("vectors.parquet", "PAR1");
    assertThrows(DataFormatException.class, () -> FeatureFiles.read(odd));
    assertThrows(StorageException.class, () -> FeatureFiles.read(folder.resolve("none.csv")));
    assertThrows(StorageException.class, () -> FeatureFiles.read(folder.resolve("none.npz")));
    Path binary = Files.write(folder.resolve("b.csv"), new byte[] {'a', ',', (byte) 0xff, '\n'});
    assertThrows(DataFormatException.class, () -> FeatureFiles.read(binary));
  }

  @Test
  void archivesOfNumPyAreReadWithAMatrixOrAVectorPerName() throws IOException {
    assertVectors(FeatureFiles.read(resource("matrix.npz")));
    assertVectors(FeatureFiles.read(resource("per-name.npz")));
    Path several = resource("fortran.npz");
    assertVectors(FeatureFiles.read(several, FeatureFiles.Options.DEFAULT.withEntry("embedding")));
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> FeatureFiles.read(several));
    assertTrue(e.getMessage().contains("[embedding, other]"), e.getMessage());
  }

  @Test
  void picklesAndDamagedArchivesAreRefused() throws IOException {
    Path pickled = resource("pickled.npz");
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> FeatureFiles.read(pickled));
    assertTrue(e.getMessage().contains("dtype=str"), e.getMessage());
    byte[] whole = Files.readAllBytes(resource("matrix.npz"));
    for (int length = 0; length < whole.length; length += 37) {
      Path cut = folder.resolve("cut.npz");
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      assertThrows(DataFormatException.class, () -> FeatureFiles.read(cut), "length " + length);
    }
  }

  @Test
  void tensorsAreReadWithAMatrixOrAVectorPerName() throws IOException {
    Path each = folder.resolve("each.safetensors");
    Safetensors.writer()
        .put("TP53", new float[] {1, 2.5f}, 2)
        .put("MYC", new float[] {0, -1}, 2)
        .put("GATA1", new float[] {3, 0.25f}, 2)
        .write(each, false);
    assertVectors(FeatureFiles.read(each));
    Path matrix = folder.resolve("matrix.safetensors");
    Safetensors.writer()
        .put("e", new float[] {1, 2.5f, 0, -1, 3, 0.25f}, 3, 2)
        .metadata("names", "TP53\nMYC\nGATA1")
        .write(matrix, false);
    assertVectors(FeatureFiles.read(matrix));
    Path nameless = folder.resolve("nameless.safetensors");
    Safetensors.writer().put("e", new float[6], 3, 2).write(nameless, false);
    assertThrows(DataFormatException.class, () -> FeatureFiles.read(nameless));
  }

  @Test
  void annotatedFilesGiveVectorsOfGenesAndOfObservations() throws IOException {
    Path file = resource("vectors.h5ad");
    assertVectors(FeatureFiles.read(file, FeatureFiles.Options.DEFAULT.withEntry("varm/ESM2")));
    FeatureTable targets =
        FeatureFiles.read(file, FeatureFiles.Options.DEFAULT.withEntry("obsm/target"));
    assertArrayEquals(new float[] {0.5f, -1}, targets.find("C1").orElseThrow());
    assertArrayEquals(new float[] {0, 3, 0}, FeatureFiles.read(file).find("C2").orElseThrow());
    assertThrows(
        DataFormatException.class,
        () -> FeatureFiles.read(file, FeatureFiles.Options.DEFAULT.withEntry("varm/none")));
  }

  /** A safetensors file with a matrix of three names and half-precision numbers. */
  private Path halves(String type, int... bits) throws IOException {
    String header =
        "{\"__metadata__\":{\"names\":\"TP53\\nMYC\\nGATA1\"},\"e\":{\"dtype\":\""
            + type
            + "\",\"shape\":[3,2],\"data_offsets\":[0,12]}}";
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + text.length + 2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    for (int b : bits) {
      file.putShort((short) b);
    }
    return Files.write(folder.resolve(type + ".safetensors"), file.array());
  }

  @Test
  void tensorsInHalfPrecisionAreReadInBothKinds() throws IOException {
    // IEEE 754 binary16 and bfloat16 of 1, 2.5, 0, -1, 3, 0.25
    assertVectors(FeatureFiles.read(halves("F16", 0x3c00, 0x4100, 0, 0xbc00, 0x4200, 0x3400)));
    assertVectors(FeatureFiles.read(halves("BF16", 0x3f80, 0x4020, 0, 0xbf80, 0x4040, 0x3e80)));
    Path whole = folder.resolve("whole.safetensors");
    Safetensors.writer().put("e", new int[] {1}, 1, 1).metadata("names", "A").write(whole, false);
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> FeatureFiles.read(whole));
    assertTrue(e.getMessage().contains("I32"), e.getMessage());
  }

  @Test
  void namesThatComeTwiceAreRefusedInEveryFormat() throws IOException {
    Path columns = write("twice.tsv", "g\tA (1)\tA (2)\nx\t1\t2\n");
    Path tensor = folder.resolve("twice.safetensors");
    Safetensors.writer()
        .put("e", new float[4], 2, 2)
        .metadata("names", "A\nA")
        .write(tensor, false);
    Path array = folder.resolve("twice.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(array))) {
      numpy(zip, "names", "<U1", "(2,)", ByteBuffer.allocate(8).putInt(65 << 24).putInt(65 << 24));
      numpy(zip, "e", "<f4", "(2, 2)", ByteBuffer.allocate(16));
    }
    Path cells = folder.resolve("twice.h5ad");
    try (WritableHdfFile h5ad = HdfFile.write(cells)) {
      h5ad.putDataset("X", new float[][] {{1, 2}, {3, 4}});
      WritableGroup obs = h5ad.putGroup("obs");
      obs.putAttribute("_index", "_index");
      obs.putDataset("_index", new String[] {"A", "A"});
      WritableGroup variables = h5ad.putGroup("var");
      variables.putAttribute("_index", "_index");
      variables.putDataset("_index", new String[] {"d0", "d1"});
    }
    for (Path file : List.of(columns, tensor, array, cells)) {
      FeatureFiles.Options options =
          file.equals(columns)
              ? FeatureFiles.Options.DEFAULT.withLayout(FeatureFiles.Layout.COLUMNS)
              : FeatureFiles.Options.DEFAULT;
      VirtualCellException e =
          assertThrows(
              VirtualCellException.class, () -> FeatureFiles.read(file, options), file.toString());
      assertTrue(e.getMessage().contains("'A'"), e.getMessage());
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
  }

  private static void numpy(
      ZipOutputStream zip, String name, String type, String shape, ByteBuffer data)
      throws IOException {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}\n";
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    zip.write(new byte[] {(byte) header.length(), 0});
    zip.write(header.getBytes(StandardCharsets.US_ASCII));
    zip.write(data.array());
    zip.closeEntry();
  }
}
