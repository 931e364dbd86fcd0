package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.VirtualCellException;

class CompoundTableTest {
  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void tablesWithAndWithoutHeaderGiveTheSameStructures() throws IOException {
    Map<String, String> expected = Map.of("aspirin", "CC(=O)Oc1ccccc1C(=O)O", "ethanol", "CCO");
    assertEquals(
        expected,
        CompoundTable.read(write("a.csv", "aspirin, CC(=O)Oc1ccccc1C(=O)O\nethanol, CCO\n"))
            .smiles());
    assertEquals(
        expected,
        CompoundTable.read(
                write(
                    "b.csv",
                    "id,SMILES,drug\n1,CC(=O)Oc1ccccc1C(=O)O,aspirin\n\n2,CCO,ethanol\n3,,x\n"))
            .smiles());
    assertEquals(
        expected,
        CompoundTable.read(
                write(
                    "c.tsv",
                    "canonical_smiles\tname\nCC(=O)Oc1ccccc1C(=O)O\taspirin\nCCO\tethanol\n-666\ty"))
            .smiles());
  }

  @Test
  void badTablesAreRefusedWithTheRow() throws IOException {
    String[][] cases = {
      {"a,CCO\nb\n", "row 2"},
      {"name,smiles\nA,CC\nB,CO\nA,CCC\n", "row 2 and", "row 4", "different structures"},
      {"name,smiles\nA,CC\nA,CC\n", "two rows"},
      {"name,smiles\n,CC\n", "row 2", "no name"},
      {"name,smiles\nA,NA\n", "no structure"},
      {"", "no structure"},
    };
    for (String[] c : cases) {
      Path file = write("bad.csv", c[0]);
      VirtualCellException e =
          assertThrows(VirtualCellException.class, () -> CompoundTable.read(file), c[0]);
      for (int k = 1; k < c.length; k++) {
        assertTrue(e.getMessage().contains(c[k]), e.getMessage());
      }
      assertTrue(e.getMessage().contains("bad.csv"), e.getMessage());
    }
    assertThrows(StorageException.class, () -> CompoundTable.read(folder.resolve("none.csv")));
  }

  @Test
  void withoutChemistryOnTheClassPathTheMessageNamesTheModule() throws IOException {
    CompoundTable table = CompoundTable.read(write("a.csv", "ethanol,CCO\n"));
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> table.fingerprints("structure"));
    assertTrue(e.getMessage().contains("virtualcell-chemistry"), e.getMessage());
  }
}
