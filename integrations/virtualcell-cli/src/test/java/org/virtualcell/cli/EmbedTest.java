package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.model.embedding.LinearEmbedding;
import org.virtualcell.provenance.FileDigest;

/** Vectors of cells in files, and the cells nearest to others. */
class EmbedTest {
  @TempDir Path folder;

  private Path path(String name) {
    return folder.resolve(name);
  }

  private static Shell.Result ok(String... words) {
    Shell.Result result = Shell.run(words);
    assertEquals(0, result.status(), result.err());
    return result;
  }

  private void embedded(Path cells, String out) {
    ok(
        "embed",
        "--data",
        cells.toString(),
        "--fit",
        "pca:5",
        "--model-out",
        path("pca.safetensors").toString(),
        "--out",
        path(out).toString());
  }

  @Test
  void vectorsAreAddedAndAllElseOfTheFileStays() throws Exception {
    Path cells = MadeFile.counts(1).write(path("cells.h5ad"));
    String before = FileDigest.of(cells).hex();
    embedded(cells, "embedded.h5ad");
    assertEquals(before, FileDigest.of(cells).hex(), "the source is only read");
    LinearEmbedding embedding = LinearEmbedding.load(path("pca.safetensors"));
    try (HdfFile file = new HdfFile(path("embedded.h5ad"));
        AnnotatedData source = AnnotatedFiles.open(cells);
        AnnotatedData copy = AnnotatedFiles.open(path("embedded.h5ad"))) {
      float[] wanted =
          embedding
              .transform(
                  source.expressionInMemory(),
                  source.genes(),
                  source.units().require("test"),
                  "test",
                  org.virtualcell.api.Progress.SILENT)
              .values();
      float[][] found = (float[][]) file.getDatasetByPath("/obsm/X_vc_pca").getData();
      for (int i = 0; i < found.length; i++) {
        assertArrayEquals(java.util.Arrays.copyOfRange(wanted, 5 * i, 5 * i + 5), found[i]);
      }
      assertEquals(
          "array", file.getByPath("/obsm/X_vc_pca").getAttribute("encoding-type").getData());
      assertEquals("dict", file.getByPath("/obsm").getAttribute("encoding-type").getData());
      String facts = (String) file.getDatasetByPath("/uns/provenance/X_vc_pca").getData();
      assertTrue(facts.contains(embedding.digest().hex()), facts);
      assertEquals(source.expression().digest(), copy.expression().digest());
      assertEquals(source.genes(), copy.genes());
      assertEquals(source.observations().index(), copy.observations().index());
      assertEquals(source.observations().names(), copy.observations().names());
    }
  }

  @Test
  void theSameEmbeddingServesOtherCellsAndReplacesItsOwnVectorsOnlyByForce() {
    Path cells = MadeFile.counts(1).write(path("cells.h5ad"));
    embedded(cells, "embedded.h5ad");
    MadeFile fewer = MadeFile.counts(2);
    fewer.dropGene(7);
    Path other = fewer.write(path("other.h5ad"));
    String model = path("pca.safetensors").toString();
    Shell.Result told =
        ok("embed", "--data", other.toString(), "--model", model, "--out", path("o").toString());
    assertTrue(told.out().contains("1 of 40 genes are missing"), told.out());
    String[] again = {
      "embed",
      "--data",
      path("embedded.h5ad").toString(),
      "--model",
      model,
      "--out",
      path("again.h5ad").toString(),
      "--force"
    };
    Shell.Result refused = Shell.run(java.util.Arrays.copyOf(again, again.length - 1));
    assertEquals(3, refused.status());
    assertTrue(refused.err().contains("obsm/X_vc_pca"), refused.err());
    assertFalse(Files.exists(path("again.h5ad")));
    ok(again);
  }

  @Test
  void whatCannotBeEmbeddedIsRefusedAndNothingIsWritten() throws Exception {
    Path cells = MadeFile.counts(1).write(path("cells.h5ad"));
    embedded(cells, "embedded.h5ad");
    MadeFile foreign = MadeFile.counts(2);
    foreign.genes.replaceAll(g -> "other-" + g);
    Path other = foreign.write(path("other.h5ad"));
    String out = path("out.h5ad").toString();
    String model = path("pca.safetensors").toString();
    Shell.Result genes =
        Shell.run("embed", "--data", other.toString(), "--model", model, "--out", out);
    assertEquals(3, genes.status());
    assertTrue(genes.err().contains("genes needed"), genes.err());
    Path text = Files.writeString(path("text.h5ad"), "no cells");
    for (String[] bad :
        List.of(
            new String[] {"--data", cells.toString(), "--fit", "umap:2"},
            new String[] {"--data", cells.toString(), "--fit", "pca:0"},
            new String[] {"--data", cells.toString()},
            new String[] {"--data", cells.toString(), "--fit", "pca:4000"},
            new String[] {"--data", text.toString(), "--fit", "pca:2"},
            new String[] {"--data", cells.toString(), "--model", text.toString()},
            new String[] {"--data", cells.toString(), "--fit", "pca:2", "--key", "a/b"})) {
      String[] words =
          java.util.Arrays.copyOf(new String[] {"embed", "--out", out}, 3 + bad.length);
      System.arraycopy(bad, 0, words, 3, bad.length);
      Shell.Result result = Shell.run(words);
      assertTrue(result.status() == 2 || result.status() == 3, List.of(words) + result.err());
      assertFalse(Files.exists(path("out.h5ad")), List.of(words).toString());
    }
  }

  @Test
  void nearestCellsAreWrittenWithTheirLabelsTheCellItselfFirst() throws Exception {
    Path cells = MadeFile.counts(1).write(path("cells.h5ad"));
    embedded(cells, "embedded.h5ad");
    String file = path("embedded.h5ad").toString();
    String[] words = {
      "nearest", "--query", file, "--data", file, "--label", "target_gene", "--count", "3", "--out"
    };
    String[] first = java.util.Arrays.copyOf(words, words.length + 1);
    first[words.length] = path("near.csv").toString();
    String said = ok(first).out();
    assertTrue(said.contains("sha256:"), said);
    List<String> lines = Files.readAllLines(path("near.csv"));
    assertEquals("cell,rank,neighbour,distance,target_gene", lines.get(0));
    assertEquals("cell0,1,cell0,0.0," + MadeFile.CONTROL, lines.get(1));
    assertEquals(1 + 3 * (3 + MadeFile.PERTURBATIONS) * MadeFile.CELLS, lines.size());
    first[words.length] = path("twice.csv").toString();
    ok(first);
    assertEquals(lines, Files.readAllLines(path("twice.csv")));
    assertEquals(3, Shell.run(first).status());
    Shell.Result unknown =
        Shell.run(
            "nearest",
            "--query",
            cells.toString(),
            "--data",
            file,
            "--out",
            path("no.csv").toString());
    assertEquals(3, unknown.status());
    assertTrue(unknown.err().contains("obsm/X_vc_pca"), unknown.err());
  }

  @Test
  void theIndexFindsNearlyAllThatAFullSearchFinds() {
    int cells = 3000;
    int dimensions = 20;
    SplittableRandom random = new SplittableRandom(3);
    float[] vectors = new float[cells * dimensions];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) (random.nextGaussian() + (i / dimensions % 7) * (i % 3));
    }
    ProgressDisplay silent =
        new ProgressDisplay(
            Terminal.of(new java.io.ByteArrayOutputStream(), System.err), true, new Interruption());
    NearestCells index = new NearestCells(vectors, dimensions, 10, silent);
    int hits = 0;
    for (int q = 0; q < cells; q += 30) {
      float[] sought = java.util.Arrays.copyOfRange(vectors, q * dimensions, (q + 1) * dimensions);
      Set<Integer> exact = new HashSet<>();
      IntStream.range(0, cells)
          .boxed()
          .sorted(java.util.Comparator.comparingDouble(c -> distance(vectors, sought, c)))
          .limit(10)
          .forEach(exact::add);
      for (NearestCells.Found found : index.nearest(sought, 10)) {
        hits += exact.contains(found.cell()) ? 1 : 0;
        assertEquals(Math.sqrt(distance(vectors, sought, found.cell())), found.distance(), 1e-4);
      }
    }
    assertTrue(hits >= 980, hits + " of 1000");
    assertThrows(InvalidDataException.class, () -> index.nearest(new float[3], 1));
    vectors[17] = Float.NaN;
    assertThrows(
        InvalidDataException.class, () -> new NearestCells(vectors, dimensions, 1, silent));
  }

  private static double distance(float[] vectors, float[] sought, int cell) {
    double sum = 0;
    for (int k = 0; k < sought.length; k++) {
      double off = vectors[cell * sought.length + k] - sought[k];
      sum += off * off;
    }
    return sum;
  }
}
