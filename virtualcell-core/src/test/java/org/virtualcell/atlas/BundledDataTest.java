package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Perturbation;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;

class BundledDataTest {
  @Test
  void normanKeysAreFoundAndExplained() {
    try (AnnotatedData file = AnnotatedFiles.open(BundledData.path("norman_mcfaline_dev.h5ad"))) {
      PerturbationKeys keys = PerturbationKeys.detect(file.observations());
      assertEquals("perturbation", keys.perturbation());
      assertEquals("control", keys.control());
      assertEquals("cell_type", keys.context().orElseThrow());
      assertTrue(keys.batch().isEmpty());
      assertEquals("perturbation_type", keys.mode().orElseThrow());
      assertEquals("+", keys.separator().orElseThrow());
      assertTrue(
          keys.explanation().stream().anyMatch(e -> e.contains("perturbation_raw")),
          keys.explanation().toString());
    }
  }

  /** Counts written down from h5py. */
  @Test
  void normanHoldsFiftyTwoConditionsInFourContexts() {
    PerturbationData data = BundledData.norman();
    assertEquals(5229, data.cells());
    assertEquals(52, data.conditions().size());
    assertEquals(
        List.of("A172", "T98G", "U87MG", "k562"),
        data.contexts().stream().map(CellContext::name).toList());
    CellContext k562 = CellContext.of("k562");
    assertEquals(100, data.controlCount(k562));
    assertEquals(95, data.cellCount(new Condition(Perturbation.activation("PLK4"), k562)));
    assertEquals(
        46,
        data.cellCount(new Condition(Perturbation.interference("PLK4"), CellContext.of("A172"))));
    assertEquals(
        80,
        data.cellCount(
            new Condition(
                Perturbation.combination(
                    Perturbation.activation("HOXB9"), Perturbation.activation("FOXL2")),
                k562)));
    assertEquals(
        12,
        data.conditions().stream()
            .filter(c -> c.perturbation() instanceof Perturbation.Combination)
            .count());
    assertEquals(List.of(), data.notes());
  }

  /** Doubles by singles seen: 2 seen three, 1 seen two, 0 seen seven. */
  @Test
  void rotationHoldsEveryConditionOutOncePerRegime() {
    PerturbationData data = BundledData.norman();
    Map<String, Integer> items = new TreeMap<>();
    for (Fold fold : Splits.rotation(data, 0)) {
      items.merge(fold.protocol() + "/" + fold.stratum(), fold.heldOut().size(), Integer::sum);
    }
    assertEquals(
        Map.of(
            "unseen-perturbation/", 40,
            "unseen-combination/0", 7,
            "unseen-combination/1", 2,
            "unseen-combination/2", 3,
            "unseen-context/", 23,
            "unseen-both/", 52),
        items);
  }

  @Test
  void papalexiIsReadFromTargetGenesWithReplicatesAsBatches() {
    try (AnnotatedData file = AnnotatedFiles.open(BundledData.path("papalexi_20729x299.h5ad"))) {
      PerturbationKeys keys = PerturbationKeys.detect(file.observations());
      assertEquals("target_gene", keys.perturbation());
      assertEquals("non-targeting", keys.control());
      assertEquals("bio_rep", keys.batch().orElseThrow());
      assertTrue(keys.separator().isEmpty());
    }
    PerturbationData data = BundledData.papalexi();
    assertEquals(25, data.conditions().size());
    CellContext only = data.contexts().get(0);
    assertEquals(2386, data.controlCount(only));
    Condition stat1 = new Condition(Perturbation.knockout("STAT1"), only);
    assertEquals(444, data.cellCount(stat1));
    List<MatchedCells> groups = data.cells(stat1);
    assertEquals(3, groups.size());
    assertEquals(
        List.of(965L, 755L, 666L), groups.stream().map(g -> g.controls().cells()).toList());
    assertEquals(
        List.of("rep_1", "rep_2", "rep_3"),
        groups.stream()
            .map(g -> g.perturbed().context().get(CellContext.Fact.BATCH).orElseThrow())
            .toList());
  }

  @Test
  void papalexiGuidesGiveTheSameTargetsAsTheTargetColumn() {
    try (AnnotatedData file = AnnotatedFiles.open(BundledData.path("papalexi_20729x299.h5ad"))) {
      List<String> guides = file.observations().column("top_grna").strings();
      List<String> targets = file.observations().column("target_gene").strings();
      PerturbationKeys keys =
          PerturbationKeys.detect(
              org.virtualcell.io.Table.of(
                  "guides only",
                  file.observations().index(),
                  List.of(file.observations().column("top_grna"))));
      assertTrue(keys.guides());
      assertEquals("NT", keys.control());
      for (int cell = 0; cell < guides.size(); cell += 7) {
        Perturbation parsed = keys.parse(guides.get(cell), java.util.Optional.empty());
        String expected = targets.get(cell).equals("non-targeting") ? "NT" : targets.get(cell);
        assertEquals(expected, parsed.label());
      }
    }
  }
}
