package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;

/** The two bundled data sets; the numbers were read with h5py. */
class BundledFilesTest {
  private static final Path DATA =
      Path.of(
          System.getProperty("virtualcell.root"),
          "integrations/virtualcell-cli/src/main/resources/org/virtualcell/cli/data");

  @Test
  void normanMcFalineIsLog1pOfCountsWhoseTotalIsNotStated() {
    try (AnnotatedData data = AnnotatedFiles.open(DATA.resolve("norman_mcfaline_dev.h5ad"))) {
      assertEquals("h5ad, encoding of anndata 0.8 and later", data.format());
      assertEquals(5229, data.expression().rows());
      assertEquals(500, data.genes().size());
      CsrMatrix matrix = data.expressionInMemory();
      assertEquals(184_099, matrix.nonZeros());
      assertEquals(
          ExpressionUnits.logNormalizedToUnstatedTotal(), data.units().require(data.source()));
      assertEquals(30, data.observations().column("condition").categories().size());
      assertEquals(Column.Kind.INTEGER, data.observations().column("ngenes").kind());
      assertEquals(Column.Kind.DECIMAL, data.observations().column("ncounts").kind());
      assertEquals(Column.Kind.BOOLEAN, data.variables().column("highly_variable").kind());
    }
  }

  @Test
  void papalexiIsRawCounts() {
    try (AnnotatedData data = AnnotatedFiles.open(DATA.resolve("papalexi_20729x299.h5ad"))) {
      assertEquals(20_729, data.expression().rows());
      assertEquals(299, data.genes().size());
      assertEquals(1_390_126, data.expression().nonZeros());
      assertEquals(ExpressionUnits.rawCounts(), data.units().require(data.source()));
      assertEquals(26, data.observations().column("target_gene").categories().size());
      assertEquals(List.of("X", "obsm/grna_counts"), data.contents().matrices());
      assertTrue(data.contents().faults().isEmpty(), data.contents().faults()::toString);
    }
  }
}
