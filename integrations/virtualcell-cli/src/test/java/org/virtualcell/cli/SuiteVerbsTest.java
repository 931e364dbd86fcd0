package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.provenance.Json;

/** The verbs de, evaluate (profiles of 2025) and prep, on the files cell-eval 0.8.1 was given. */
class SuiteVerbsTest {
  @TempDir private Path folder;

  private static byte[] reference(String name) throws IOException {
    Path root =
        Path.of(System.getProperty("virtualcell.root", "../.."))
            .resolve("virtualcell-core/src/test/resources/org/virtualcell/reference/cell-eval");
    Path plain = root.resolve(name);
    if (Files.exists(plain)) {
      return Files.readAllBytes(plain);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(root.resolve(name + ".gz")))) {
      return in.readAllBytes();
    }
  }

  private String unpacked(String name) throws IOException {
    Path file = folder.resolve(name.replace('/', '_'));
    if (!Files.exists(file)) {
      Files.write(file, reference(name));
    }
    return file.toString();
  }

  private static List<String[]> rows(byte[] csv) {
    return new String(csv, StandardCharsets.UTF_8).lines().map(l -> l.split(",", -1)).toList();
  }

  private static void same(List<String[]> theirs, List<String[]> ours, double tolerance) {
    assertEquals(theirs.size(), ours.size());
    for (int row = 0; row < theirs.size(); row++) {
      for (int c = 0; c < theirs.get(row).length; c++) {
        String expected = theirs.get(row)[c];
        String actual = ours.get(row)[c];
        String where = "row " + row + " " + theirs.get(0)[c];
        if (theirs.get(0)[c].equals("clustering_agreement") && row > 0) {
          continue; // informational
        }
        if (expected.matches("-?[0-9][0-9.eE-]*")) {
          assertEquals(Double.parseDouble(expected), Double.parseDouble(actual), tolerance, where);
        } else {
          assertEquals(expected, actual, where);
        }
      }
    }
  }

  @Test
  void evaluatePrintsTheOriginalsNumbers() throws IOException {
    Path out = folder.resolve("scores");
    Shell.Result result =
        Shell.run(
            "evaluate",
            "--real",
            unpacked("c_counts/real.h5ad"),
            "--predicted",
            unpacked("c_counts/pred_model.h5ad"),
            "--profile",
            "full-v1",
            "--out",
            out.toString());
    assertEquals(0, result.status(), result.err());
    byte[] theirs = reference("c_counts/results_model.csv");
    same(rows(theirs), rows(Files.readAllBytes(out.resolve("wide_results.csv"))), 1e-4);
    byte[] aggregate = reference("c_counts/agg_results_model.csv");
    same(rows(aggregate), rows(Files.readAllBytes(out.resolve("wide_agg_results.csv"))), 1e-4);
    assertTrue(result.out().matches("(?s).*discrimination_score_l1 +1.000000 +8 .*"), result.out());
    assertTrue(Files.readString(out.resolve("scores.csv")).contains("predicted,,overall,"));
    assertTrue(Files.readString(out.resolve("report.html")).contains("How near the ceiling"));
    assertEquals(
        "full-v1",
        Json.read(Files.readString(out.resolve("run.json")), "run.json")
            .at("/rules/name")
            .asText());
    assertFalse(Files.readString(out.resolve("run.json")).contains(folder.toString()));
  }

  @Test
  void filesOfDoublePrecisionAreReadInDoublePrecisionWholeOrInBatches() throws IOException {
    String[] words = {
      "evaluate",
      "--real",
      unpacked("a_plain_f64/real.h5ad"),
      "--predicted",
      unpacked("a_plain_f64/pred_model.h5ad"),
      "--profile",
      "full-v1",
      "--out",
      folder.resolve("whole").toString()
    };
    Shell.Result whole = Shell.run(words);
    assertEquals(0, whole.status(), whole.err());
    byte[] theirs = reference("a_plain_f64/results_model.csv");
    same(rows(theirs), rows(Files.readAllBytes(folder.resolve("whole/wide_results.csv"))), 1e-9);
    byte[] tests = reference("a_plain_f64/pred_de_model.csv");
    Map<String, Integer> row = new HashMap<>();
    List<String[]> expected = rows(tests);
    List<String[]> ours = rows(Files.readAllBytes(folder.resolve("whole/pred_de.csv")));
    for (int r = 1; r < ours.size(); r++) {
      row.put(ours.get(r)[0] + " " + ours.get(r)[1], r);
    }
    for (String column : List.of("log2_fold_change", "p_value", "fdr")) {
      int c = Arrays.asList(expected.get(0)).indexOf(column);
      int o = Arrays.asList(ours.get(0)).indexOf(column);
      for (String[] line : expected.subList(1, expected.size())) {
        String found = ours.get(row.get(line[0] + " " + line[1]))[o];
        if (line[c].matches("-?[0-9][0-9.eE-]*")) {
          assertEquals(Double.parseDouble(line[c]), Double.parseDouble(found), 1e-9, column);
        } else {
          assertEquals(line[c], found, column);
        }
      }
    }

    words[words.length - 1] = folder.resolve("batches").toString();
    List<String> more = new ArrayList<>(List.of(words));
    more.addAll(List.of("--memory", "600K", "--threads", "3"));
    Shell.Result batches = Shell.run(more.toArray(String[]::new));
    assertEquals(0, batches.status(), batches.err());
    for (String file : List.of("wide_results.csv", "real_de.csv", "pred_de.csv", "scores.csv")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("whole").resolve(file)),
          Files.readAllBytes(folder.resolve("batches").resolve(file)),
          file);
    }
    more.set(more.size() - 3, "10K");
    more.add("--force");
    Shell.Result little = Shell.run(more.toArray(String[]::new));
    assertEquals(4, little.status(), little.err());
    assertTrue(little.err().contains("The control cells need"), little.err());
  }

  @Test
  void evaluateSplitsByCellTypeUsesAnEmbeddingAndAddsTheCeiling() throws IOException {
    Path out = folder.resolve("scores");
    Shell.Result result =
        Shell.run(
            "evaluate",
            "--real",
            unpacked("d_celltype_embed/real.h5ad"),
            "--predicted",
            unpacked("d_celltype_embed/pred_model.h5ad"),
            "--profile",
            "full-v1",
            "--celltype-key",
            "celltype",
            "--ceiling",
            "--out",
            out.toString());
    assertEquals(0, result.status(), result.err());
    for (String type : List.of("typeA", "type-B")) {
      byte[] theirs = reference("d_celltype_embed/celltype_" + type + "_results.csv");
      same(rows(theirs), rows(Files.readAllBytes(out.resolve(type + "_wide_results.csv"))), 1e-4);
    }
    assertTrue(Files.readString(out.resolve("agg_results.csv")).contains("ceiling,,type/B,mae,"));
    Shell.Result embedded =
        Shell.run(
            "evaluate",
            "--real",
            unpacked("d_celltype_embed/real.h5ad"),
            "--predicted",
            unpacked("d_celltype_embed/pred_model.h5ad"),
            "--profile",
            "anndata",
            "--embedding",
            "X_emb",
            "--out",
            out.toString(),
            "--quiet");
    assertEquals(3, embedded.status(), "a folder of another run is not replaced");
    Path other = folder.resolve("embedded");
    embedded =
        Shell.run(
            "evaluate",
            "--real",
            unpacked("d_celltype_embed/real.h5ad"),
            "--predicted",
            unpacked("d_celltype_embed/pred_model.h5ad"),
            "--profile",
            "anndata",
            "--embedding",
            "X_emb",
            "--out",
            other.toString());
    assertEquals(0, embedded.status(), embedded.err());
    byte[] theirs = reference("d_celltype_embed/embed_results.csv");
    same(rows(theirs), rows(Files.readAllBytes(other.resolve("wide_results.csv"))), 1e-4);
  }

  @Test
  void deWritesTheOriginalsTableAsCsvAndTheSameAsParquet() throws IOException {
    Path csv = folder.resolve("de.csv");
    Shell.Result result =
        Shell.run(
            "de",
            "--data",
            unpacked("b_sparse_edge_f32/real.h5ad"),
            "--engine",
            "pdex",
            "--epsilon",
            "0",
            "--out",
            csv.toString());
    assertEquals(0, result.status(), result.err());
    assertTrue(result.err().contains("engine: pdex"), result.err());
    List<String[]> ours = rows(Files.readAllBytes(csv));
    List<String[]> theirs = rows(reference("b_sparse_edge_f32/real_de.csv"));
    assertEquals(theirs.size(), ours.size());
    for (int row = 1; row < ours.size(); row++) {
      assertEquals(theirs.get(row)[0], ours.get(row)[0]);
      assertEquals(theirs.get(row)[1], ours.get(row)[1]);
      double p = Double.parseDouble(theirs.get(row)[9]);
      assertEquals(p, Double.parseDouble(ours.get(row)[9]), 1e-9 * p);
      assertEquals(theirs.get(row)[10], ours.get(row)[10]);
    }
    Path parquet = folder.resolve("de.parquet");
    result =
        Shell.run(
            "de", "--data", unpacked("b_sparse_edge_f32/real.h5ad"), "--out", parquet.toString());
    assertEquals(0, result.status(), result.err());
    byte[] bytes = Files.readAllBytes(parquet);
    assertEquals("PAR1", new String(bytes, 0, 4, StandardCharsets.US_ASCII));
    assertTrue(result.out().matches("(?s).*one_cell +1 +300 +0 +0 +300\\R.*"), result.out());
  }

  @Test
  void deComparesEachContextWithItsOwnControls() throws IOException {
    Path csv = folder.resolve("de.csv");
    Shell.Result result =
        Shell.run(
            "de",
            "--data",
            BundledData.NORMAN.copyInto(folder).toString(),
            "--out",
            csv.toString(),
            "--quiet");
    assertEquals(0, result.status(), result.err());
    List<String[]> rows = rows(Files.readAllBytes(csv));
    assertEquals("context", rows.get(0)[13]);
    Map<String, String> controls = new HashMap<>();
    rows.subList(1, rows.size()).forEach(row -> controls.put(row[13], row[5]));
    assertEquals(Map.of("A172", "100", "k562", "100", "T98G", "100", "U87MG", "100"), controls);
    assertTrue(result.out().contains("k562\n"), result.out());
  }

  @Test
  void deRefusesWhatDoesNotFit() throws IOException {
    String counts = unpacked("e_vcc2026/real.h5ad");
    Path out = folder.resolve("de.csv");
    Shell.Result wrongUnits =
        Shell.run("de", "--data", counts, "--engine", "pdex", "--out", out.toString());
    assertEquals(3, wrongUnits.status());
    assertTrue(wrongUnits.err().contains("compares log1p values"), wrongUnits.err());
    Shell.Result unknown =
        Shell.run("de", "--data", counts, "--engine", "magic", "--out", out.toString());
    assertEquals(3, unknown.status());
    assertTrue(unknown.err().contains("exact-ties"), unknown.err());
    Shell.Result replicates =
        Shell.run(
            "de", "--data", counts, "--engine", "pseudobulk-paired-t", "--out", out.toString());
    assertEquals(3, replicates.status());
    assertTrue(replicates.err().contains("replicates"), replicates.err());
    assertEquals(
        2, Shell.run("de", "--data", counts, "--fdr", "none", "--out", out.toString()).status());
    assertFalse(Files.exists(out));
  }

  /** The files in a tar archive by name. */
  private static Map<String, byte[]> tar(byte[] archive) {
    Map<String, byte[]> files = new HashMap<>();
    for (int at = 0; archive[at] != 0; ) {
      String name = new String(archive, at, 100, StandardCharsets.US_ASCII).replace("\0", "");
      String octal = new String(archive, at + 124, 11, StandardCharsets.US_ASCII);
      int size = Integer.parseInt(octal, 8);
      int sum = 0;
      for (int i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? ' ' : archive[at + i] & 0xff;
      }
      String checked = new String(archive, at + 148, 6, StandardCharsets.US_ASCII);
      assertEquals(sum, Integer.parseInt(checked, 8), "checksum of " + name);
      files.put(name, Arrays.copyOfRange(archive, at + 512, at + 512 + size));
      at += 512 + (size + 511) / 512 * 512;
    }
    return files;
  }

  private AnnotatedData open(byte[] archive, String name) throws IOException {
    Map<String, byte[]> files = tar(archive);
    assertEquals(java.util.Set.of("pred.h5ad.zst", "watermark.txt"), files.keySet());
    assertEquals("vcc-prep", new String(files.get("watermark.txt"), StandardCharsets.US_ASCII));
    Path file = folder.resolve(name);
    try (InputStream in =
        new ZstdInputStream(new java.io.ByteArrayInputStream(files.get("pred.h5ad.zst")))) {
      Files.write(file, in.readAllBytes());
    }
    return AnnotatedFiles.open(file);
  }

  @Test
  void prepPacksWhatTheOriginalPacks() throws IOException {
    Path out = folder.resolve("prediction.vcc");
    Shell.Result result =
        Shell.run(
            "prep",
            "--data",
            unpacked("b_sparse_edge_f32/real.h5ad"),
            "--genes",
            unpacked("prep_genes.csv"),
            "--out",
            out.toString());
    assertEquals(0, result.status(), result.err());
    assertTrue(result.err().contains("300 genes instead of 18080"), result.err());
    try (AnnotatedData ours = open(Files.readAllBytes(out), "ours.h5ad");
        AnnotatedData theirs = open(reference("prep_example.vcc"), "theirs.h5ad")) {
      assertEquals(theirs.genes().ids(), ours.genes().ids());
      assertEquals(theirs.observations().names(), ours.observations().names());
      assertEquals(theirs.observations().index(), ours.observations().index());
      assertEquals(
          theirs.observations().column("target_gene").strings(),
          ours.observations().column("target_gene").strings());
      assertEquals(theirs.expressionInMemory(), ours.expressionInMemory());
    }
    byte[] first = Files.readAllBytes(out);
    assertEquals(3, prep(List.of()).status(), "nothing is replaced without --force");
    assertEquals(0, prep(List.of("--force")).status());
    assertArrayEquals(first, Files.readAllBytes(out), "equal cells give equal archives");
  }

  private Shell.Result prep(List<String> more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "prep",
                "--data",
                unpacked("b_sparse_edge_f32/real.h5ad"),
                "--genes",
                unpacked("prep_genes.csv"),
                "--out",
                folder.resolve("prediction.vcc").toString()));
    command.addAll(more);
    return Shell.run(command.toArray(String[]::new));
  }

  @Test
  void prepTurnsCountsIntoLogValues() throws IOException {
    Path genes = folder.resolve("genes.csv");
    try (AnnotatedData counts =
        AnnotatedFiles.open(Path.of(unpacked("c_counts/pred_model.h5ad")))) {
      Files.write(genes, counts.genes().ids());
    }
    Path out = folder.resolve("counts.vcc");
    Shell.Result result =
        Shell.run(
            "prep",
            "--data",
            unpacked("c_counts/pred_model.h5ad"),
            "--genes",
            genes.toString(),
            "--expected-genes",
            "200",
            "--out",
            out.toString());
    assertEquals(0, result.status(), result.err());
    try (AnnotatedData ours = open(Files.readAllBytes(out), "logged.h5ad")) {
      CsrMatrix matrix = ours.expressionInMemory();
      double sum = 0;
      for (int k = matrix.rowStart(0); k < matrix.rowStart(1); k++) {
        sum += Math.expm1(matrix.valueAt(k));
      }
      assertEquals(261, sum, 1e-3, "every cell is scaled to the median total");
    }
  }

  @Test
  void prepRefusesWhatTheOriginalRefuses() throws IOException {
    List<String> genes =
        new ArrayList<>(rows(reference("prep_genes.csv")).stream().map(r -> r[0]).toList());
    Path list = folder.resolve("genes.csv");
    List<String> other = new ArrayList<>(genes);
    other.set(0, "ABSENT");
    Files.write(list, other);
    Shell.Result wrong = prep(List.of("--genes", list.toString()));
    assertEquals(2, wrong.status(), "--genes stands twice");
    assertRefused(list, other, "ABSENT");
    assertRefused(list, genes.subList(0, 299), genes.get(299));
    List<String> twice = new ArrayList<>(genes);
    twice.set(1, genes.get(0));
    assertRefused(list, twice, genes.get(0));
    assertEquals(3, prep(List.of("--max-cells", "100")).status());
    assertEquals(2, prep(List.of("--encoding", "16")).status());
    assertEquals(3, prep(List.of("--control", "absent")).status());
    assertEquals(3, prep(List.of("--perturbation-key", "absent")).status());
    assertEquals(3, prep(List.of("--celltype-key", "absent")).status());
    assertFalse(Files.exists(folder.resolve("prediction.vcc")));
    assertEquals(0, prep(List.of("--expected-genes", "7", "--max-cells", "-1")).status());
  }

  private void assertRefused(Path list, List<String> genes, String named) throws IOException {
    Files.write(list, genes);
    Shell.Result result =
        Shell.run(
            "prep",
            "--data",
            unpacked("b_sparse_edge_f32/real.h5ad"),
            "--genes",
            list.toString(),
            "--out",
            folder.resolve("prediction.vcc").toString());
    assertEquals(3, result.status(), result.err());
    assertTrue(result.err().contains(named), result.err());
  }
}
