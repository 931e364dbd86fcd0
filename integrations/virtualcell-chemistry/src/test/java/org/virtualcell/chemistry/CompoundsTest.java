package org.virtualcell.chemistry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.features.CompoundTable;
import org.virtualcell.features.FeatureBlock;

class CompoundsTest {
  private static final Map<String, String> DRUGS =
      Map.of(
          "vorinostat", "O=C(CCCCCCC(=O)Nc1ccccc1)NO",
          "panobinostat", "Cc1[nH]c2ccccc2c1CCNCc1ccc(C=CC(=O)NO)cc1",
          "belinostat", "O=C(C=Cc1cccc(S(=O)(=O)Nc2ccccc2)c1)NO",
          "dasatinib", "Cc1nc(Nc2ncc(s2)C(=O)Nc2c(C)cccc2Cl)cc(n1)N1CCN(CCO)CC1",
          "metformin", "CN(C)C(=N)NC(N)=N");

  @Test
  void alikeCompoundsHaveAlikeFingerprints() {
    FeatureBlock block = Compounds.ofSmiles(DRUGS).block("structure");
    double hydroxamates = block.similarity("panobinostat", "belinostat").orElseThrow();
    double unrelated = block.similarity("panobinostat", "metformin").orElseThrow();
    assertTrue(hydroxamates > 2 * unrelated, hydroxamates + " against " + unrelated);
    assertEquals(1, block.similarity("vorinostat", "vorinostat").orElseThrow(), 1e-12);
    assertEquals(List.of("unknown"), block.coverage(List.of("dasatinib", "unknown")).missing());
  }

  @Test
  void theWayAStructureIsWrittenAndItsSaltDoNotMatter() {
    FeatureBlock block =
        Compounds.ofSmiles(
                Map.of(
                    "a", "Oc1ccccc1C(=O)O",
                    "b", "OC(=O)C1=CC=CC=C1O",
                    "salt", "[Na+].Oc1ccccc1C(=O)O",
                    "other", "Oc1ccccc1"))
            .block("structure");
    assertEquals(1, block.similarity("a", "b").orElseThrow(), 1e-12);
    assertEquals(1, block.similarity("a", "salt").orElseThrow(), 1e-12);
    assertNotEquals(1, block.similarity("a", "other").orElseThrow(), 1e-3);
  }

  @Test
  void scaffoldsAreRingsWithTheirLinksAndChainsHaveNone() {
    Map<String, Optional<String>> scaffolds =
        Compounds.ofSmiles(
                Map.of(
                    "toluene", "Cc1ccccc1",
                    "phenol", "Oc1ccccc1",
                    "salicylate", "OC(=O)c1ccccc1O",
                    "pyrrole", "c1cc[nH]c1",
                    "methylpyrrole", "Cn1cccc1C",
                    "biphenyl", "c1ccccc1-c1ccccc1C",
                    "hexane", "CCCCCC"))
            .scaffolds();
    assertEquals(Optional.of("c1ccccc1"), scaffolds.get("toluene"));
    assertEquals(scaffolds.get("toluene"), scaffolds.get("phenol"));
    assertEquals(scaffolds.get("toluene"), scaffolds.get("salicylate"));
    assertEquals(scaffolds.get("pyrrole"), scaffolds.get("methylpyrrole"));
    assertNotEquals(scaffolds.get("pyrrole"), scaffolds.get("toluene"));
    assertNotEquals(scaffolds.get("toluene"), scaffolds.get("biphenyl"));
    assertEquals(Optional.empty(), scaffolds.get("hexane"));
  }

  @Test
  void invalidSmilesAreRefusedWithTheCompound() {
    for (String bad : new String[] {"C1CC", "not smiles", "C(C", "c1ccc", ""}) {
      InvalidDataException e =
          assertThrows(
              InvalidDataException.class, () -> Compounds.ofSmiles(Map.of("X-17", bad)), bad);
      assertTrue(e.getMessage().contains("X-17"), e.getMessage());
    }
  }

  @Test
  void tablesOfStructuresFindTheKitAndNameRowAndCompoundOfAnInvalidOne(@TempDir Path folder)
      throws IOException {
    Path good = Files.writeString(folder.resolve("good.csv"), "name,smiles\nethanol,CCO\n");
    FeatureBlock block = CompoundTable.read(good).fingerprints("structure");
    assertEquals(1, block.similarity("ethanol", "ethanol").orElseThrow(), 1e-12);
    assertEquals(Map.of("ethanol", Optional.empty()), CompoundTable.read(good).scaffolds());
    Path bad = Files.writeString(folder.resolve("bad.csv"), "name,smiles\na,CCO\nX-17,C1CC\n");
    InvalidDataException e =
        assertThrows(
            InvalidDataException.class, () -> CompoundTable.read(bad).fingerprints("structure"));
    assertTrue(e.getMessage().contains("X-17"), e.getMessage());
    assertTrue(e.getMessage().contains("bad.csv, row 3"), e.getMessage());
  }
}
