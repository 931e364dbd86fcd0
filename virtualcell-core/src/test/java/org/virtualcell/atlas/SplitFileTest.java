package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.Condition;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.TrainingSet;

class SplitFileTest {
  private static final String STATE_STYLE =
      """
      # as State writes it
      [datasets]
      norman = "norman_mcfaline_dev.h5ad"

      [training]
      norman = "train"

      [zeroshot]
      "norman.T98G" = "test"

      [fewshot."norman.k562"]
      val = ["KLF1"]
      test = ["KLF1+SET", "FOXO4"]
      """;

  @Test
  void stateStyleFileDividesConditionsByTheClaimTheyMake() {
    PerturbationData data = BundledData.norman();
    SplitFile split = SplitFile.parse(STATE_STYLE, "text");
    Map<String, Integer> scored = new TreeMap<>();
    for (Fold fold : Splits.of(data, "norman", split, 0)) {
      scored.put(fold.protocol() + "/" + fold.stratum(), fold.heldOut().size());
      assertEquals(52 - 8 - 3, fold.training().conditions().size());
      assertEquals(4, fold.training().contexts().size(), "controls of every context train");
    }
    // SET+KLF1 as the file spells it: neither single is in training; all T98G genes are in A172 or
    // U87MG too
    assertEquals(
        Map.of("unseen-combination/0", 1, "unseen-perturbation/", 1, "unseen-context/", 8), scored);
  }

  @Test
  void unquotedKeysWithDotsMeanTheSame() {
    SplitFile quoted = SplitFile.parse(STATE_STYLE, "text");
    SplitFile dotted =
        SplitFile.parse(
            STATE_STYLE
                .replace("\"norman.T98G\"", "norman.T98G")
                .replace("\"norman.k562\"", "norman.k562"),
            "text");
    assertEquals(quoted, dotted);
  }

  @Test
  void everyDrawnSplitComesBackFromItsTomlAndIsClean(@TempDir Path folder) {
    PerturbationData data = BundledData.norman();
    for (SplitPolicy policy : SplitPolicy.values()) {
      SplitFile drawn = Splits.draw(data, "norman", "a \"file\".h5ad", policy, 0.3, 7);
      Path file = folder.resolve(policy.label() + ".toml");
      drawn.write(file, false);
      assertEquals(drawn, SplitFile.read(file));
      assertThrows(OutputExistsException.class, () -> drawn.write(file, false));
      assertEquals(drawn, Splits.draw(data, "norman", "a \"file\".h5ad", policy, 0.3, 7));
      List<Fold> folds = Splits.of(data, "norman", drawn, 0);
      assertTrue(folds.stream().anyMatch(f -> f.protocol().equals(policy.label())), policy.label());
      for (Fold fold : folds) {
        LeakageReport report = LeakageReport.of(data, fold);
        assertEquals(
            List.of(),
            report.findings().stream()
                .filter(f -> f.severity() == LeakageReport.Severity.LEAK)
                .filter(f -> !f.kind().equals("duplicate-cells"))
                .toList());
      }
    }
  }

  @Test
  void anotherSeedDrawsAnotherSplit() {
    PerturbationData data = BundledData.norman();
    Set<SplitFile> splits = new HashSet<>();
    for (long seed = 0; seed < 8; seed++) {
      splits.add(Splits.draw(data, "norman", "f", SplitPolicy.UNSEEN_PERTURBATION, 0.3, seed));
    }
    assertEquals(8, splits.size());
  }

  @Test
  void nothingHeldOutIsTrainedOn() {
    PerturbationData data = BundledData.norman();
    SplitFile split = SplitFile.parse(STATE_STYLE, "text");
    TrainingSet training = Splits.training(data, "norman", split);
    Set<Condition> trained = new HashSet<>(training.conditions());
    for (Fold fold : Splits.of(data, "norman", split, 0)) {
      fold.heldOut().forEach(h -> assertTrue(!trained.contains(h.condition())));
    }
  }

  @Test
  void faultsAreNamedWithTheirPlace() {
    assertFault("[datasets", "line 1");
    assertFault("[zeroshot]\n\"a.b\" = \"tets\"\n", "tets");
    assertFault("[training]\na = \"test\"\n", "[fewshot]");
    assertFault("[fewshot.\"a.b\"]\ntests = []\nval = []\n", "tests");
    assertFault("[fewshot.\"a.b\"]\ntest = [3]\n", "no text");
    assertFault("[datasetz]\na = \"b\"\n", "datasetz");
    assertFault("datasets = 3\n", "datasets");
  }

  private static void assertFault(String toml, String mentioned) {
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> SplitFile.parse(toml, "split.toml"));
    assertTrue(e.getMessage().contains(mentioned), e.getMessage());
    assertTrue(e.getMessage().contains("split.toml"), e.getMessage());
  }

  @Test
  void unknownContextsPerturbationsAndDataSetsAreRefused() {
    PerturbationData data = BundledData.norman();
    assertRefused(data, STATE_STYLE.replace("T98G", "T98"), "norman.T98");
    assertRefused(data, STATE_STYLE.replace("FOXO4", "FOXO5"), "FOXO5");
    assertRefused(data, STATE_STYLE.replace("norman", "replogle"), "norman");
  }

  private static void assertRefused(PerturbationData data, String toml, String mentioned) {
    SplitFile split = SplitFile.parse(toml, "split.toml");
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> Splits.of(data, "norman", split, 0));
    assertTrue(e.getMessage().contains(mentioned), e.getMessage());
  }
}
