package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;

class InspectTest {
  @TempDir Path folder;

  private static FileReport inspect(String name) {
    return AnnotatedFiles.inspect(Fixtures.find(name), ReadOptions.defaults());
  }

  @Test
  void aSoundFileIsDescribed() {
    FileReport report = inspect("anndata-formats/bpcells-mini-v0.6.22.h5ad");
    assertEquals("h5ad, encoding of anndata 0.5 to 0.6", report.format());
    assertEquals(3, report.cells());
    assertEquals(5, report.genes());
    assertEquals(
        List.of("X", "layers/dense", "layers/transpose", "obsm/obs_mat"), report.matrices());
    assertEquals(List.of(), report.faults());
    assertTrue(report.units().orElseThrow().toString().contains("raw counts"));
  }

  @Test
  void aFileWithoutAMatrixIsDescribedWithThatFault() {
    FileReport report = inspect("anndata-formats/anndata-v0.11.4.h5ad");
    assertEquals(10, report.cells());
    assertEquals(20, report.genes());
    assertEquals(Optional.empty(), report.units());
    assertEquals(1, report.faults().size());
    assertTrue(report.faults().get(0).contains("no matrix X"), report.faults()::toString);
  }

  @Test
  void unitsThatAreNotKnownAreReportedAndNotAnError() {
    FileReport report = inspect("anndata-formats/anndata-v0.5.0-cut.h5ad"); // scaled values
    DetectedUnits units = report.units().orElseThrow();
    assertEquals(Optional.empty(), units.units());
    assertTrue(units.rule().contains("negative"), units::rule);
    assertTrue(report.faults().get(0).contains("row 0"), report.faults()::toString);
  }

  @Test
  void aForeignFileIsAnError() throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "hello, this is text");
    assertThrows(
        DataFormatException.class, () -> AnnotatedFiles.inspect(file, ReadOptions.defaults()));
  }
}
