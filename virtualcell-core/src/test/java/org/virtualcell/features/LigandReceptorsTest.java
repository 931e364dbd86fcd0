package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.VirtualCellException;

class LigandReceptorsTest {
  private static final String PAIRS =
      "ligand\treceptor\tsource\n"
          + "IFNA1\tIFNAR1\tx\nIFNA1\tIFNAR2\tx\nIFNB1\tIFNAR1\tx\nIFNB1\tIFNAR2\tx\n"
          + "IFNG\tIFNGR1\tx\nIFNG\tIFNGR2\tx\nIL6\tIL6R\tx\nIL6\tIL6ST\tx\nIL11\tIL6ST\tx\n";

  @TempDir private Path folder;

  private LigandReceptors read() throws IOException {
    return LigandReceptors.read(Files.writeString(folder.resolve("pairs.tsv"), PAIRS));
  }

  @Test
  void ligandsAreAlikeByTheReceptorsTheyShare() throws IOException {
    FeatureBlock block = read().block("receptors");
    assertEquals(1, block.similarity("IFNA1", "IFNB1").orElseThrow(), 1e-6);
    assertEquals(0, block.similarity("IFNB1", "IFNG").orElseThrow(), 1e-6);
    double shared = block.similarity("IL6", "IL11").orElseThrow();
    assertTrue(shared > 0.3 && shared < 1, "half of the receptors: " + shared);
    assertFalse(block.has("TNF"));
  }

  @Test
  void setsAndPairsAreTheSameTable() throws IOException {
    Path sets =
        Files.writeString(
            folder.resolve("sets.gmt"),
            "IFNA1\t-\tIFNAR1\tIFNAR2\nIFNB1\t-\tIFNAR1\tIFNAR2\nIFNG\t-\tIFNGR1\tIFNGR2\n"
                + "IL6\t-\tIL6R\tIL6ST\nIL11\t-\tIL6ST\n");
    FeatureBlock a = read().block("r");
    FeatureBlock b = LigandReceptors.read(sets).block("r");
    for (String ligand : List.of("IFNA1", "IFNG", "IL6", "IL11")) {
      assertArrayEquals(a.table().find(ligand).orElseThrow(), b.table().find(ligand).orElseThrow());
    }
  }

  @Test
  void aLigandHasTheFeaturesOfItsReceptorsUnlessItHasItsOwn() throws IOException {
    FeatureBlock genes =
        new FeatureBlock(
            "genes",
            FeatureTable.of(
                "made",
                Map.of(
                    "IFNAR1", new double[] {1, 0},
                    "IFNAR2", new double[] {0, 1},
                    "IL6ST", new double[] {-1, 0},
                    "IFNG", new double[] {5, 5})),
            Similarity.COSINE);
    FeatureBlock through = read().through(genes);
    assertArrayEquals(new float[] {0.5f, 0.5f}, through.table().find("IFNB1").orElseThrow());
    assertArrayEquals(new float[] {-1, 0}, through.table().find("IL6").orElseThrow());
    assertArrayEquals(new float[] {5, 5}, through.table().find("IFNG").orElseThrow());
    assertArrayEquals(new float[] {1, 0}, through.table().find("IFNAR1").orElseThrow());
    assertFalse(through.has("TNF"));
  }

  @Test
  void inCellsOfAContextOnlyExpressedReceptorsCount() throws IOException {
    CellState cells =
        CellState.of(
            GeneVocabulary.of(List.of("IL6R", "IL6ST", "IFNGR1", "IFNGR2", "X")),
            CsrMatrix.ofDense(new float[][] {{0, 2, 0, 0, 5}, {0, 3, 0, 0, 5}}, 5),
            ExpressionUnits.rawCounts(),
            CellContext.of("T cells"));
    FeatureBlock block = read().block("receptors", cells);
    // without IL6R, all that is left of IL6 is what IL11 has
    assertEquals(1, block.similarity("IL6", "IL11").orElseThrow(), 1e-6);
    assertFalse(block.has("IFNG"), "its receptors are measured and not expressed");
    assertTrue(block.has("IFNB1"), "its receptors were not measured");
  }

  @Test
  void badTablesAreRefusedWithTheLine() throws IOException {
    for (String[] bad :
        new String[][] {{"IL6\n", "line 1"}, {"IL6\tIL6R\n\tX\n", "line 2"}, {"", "no ligand"}}) {
      Path file = Files.writeString(folder.resolve("bad.tsv"), bad[0]);
      VirtualCellException e =
          assertThrows(VirtualCellException.class, () -> LigandReceptors.read(file), bad[0]);
      assertTrue(e.getMessage().contains(bad[1]), e.getMessage());
      assertTrue(e.getMessage().contains("bad.tsv"), e.getMessage());
    }
  }
}
