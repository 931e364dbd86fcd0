package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A screen of compounds: their structures as features, their scaffolds in a split. */
class CompoundQuestionsTest {
  /** Three hydroxamates around a benzene ring, two salicylates around another, one chain. */
  private static final List<String> DRUGS =
      List.of("vorinostat", "belinostat", "aspirin", "salicylate", "metformin", "guanidine");

  private static final String SMILES =
      """
      name,smiles
      vorinostat,O=C(CCCCCCC(=O)Nc1ccccc1)NO
      belinostat,O=C(C=Cc1cccc(S(=O)(=O)Nc2ccccc2)c1)NO
      aspirin,CC(=O)Oc1ccccc1C(=O)O
      salicylate,OC(=O)c1ccccc1O
      metformin,CN(C)C(=N)NC(N)=N
      guanidine,NC(N)=N
      unmade,O=C(CCCCCC(=O)Nc1ccccc1)NO
      """;

  @TempDir private Path folder;
  private Path cells;
  private Path table;

  @BeforeEach
  void write() throws IOException {
    MadeFile file = MadeFile.counts(1);
    List<String> labels = new ArrayList<>();
    for (String label : file.columns.get("target_gene")) {
      labels.add(
          label.equals(MadeFile.CONTROL)
              ? "vehicle"
              : DRUGS.get(Integer.parseInt(label.substring(1))));
    }
    file.columns.remove("target_gene");
    file.columns.put("drug", labels);
    cells = folder.resolve("screen.h5ad");
    file.write(cells);
    table = Files.writeString(folder.resolve("smiles.csv"), SMILES);
  }

  private Shell.Result train(Path structures) {
    return Shell.run(
        "train",
        "--data",
        cells.toString(),
        "--control",
        "vehicle",
        "--model",
        "effect",
        "--features",
        "compounds:" + structures,
        "--out",
        folder.resolve("model.safetensors").toString(),
        "--force");
  }

  @Test
  void structuresServeQuestionsAboutCompoundsNobodyMeasured() throws IOException {
    Shell.Result trained = train(table);
    assertEquals(0, trained.status(), trained.err());
    Path summary = folder.resolve("answers.csv");
    Shell.Result asked =
        Shell.run(
            "predict",
            "--model",
            folder.resolve("model.safetensors").toString(),
            "--data",
            cells.toString(),
            "--control",
            "vehicle",
            "--perturbation",
            "vorinostat",
            "unmade",
            "nameless",
            "--cells",
            "1",
            "--out",
            folder.resolve("answers.h5ad").toString(),
            "--summary",
            summary.toString(),
            "--strict");
    assertEquals(0, asked.status(), asked.err());
    List<String> rows = Files.readAllLines(summary);
    assertTrue(rows.get(1).contains(",seen,yes,"), rows.get(1));
    assertTrue(rows.get(2).startsWith("unmade,"), rows.get(2));
    assertTrue(rows.get(2).contains("unseen-perturbation"), rows.get(2));
    assertFalse(rows.get(2).contains("No features are known"), rows.get(2));
  }

  @Test
  void aStructureThatIsNoneIsRefusedWithItsRowAndCompound() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.csv"), SMILES + "broken,C1CC(\n");
    Shell.Result refused = train(bad);
    assertEquals(3, refused.status());
    assertTrue(refused.err().contains("broken"), refused.err());
    assertTrue(refused.err().contains("bad.csv, row 9"), refused.err());
    assertFalse(Files.exists(folder.resolve("model.safetensors")));
  }

  @Test
  void compoundsOfOneScaffoldAreHeldOutTogether() throws IOException {
    boolean together = false;
    for (int seed = 0; seed < 12; seed++) {
      Path split = folder.resolve("split.toml");
      Shell.Result made =
          Shell.run(
              "split",
              "--data",
              cells.toString(),
              "--control",
              "vehicle",
              "--policy",
              "unseen-perturbation",
              "--share",
              "0.34",
              "--seed",
              Integer.toString(seed),
              "--scaffolds",
              table.toString(),
              "--out",
              split.toString(),
              "--force");
      assertEquals(0, made.status(), made.err());
      String text = Files.readString(split);
      String test = text.lines().filter(l -> l.startsWith("test")).findFirst().orElse(text);
      // vorinostat, aspirin and salicylate have the scaffold benzene
      boolean one = test.contains("aspirin");
      assertEquals(one, test.contains("salicylate"), test);
      assertEquals(one, test.contains("vorinostat"), test);
      together |= one;
    }
    assertTrue(together, "some seed holds the scaffold out");
  }

  /** The screen again, three drugs at two doses each. */
  private Path doses(String unit) {
    MadeFile file = MadeFile.counts(1);
    List<String> labels = new ArrayList<>();
    List<String> amounts = new ArrayList<>();
    for (String label : file.columns.get("target_gene")) {
      int p = label.equals(MadeFile.CONTROL) ? -1 : Integer.parseInt(label.substring(1));
      labels.add(p < 0 ? "DMSO" : DRUGS.get(p / 2));
      amounts.add(p < 0 ? "" : (p % 2 == 0 ? "0.1" : "10") + unit);
    }
    file.columns.remove("target_gene");
    file.columns.put("compound", labels);
    file.columns.put("dose", amounts);
    return file.write(folder.resolve("doses.h5ad"));
  }

  @Test
  void dosesOfTheFileAreConditionsAndAnyDoseMayBeAsked() throws IOException {
    Path screen = doses(" uM");
    Path model = folder.resolve("doses.safetensors");
    Shell.Result trained =
        Shell.run(
            "train", "--data", screen.toString(), "--model", "effect", "--out", model.toString());
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("6 conditions"), trained.out());
    Path summary = folder.resolve("doses.csv");
    Path wanted = folder.resolve("wanted.csv");
    Files.writeString(
        wanted,
        "perturbation,dose\nvorinostat,100 nM\nvorinostat,1 uM\nvorinostat@10 uM,\n"
            + "vorinostat,\nvorinostat,5\n");
    Shell.Result asked =
        Shell.run(
            "predict",
            "--model",
            model.toString(),
            "--data",
            screen.toString(),
            "--perturbations",
            wanted.toString(),
            "--cells",
            "1",
            "--out",
            folder.resolve("doses-out.h5ad").toString(),
            "--summary",
            summary.toString());
    assertEquals(0, asked.status(), asked.err());
    List<String> rows = Files.readAllLines(summary);
    assertTrue(rows.get(1).contains(",seen,yes,"), rows.get(1));
    assertTrue(rows.get(2).contains(",unseen-perturbation,no,"), rows.get(2));
    assertTrue(rows.get(2).contains("leaving out the dose or time"), rows.get(2));
    assertTrue(rows.get(3).contains(",seen,yes,"), rows.get(3));
    assertTrue(rows.get(4).contains("was measured at 2 doses"), rows.get(4));
    assertTrue(rows.get(5).contains("it has no unit"), rows.get(5));
  }

  @Test
  void aColumnOfDosesWithoutUnitIsRefusedWhereItIsNamed() {
    Path screen = doses("");
    String[] train = {
      "train",
      "--data",
      screen.toString(),
      "--model",
      "effect",
      "--dose-key",
      "dose",
      "--out",
      folder.resolve("none.safetensors").toString()
    };
    Shell.Result refused = Shell.run(train);
    assertEquals(3, refused.status());
    assertTrue(refused.err().contains("it has no unit"), refused.err());
    assertTrue(refused.err().contains("doses.h5ad"), refused.err());
    String[] stated = java.util.Arrays.copyOf(train, train.length + 2);
    stated[train.length] = "--dose-unit";
    stated[train.length + 1] = "uM";
    Shell.Result trained = Shell.run(stated);
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("6 conditions"), trained.out());
  }
}
