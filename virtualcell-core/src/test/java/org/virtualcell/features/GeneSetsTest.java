package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;

class GeneSetsTest {
  @TempDir Path folder;

  private static final GeneSets SETS =
      GeneSets.of(
          "test",
          Map.of("small", Set.of("A", "B"), "large", Set.of("A", "B", "C", "D"), "x", Set.of("E")));

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void smallSetsWeighMoreThanLargeOnes() {
    FeatureBlock block = new FeatureBlock("s", SETS.weighted(), Similarity.COSINE);
    assertEquals(1, block.similarity("A", "B").orElseThrow(), 1e-12);
    double small = Math.log(5.0 / 2);
    double large = Math.log(5.0 / 4);
    assertEquals(large / Math.hypot(small, large), block.similarity("A", "C").orElseThrow(), 1e-7);
    assertEquals(0, block.similarity("A", "E").orElseThrow(), 0);
  }

  @Test
  void membershipsGiveTheJaccardIndexOfSets() {
    FeatureBlock block = new FeatureBlock("s", SETS.memberships(), Similarity.TANIMOTO);
    assertEquals(0.5, block.similarity("A", "C").orElseThrow(), 1e-15);
  }

  @Test
  void setsOutsideTheBoundsAreLeftOutAndTheirGenesAreMissing() {
    GeneSets kept = SETS.between(2, 3);
    assertEquals(Set.of("small"), kept.genes().keySet());
    assertEquals(List.of("C", "E"), kept.memberships().coverage(List.of("A", "C", "E")).missing());
    assertThrows(InvalidDataException.class, () -> SETS.between(3, 2));
    assertThrows(InvalidDataException.class, () -> SETS.between(5, 9).memberships());
  }

  @Test
  void gmtIsReadPlainAndGzippedWithBlanksAroundNames() throws IOException {
    String text = "S1\tfrom somewhere\tTP53\t MYC \t\n\nS2\t\tMYC\tMYC\n";
    Path plain = write("sets.gmt", text);
    Path zipped = folder.resolve("sets.gmt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    Map<String, Set<String>> wanted = Map.of("S1", Set.of("MYC", "TP53"), "S2", Set.of("MYC"));
    assertEquals(wanted, GeneSets.gmt(plain).genes());
    assertEquals(wanted, GeneSets.gmt(zipped).genes());
    assertEquals("sets.gmt", GeneSets.gmt(plain).source());
  }

  @Test
  void badGmtFilesAreRefusedWithTheLine() throws IOException {
    Path twice = write("twice.gmt", "S1\td\tA\nS2\td\tB\nS1\td\tC\n");
    DataFormatException e = assertThrows(DataFormatException.class, () -> GeneSets.gmt(twice));
    assertTrue(e.getMessage().contains("twice.gmt, line 3"), e.getMessage());
    Path blanks = write("blanks.gmt", "S1 d A B\n");
    assertThrows(DataFormatException.class, () -> GeneSets.gmt(blanks));
    assertThrows(StorageException.class, () -> GeneSets.gmt(folder.resolve("none.gmt")));
    Path binary = Files.write(folder.resolve("b.gmt"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});
    assertThrows(DataFormatException.class, () -> GeneSets.gmt(binary));
    Path cut = Files.write(folder.resolve("cut.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});
    assertThrows(DataFormatException.class, () -> GeneSets.gmt(cut));
  }

  /** Counts by the feasibility study on the same file. */
  @Test
  void theOntologyCoversTwentySevenOfTheThirtyBundledTargets() {
    GeneSets go = GeneSets.gmt(Knowledge.file("GO_Biological_Process_2021.gmt"));
    assertEquals(6036, go.genes().size());
    FeatureTable table = go.between(3, 400).weighted();
    List<String> targets = Knowledge.normanTargets();
    assertEquals(30, targets.size());
    Coverage coverage = table.coverage(targets);
    assertEquals(27, coverage.covered(), coverage.toString() + coverage.missing());
    GeneSets hallmark = GeneSets.gmt(Knowledge.file("h.all.v7.0.symbols.gmt"));
    assertEquals(15, hallmark.memberships().coverage(targets).covered());
    assertFalse(table.has("NOSUCHGENE"));
  }
}
