package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.ModelCard;
import org.virtualcell.model.ModelFiles;

/** A new screen joins a fitted model on the command line. */
class UpdateTest {
  @TempDir private Path folder;

  /** A screen of some perturbations, and all controls. */
  private Path screen(String name, List<String> perturbed) {
    MadeFile made = MadeFile.counts(3);
    for (String gene : List.of("G00", "G01", "G02", "G03", "G04", "G05")) {
      if (!perturbed.contains(gene)) {
        made.dropLabel(gene);
      }
    }
    return made.write(folder.resolve(name));
  }

  private Shell.Result train(Path data, String how, Path model, Path out) {
    return Shell.run(
        "train",
        "--data",
        data.toString(),
        "--perturbation-key",
        "target_gene",
        "--control",
        MadeFile.CONTROL,
        how,
        how.equals("--model") ? "effect" : model.toString(),
        "--out",
        out.toString());
  }

  @Test
  void theUpdatedModelKnowsBothScreensAndTheOldOneIsLeftAsItWas() {
    Path one = screen("one.h5ad", List.of("G00", "G01", "G02", "G03"));
    Path two = screen("two.h5ad", List.of("G04", "G05"));
    Path model = folder.resolve("model.safetensors");
    Path updated = folder.resolve("updated.safetensors");
    assertEquals(0, train(one, "--model", model, model).status());
    ModelCard before = ModelFiles.card(model);
    Shell.Result result = train(two, "--update", model, updated);
    assertEquals(0, result.status(), result.err());
    assertEquals(before, ModelFiles.card(model));
    assertEquals(4, before.conditions().size());
    assertEquals(6, ModelFiles.card(updated).conditions().size());
    Path again = folder.resolve("again.safetensors");
    Shell.Result refused = train(one, "--update", updated, again);
    assertEquals(3, refused.status(), refused.err());
    assertTrue(refused.err().contains("already"), refused.err());
    assertFalse(Files.exists(again));
  }

  @Test
  void onlyEffectModelsAreUpdated() {
    Path one = screen("one.h5ad", List.of("G00", "G01", "G02", "G03"));
    Path baseline = folder.resolve("baseline.safetensors");
    assertEquals(
        0,
        Shell.run(
                "train",
                "--data",
                one.toString(),
                "--perturbation-key",
                "target_gene",
                "--control",
                MadeFile.CONTROL,
                "--model",
                "baseline:additive",
                "--out",
                baseline.toString())
            .status());
    Shell.Result refused =
        train(
            screen("two.h5ad", List.of("G04", "G05")),
            "--update",
            baseline,
            folder.resolve("out.safetensors"));
    assertEquals(2, refused.status(), refused.err());
    assertTrue(refused.err().contains("additive"), refused.err());
  }
}
