package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effect model on the bundled cells, asked anything in any of their contexts. */
class EffectQuestionsTest {
  @TempDir private static Path folder;
  private static Path cells;
  private static Path model;

  @BeforeAll
  static void train() {
    cells = BundledData.NORMAN.copyInto(folder);
    model = folder.resolve("effect.safetensors");
    Shell.Result trained =
        Shell.run(
            "train", "--data", cells.toString(), "--model", "effect", "--out", model.toString());
    assertEquals(0, trained.status(), trained.err());
  }

  @Test
  void singlesDoublesAndUnseenOnesAreAnsweredInEveryContextWithWhatTheyRestOn() throws IOException {
    Path summary = folder.resolve("answers.csv");
    Path wanted = folder.resolve("wanted.csv");
    Files.writeString(wanted, "perturbation\nKLF1\nSET+KLF1\nKLF1+FOXO4\nTP53\nMAPK1\nTP53+MYC\n");
    Shell.Result asked =
        Shell.run(
            "predict",
            "--model",
            model.toString(),
            "--data",
            cells.toString(),
            "--perturbations",
            wanted.toString(),
            "--cells",
            "1",
            "--out",
            folder.resolve("answers.h5ad").toString(),
            "--summary",
            summary.toString(),
            "--strict");
    assertEquals(0, asked.status(), asked.err());
    List<String> rows = Files.readAllLines(summary);
    assertEquals(
        "perturbation,context,regime,measured_together,sources,distance,gene_coverage,verdict,"
            + "interval_width,cells,reason",
        rows.get(0));
    assertEquals(1 + 6 * 4, rows.size());
    for (String row : rows.subList(1, rows.size())) {
      String[] fields = row.replaceFirst("^\"([^\"]*)\"", "$1").split(",", 11);
      String question = fields[0] + " in " + fields[1];
      assertTrue(List.of("seen", "unseen-perturbation").contains(fields[2]), question);
      assertTrue(List.of("answer", "no-evidence").contains(fields[7]), question);
      // combinations of a mode with no combination in training still rest on its singles
      assertTrue(Integer.parseInt(fields[4]) > 0, row);
      assertTrue(Double.parseDouble(fields[5]) >= 0, row);
      assertTrue(Double.parseDouble(fields[8]) > 0, row);
    }
    assertTrue(rows.get(4).startsWith("KLF1,k562,seen,yes,"), rows.get(4));
    assertTrue(rows.get(4).contains(",answer,"), rows.get(4));
    assertTrue(rows.get(8).startsWith("\"SET+KLF1\",k562,seen,yes,"), rows.get(8));
    assertTrue(
        rows.get(12).startsWith("\"KLF1+FOXO4\",k562,unseen-perturbation,no,"), rows.get(12));
    assertTrue(rows.get(13).startsWith("TP53,A172,unseen-perturbation,no,"), rows.get(13));
    assertTrue(rows.get(13).contains(",no-evidence,"), "the lines hold no signal " + rows.get(13));
  }
}
