package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transition model from the command line, in a very small size. */
class TransitionTest {
  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Shell.Result train(String... more) {
    List<String> words =
        new java.util.ArrayList<>(
            List.of(
                "train",
                "--data",
                path("cells.h5ad"),
                "--mode",
                "knockout",
                "--model",
                "transition",
                "--out",
                path("model.safetensors")));
    words.addAll(List.of(more));
    return Shell.run(words.toArray(String[]::new));
  }

  @Test
  void itIsTrainedKeptShownAndUsed() throws Exception {
    MadeFile cells = MadeFile.counts(1);
    cells.columns.put("cell_type", new java.util.ArrayList<>());
    MadeFile other = MadeFile.counts(2);
    for (int i = 0; i < cells.rows.size(); i++) {
      cells.columns.get("cell_type").add("A");
    }
    for (int i = 0; i < other.rows.size(); i++) {
      cells.rows.add(other.rows.get(i));
      cells.names.add("other" + i);
      cells.labels().add(other.labels().get(i));
      cells.columns.get("cell_type").add("B");
    }
    cells.write(folder.resolve("cells.h5ad"));
    Files.writeString(
        folder.resolve("small.json"),
        "{\"base\": \"ours-xs\", \"hidden\": 16, \"heads\": 1, \"layers\": 1, \"feed_forward\": 16,"
            + " \"set_cells\": 8, \"sets\": 2, \"steps\": 6, \"validate_every\": 3}");
    Shell.Result trained = train("--config", path("small.json"));
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("6 steps, loss "), trained.out());
    assertEquals(4, Files.readAllLines(folder.resolve("model.safetensors.curve.csv")).size());
    assertFalse(Files.exists(folder.resolve("model.safetensors.part")));
    Shell.Result shown = Shell.run("model", "show", path("model.safetensors"));
    assertTrue(shown.out().contains("transition"), shown.out());
    Shell.Result predicted =
        Shell.run(
            "predict",
            "--model",
            path("model.safetensors"),
            "--data",
            path("cells.h5ad"),
            "--mode",
            "knockout",
            "--perturbation",
            "G02",
            "--out",
            path("predicted.h5ad"));
    assertEquals(0, predicted.status(), predicted.err());
    Shell.Result again = train("--config", path("small.json"), "--resume");
    assertEquals(0, again.status(), again.err());
    assertTrue(again.out().contains("complete already"), again.out());
    assertEquals(3, train().status());
    Files.writeString(folder.resolve("bad.json"), "{\"layers\": \"many\"}");
    Shell.Result bad = train("--config", path("bad.json"), "--force");
    assertEquals(3, bad.status());
    assertTrue(bad.err().contains("layers"), bad.err());
  }
}
