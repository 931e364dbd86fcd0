package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;

/**
 * Every format fixture is read as h5py reads it, or refused with a reason. The expected values are
 * made by {@code src/test/python/make_expected.py}.
 */
class FormatFixturesTest {
  private static final JsonNode EXPECTED = expected();

  private static JsonNode expected() {
    try (InputStream in = FormatFixturesTest.class.getResourceAsStream("expected-values.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> files() {
    return names(EXPECTED).stream().filter(n -> !n.contains("v0.11.4"));
  }

  static Stream<Arguments> matrices() {
    return files()
        .flatMap(
            file ->
                names(EXPECTED.get(file).get("matrices")).stream()
                    .map(matrix -> Arguments.of(file, matrix)));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("files")
  void tablesHoldWhatH5pyReads(String name) {
    Path file = Fixtures.find(name);
    String first = EXPECTED.get(name).get("matrices").fieldNames().next();
    try (AnnotatedData data = AnnotatedFiles.open(file, ReadOptions.defaults().withMatrix(first))) {
      assertTable(EXPECTED.get(name).get("obs"), data.observations());
      assertTable(EXPECTED.get(name).get("var"), data.variables());
      assertEquals(file.toString(), data.source());
    }
  }

  private static void assertTable(JsonNode expected, Table table) {
    assertEquals(expected.get("rows").asInt(), table.rows());
    assertEquals(expected.get("index").get(0).asText(), table.index().get(0));
    assertEquals(expected.get("index").get(1).asText(), table.index().get(table.rows() - 1));
    for (String name : names(expected.get("columns"))) {
      JsonNode values = expected.get("columns").get(name);
      Column column = table.column(name);
      int missing = 0;
      for (int row = 0; row < column.size(); row++) {
        missing += column.isMissing(row) ? 1 : 0;
      }
      assertEquals(values.get("missing").asInt(), missing, name);
      for (int i = 0; i < values.get("rows").size(); i++) {
        int row = values.get("rows").get(i).asInt();
        JsonNode value = values.get("values").get(i);
        if (value.isNumber()) {
          assertEquals(value.asDouble(), column.numbers()[row], 0, name);
        } else {
          assertEquals(value.isNull() ? null : value.asText(), column.string(row), name);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void matricesHoldWhatH5pyReads(String name, String matrix) {
    Path file = Fixtures.find(name);
    JsonNode expected = EXPECTED.get(name).get("matrices").get(matrix);
    try (AnnotatedData data =
        AnnotatedFiles.open(file, ReadOptions.defaults().withMatrix(matrix))) {
      ExpressionMatrix read = data.expression();
      assertTrue(data.contents().matrices().contains(matrix), data.contents()::toString);
      assertEquals(expected.get("shape").get(0).asLong(), read.rows());
      assertEquals(expected.get("shape").get(1).asInt(), read.genes());
      assertEquals(expected.get("stored").asLong(), read.nonZeros());
      assertValues(expected, read.block(0, (int) read.rows()));
      assertBlocksAgree(read, 7);
    }
  }

  private static void assertValues(JsonNode expected, CsrMatrix all) {
    double sum = 0;
    double weighted = 0;
    for (int r = 0; r < all.rows(); r++) {
      for (int k = all.rowStart(r); k < all.rowStart(r + 1); k++) {
        sum += all.valueAt(k);
        weighted += (double) all.valueAt(k) * (1 + r % 97) * (1 + all.geneAt(k) % 89);
      }
    }
    double size = Math.abs(expected.get("weighted").asDouble()) + 1;
    assertEquals(expected.get("sum").asDouble(), sum, 1e-9 * size);
    assertEquals(expected.get("weighted").asDouble(), weighted, 1e-9 * size);
    int row = expected.get("row").asInt();
    for (int i = 0; i < expected.get("genes").size(); i++) {
      assertEquals(expected.get("genes").get(i).asInt(), all.geneAt(all.rowStart(row) + i));
      assertEquals(
          (float) expected.get("values").get(i).asDouble(), all.valueAt(all.rowStart(row) + i));
    }
  }

  private static void assertBlocksAgree(ExpressionMatrix matrix, int blocks) {
    CsrMatrix whole = matrix.block(0, (int) matrix.rows());
    int size = (int) Math.max(1, matrix.rows() / blocks);
    for (int row = 0; row < matrix.rows(); row += size) {
      int count = (int) Math.min(size, matrix.rows() - row);
      assertEquals(whole.block(row, count).digest(), matrix.block(row, count).digest());
      assertEquals(whole.nonZeros(row, count), matrix.nonZeros(row, count));
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          anndata-formats/anndata-v0.5.0.h5ad,              encoding of anndata 0.5 to 0.6
          anndata-formats/bpcells-mini-v0.6.22.h5ad,        encoding of anndata 0.5 to 0.6
          anndata-formats/anndata-v0.7.0.h5ad,              encoding of anndata 0.7
          anndata-formats/bpcells-mini-v0.7.h5ad,           encoding of anndata 0.7
          anndata-formats/bpcells-mini-v0.10.9.h5ad,        encoding of anndata 0.8 and later
          anndata-formats/bpcells-mini-int64-v0.12.6.h5ad,  encoding of anndata 0.8 and later
          tenx-formats/v2/filtered_gene_bc_matrices_h5.h5,  version 2
          tenx-formats/v2/hg19_chr21,                       version 2
          tenx-formats/v3/filtered_feature_bc_matrix.h5,    version 3
          tenx-formats/v3/filtered_feature_bc_matrix,       version 3
          """)
  void theAgeOfTheFormatIsReported(String name, String age) {
    try (AnnotatedData data = AnnotatedFiles.open(Fixtures.find(name))) {
      assertTrue(data.format().endsWith(age) || data.format().contains(age), data::format);
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          anndata-formats/anndata-v0.11.4.h5ad,       no matrix X,   It holds no expression
          anndata-formats/anndata-v0.11.4.zarr.zip,   zip archive,   h5ad
          variants/zstd.h5ad,                         zstd,          gzip
          variants/scaleoffset.h5ad,                  scaleoffset,   gzip
          anndata-formats/loompy_test.loom,           loom,          read_loom
          anndata-formats/mudata-v0.3.10-axis0.h5mu,  MuData,        mod['rna']
          """,
      quoteCharacter = '"')
  void whatIsNotReadIsRefusedWithAReasonAndARemedy(String name, String reason, String remedy) {
    Path file = Fixtures.find(name);
    var e = assertThrows(DataFormatException.class, () -> AnnotatedFiles.open(file));
    assertAll(
        () -> assertTrue(e.what().contains(reason), e::getMessage),
        () -> assertTrue(e.remedy().contains(remedy), e::getMessage),
        () -> assertTrue(e.where().contains(file.getFileName().toString()), e::getMessage));
  }

  @Test
  void unitsOfRealFilesAreRecognised() {
    assertUnits("tenx-formats/v3/filtered_feature_bc_matrix.h5", "X", "raw counts");
    assertUnits("tenx-formats/visium/filtered_feature_bc_matrix.h5", "X", "raw counts");
    assertUnits("anndata-formats/pbmc68k_reduced.h5ad", "raw", "unstated total");
    assertUnits("anndata-formats/gears-style-norman-50x50.h5ad", "layers/counts", "raw counts");
  }

  private static void assertUnits(String name, String matrix, String units) {
    Path file = Fixtures.find(name);
    try (AnnotatedData data =
        AnnotatedFiles.open(file, ReadOptions.defaults().withMatrix(matrix))) {
      ExpressionUnits detected = data.units().require(name);
      assertTrue(detected.toString().contains(units), data.units()::toString);
    }
  }

  @Test
  void theSameCellsFromH5AndFolderAreTheSameData() {
    try (AnnotatedData h5 =
            AnnotatedFiles.open(Fixtures.find("tenx-formats/v3/filtered_feature_bc_matrix.h5"));
        AnnotatedData folder =
            AnnotatedFiles.open(Fixtures.find("tenx-formats/v3/filtered_feature_bc_matrix"))) {
      assertEquals(h5.genes(), folder.genes());
      assertEquals(h5.expression().digest(), folder.expression().digest());
      assertEquals(h5.observations().index(), folder.observations().index());
    }
  }
}
