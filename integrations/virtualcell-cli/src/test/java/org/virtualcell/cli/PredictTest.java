package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.io.H5adWriter;

class PredictTest {
  @TempDir private static Path shared;
  private static Bundled bundled;

  @TempDir private Path folder;
  private Path out;
  private Path summary;

  @BeforeAll
  static void trainOnTheBundledFile() {
    bundled = Bundled.in(shared);
  }

  @BeforeEach
  void nameOutputs() {
    out = folder.resolve("predicted.h5ad");
    summary = folder.resolve("predicted.csv");
  }

  private Shell.Result predict(Path cells, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "predict",
                "--model",
                bundled.model().toString(),
                "--data",
                cells.toString(),
                "--out",
                out.toString(),
                "--summary",
                summary.toString()));
    Collections.addAll(args, more);
    return Shell.run(args.toArray(String[]::new));
  }

  private Shell.Result predict(String... more) {
    return predict(bundled.cells(), more);
  }

  private List<String> leftInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void namedPerturbationsInNamedContextsComeBackWithTheGenesOfTheDataInTheirOrder()
      throws IOException {
    Shell.Result result =
        predict(
            "--perturbation", "SET+KLF1", "MAPK1", "--context", "k562", "U87MG", "--cells", "7");
    assertEquals(0, result.status(), result.err());
    try (AnnotatedData input = AnnotatedFiles.open(bundled.cells());
        AnnotatedData predicted = AnnotatedFiles.open(out)) {
      assertEquals(input.genes().ids(), predicted.genes().ids());
      assertEquals(input.units().units(), predicted.units().units());
      List<String> sources = predicted.observations().column("virtualcell_source").strings();
      List<String> labels = predicted.observations().column("perturbation").strings();
      List<String> contexts = predicted.observations().column("cell_type").strings();
      assertEquals(200, Collections.frequency(sources, "control"));
      assertEquals(4 * 7, Collections.frequency(sources, "predicted"));
      assertEquals(2 * 7, Collections.frequency(labels, "SET+KLF1"));
      assertEquals(2 * 7, Collections.frequency(labels, "MAPK1"));
      assertEquals(200, Collections.frequency(labels, "control"));
      assertEquals(100 + 14, Collections.frequency(contexts, "U87MG"));
      assertEquals(228, predicted.expression().rows());
    }
    List<String> rows = Files.readAllLines(summary);
    assertEquals(1 + 4, rows.size());
    assertTrue(
        rows.get(0).startsWith("perturbation,context,regime,measured_together,"), rows.get(0));
    assertTrue(rows.get(1).startsWith("\"SET+KLF1\",k562,seen,yes,"), rows.get(1));
    assertFalse(rows.toString().contains("null"), rows.toString());
    assertEquals(List.of("predicted.csv", "predicted.h5ad"), leftInFolder());
  }

  @Test
  void controlCellsAreThoseOfTheInput() throws IOException {
    assertEquals(
        0, predict("--perturbation", "KLF1", "--context", "k562", "--cells", "1").status());
    try (AnnotatedData input = AnnotatedFiles.open(bundled.cells());
        AnnotatedData predicted = AnnotatedFiles.open(out)) {
      List<String> labels = input.observations().column("perturbation").strings();
      List<String> contexts = input.observations().column("cell_type").strings();
      int[] controls =
          IntStream.range(0, labels.size())
              .filter(i -> labels.get(i).equals("control") && contexts.get(i).equals("k562"))
              .toArray();
      CsrMatrix expected = input.expressionInMemory().select(controls);
      assertEquals(expected.digest(), predicted.expression().block(0, controls.length).digest());
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesForAnyNumberOfThreadsAndInAnyLocale() throws IOException {
    String[] asked = {"--perturbation", "KLF1+MIDN", "--context", "k562", "--cells", "5"};
    assertEquals(0, predict(with(asked, "--threads", "1")).status());
    byte[] cells = Files.readAllBytes(out);
    byte[] table = Files.readAllBytes(summary);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals(0, predict(with(asked, "--threads", "2", "--force")).status());
    } finally {
      Locale.setDefault(before);
    }
    assertArrayEquals(table, Files.readAllBytes(summary));
    assertArrayEquals(cells, Files.readAllBytes(out));
    assertEquals(0, predict(with(asked, "--seed", "1", "--force")).status());
    assertFalse(java.util.Arrays.equals(cells, Files.readAllBytes(out)));
  }

  private static String[] with(String[] args, String... more) {
    return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
  }

  /** The bundled cells with other genes: index into the file, or -1 for a gene it does not have. */
  private Path withGenes(int[] columns) {
    Path file = folder.resolve("other-genes.h5ad");
    try (AnnotatedData input = AnnotatedFiles.open(bundled.cells())) {
      CsrMatrix all = input.expressionInMemory();
      int cells = Math.toIntExact(all.rows());
      float[][] dense = new float[cells][columns.length];
      List<String> ids = new ArrayList<>();
      for (int g = 0; g < columns.length; g++) {
        ids.add(columns[g] < 0 ? "NEW" + g : input.genes().id(columns[g]));
        for (int cell = 0; cell < cells; cell++) {
          dense[cell][g] = columns[g] < 0 ? cell % 2 : all.get(cell, columns[g]);
        }
      }
      new H5adWriter(GeneVocabulary.of(ids), input.observations())
          .expression(CsrMatrix.ofDense(dense, columns.length), input.units().units().orElseThrow())
          .write(file, false);
    }
    return file;
  }

  @Test
  void genesAreMatchedByNameAndThoseTheModelDoesNotKnowAreMarked() {
    int[] reversedWithoutTenAndWithTwoNew =
        IntStream.concat(IntStream.of(-1, -1), IntStream.range(0, 490).map(g -> 499 - g)).toArray();
    Path cells = withGenes(reversedWithoutTenAndWithTwoNew);
    Shell.Result result =
        predict(cells, "--perturbation", "KLF1", "--context", "k562", "--cells", "200");
    assertEquals(0, result.status(), result.err());
    assertTrue(result.err().contains("2 of 492 genes are not in the model"), result.err());
    try (AnnotatedData input = AnnotatedFiles.open(cells);
        AnnotatedData predicted = AnnotatedFiles.open(out)) {
      assertEquals(input.genes().ids(), predicted.genes().ids());
      List<String> inModel = predicted.variables().column("virtualcell_in_model").strings();
      assertEquals(List.of("false", "false", "true"), inModel.subList(0, 3));
      CsrMatrix values = predicted.expressionInMemory();
      double mean = 0;
      for (int cell = 100; cell < 300; cell++) {
        assertTrue(values.get(cell, 0) == 0 || values.get(cell, 0) == 1);
        mean += values.get(cell, 0) / 200.0;
      }
      assertTrue(mean > 0, "values of control cells, not zeros in silence");
    }
  }

  @Test
  void tooFewGenesOfTheModelAreRefusedWithTheCoverage() throws IOException {
    Path cells = withGenes(IntStream.range(0, 300).toArray());
    Shell.Result result = predict(cells, "--perturbation", "KLF1", "--context", "k562");
    assertEquals(3, result.status());
    assertTrue(result.err().contains("60.0 % of the 500 genes"), result.err());
    assertFalse(result.err().contains("\tat "));
    assertEquals(List.of("other-genes.h5ad"), leftInFolder());
  }

  @Test
  void questionsWithoutAnAnswerAreListedAndStrictMakesThemAFailure() throws IOException {
    String[] asked = {"--perturbation", "KLF1", "control", "--context", "k562", "HeLa"};
    Shell.Result result = predict(asked);
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("Not answered:"), result.out());
    List<String> rows = Files.readAllLines(summary);
    assertEquals(1 + 4, rows.size());
    assertTrue(rows.get(2).startsWith("KLF1,HeLa,,,,,,refused,,0,"), rows.get(2));
    assertTrue(rows.get(2).contains("Contexts with controls: A172, T98G, U87MG, k562"));
    assertTrue(rows.get(3).contains("'control' is the control label"), rows.get(3));
    assertEquals(3, predict(with(asked, "--strict", "--force")).status());
  }

  @Test
  void aPerturbationNobodyMeasuredIsAnsweredAsUnseenWithoutEvidence() throws IOException {
    assertEquals(0, predict("--perturbation", "TP53", "--context", "k562").status());
    String row = Files.readAllLines(summary).get(1);
    assertTrue(row.startsWith("TP53,k562,unseen-perturbation,no,"), row);
    assertTrue(row.contains(",no-evidence,"), row);
  }

  @Test
  void aTableOfPerturbationsIsReadWithItsContextsAndNumbersOfCells() throws IOException {
    Path table = folder.resolve("wanted.csv");
    Files.writeString(table, "perturbation,context,cells\nKLF1,k562,3\nMAP2K6,A172,5\n");
    Shell.Result result = predict("--perturbations", table.toString());
    assertEquals(0, result.status(), result.err());
    try (AnnotatedData predicted = AnnotatedFiles.open(out)) {
      List<String> labels = predicted.observations().column("perturbation").strings();
      assertEquals(3, Collections.frequency(labels, "KLF1"));
      assertEquals(5, Collections.frequency(labels, "MAP2K6"));
    }
  }

  @Test
  void existingOutputIsKeptWithoutForce() throws IOException {
    Files.writeString(out, "precious");
    Shell.Result result = predict("--perturbation", "KLF1", "--context", "k562");
    assertEquals(3, result.status());
    assertTrue(result.err().contains("--force"), result.err());
    assertEquals("precious", Files.readString(out));
    assertEquals(List.of("predicted.h5ad"), leftInFolder());
  }

  @Test
  void badFilesAndFoldersAreNamedWithARemedyAndNothingIsWritten() throws IOException {
    Path text = Files.writeString(folder.resolve("cells.txt"), "no cells here");
    for (String[] bad :
        new String[][] {
          {"--data", folder.resolve("absent.h5ad").toString(), "absent.h5ad"},
          {"--data", text.toString(), "cells.txt"},
          {"--model", text.toString(), "cells.txt"},
          {"--out", folder.resolve("no/such/folder/p.h5ad").toString(), "no/such/folder"},
          {"--out", text.resolve("p.h5ad").toString(), "cells.txt"},
          {"--control", "NTC", "NTC"},
          {"--perturbation-key", "guide", "guide"},
          {"--context-key", "line", "line"},
          {"--output-units", "counts", "raw counts"}
        }) {
      List<String> args =
          new ArrayList<>(List.of("predict", "--perturbation", "KLF1", "--context", "k562"));
      for (String[] option :
          new String[][] {
            {"--model", bundled.model().toString()},
            {"--data", bundled.cells().toString()},
            {"--out", out.toString()}
          }) {
        if (!option[0].equals(bad[0])) {
          Collections.addAll(args, option);
        }
      }
      args.add(bad[0]);
      args.add(bad[1]);
      Shell.Result result = Shell.run(args.toArray(String[]::new));
      assertEquals(3, result.status(), String.join(" ", bad) + "\n" + result.err());
      assertTrue(result.err().contains(bad[2]), result.err());
      assertTrue(result.err().contains("  remedy: "), result.err());
      assertFalse(result.err().contains("\tat "), result.err());
      assertEquals(List.of("cells.txt"), leftInFolder(), String.join(" ", bad));
    }
  }

  @Test
  void anAbsentDeviceEndsWithTheStatusOfTheMachine() throws IOException {
    Shell.Result result =
        predict("--perturbation", "KLF1", "--context", "k562", "--device", "quantum");
    assertEquals(4, result.status(), result.err());
    assertEquals(List.of(), leftInFolder());
  }

  @Test
  void anInterruptedPredictionWritesNothing() throws IOException {
    Interruption interruption = new Interruption();
    interruption.request();
    Shell.Result result =
        Shell.run(
            interruption,
            "predict",
            "--model",
            bundled.model().toString(),
            "--data",
            bundled.cells().toString(),
            "--perturbation",
            "KLF1",
            "--out",
            out.toString());
    assertEquals(130, result.status(), result.err());
    assertEquals(List.of(), leftInFolder());
  }
}
