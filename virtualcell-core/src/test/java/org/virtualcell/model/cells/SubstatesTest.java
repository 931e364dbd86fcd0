package org.virtualcell.model.cells;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/** Two kinds of cells, two thirds and one third, that differ in forty of 200 genes. */
class SubstatesTest {
  private static final int GENES = 200;
  private static final GeneVocabulary VOCABULARY =
      GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList());

  private static boolean rare(int cell) {
    return cell % 3 == 0;
  }

  /** Every gene g with g % 10 == 4 rises twofold in all, those with 5 only in rare cells. */
  private static CellState cells(int n, boolean shared, boolean special, long seed) {
    Draws draws = new Draws(seed);
    float[][] counts = new float[n][GENES];
    for (int i = 0; i < n; i++) {
      for (int g = 0; g < GENES; g++) {
        double rate = Math.pow(10, -0.5 + 1.5 * ((g * 37) % GENES) / GENES);
        rate *= rare(i) && g % 10 < 2 ? 4 : 1;
        rate *= shared && g % 10 == 4 ? 2 : 1;
        rate *= special && rare(i) && g % 10 == 5 ? 3 : 1;
        counts[i][g] = draws.poisson(rate * draws.gamma(5) / 5);
      }
    }
    return CellState.of(
        VOCABULARY,
        CsrMatrix.ofDense(counts, GENES),
        ExpressionUnits.rawCounts(),
        CellContext.of("K562"));
  }

  private static List<String> truth(int n) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      labels.add(rare(i) ? "substate-2" : "substate-1");
    }
    return labels;
  }

  private static double agreement(List<String> a, List<String> b) {
    return IntStream.range(0, a.size()).filter(i -> a.get(i).equals(b.get(i))).count()
        / (double) a.size();
  }

  @Test
  void plantedKindsOfCellsAreFoundAndPerturbedCellsFindThem() {
    Substates found = Substates.of(cells(300, false, false, 1), 2, 0);
    assertEquals(List.of("substate-1", "substate-2"), found.names());
    assertTrue(agreement(truth(300), found.labels()) > 0.97);
    CellState perturbed = found.assign(cells(300, true, false, 2));
    assertTrue(agreement(truth(300), perturbed.substates().orElseThrow()) > 0.97);
    assertEquals(found.labels(), Substates.of(cells(300, false, false, 1), 2, 0).labels());
  }

  @Test
  void givenLabelsAreKept() {
    CellState labelled =
        cells(90, false, false, 3)
            .withSubstates(IntStream.range(0, 90).mapToObj(i -> rare(i) ? "b" : "a").toList());
    Substates given = Substates.of(labelled, 7, 0);
    assertEquals(List.of("a", "b"), given.names());
    List<String> assigned = given.assign(cells(90, true, false, 4)).substates().orElseThrow();
    assertTrue(agreement(labelled.substates().orElseThrow(), assigned) > 0.95);
  }

  @Test
  void anEffectOfOneSubstateIsNotGivenToTheOther() {
    CellState controls = cells(600, false, false, 5).withSubstates(truth(600));
    CellState perturbed = cells(600, true, true, 6).withSubstates(truth(600));
    Map<String, GeneProfile> effects = SubstateEffects.of(perturbed, controls);
    double common = mean(effects.get("substate-1"), 5);
    double special = mean(effects.get("substate-2"), 5);
    assertTrue(special > 0.6, "rises threefold: " + special);
    assertTrue(Math.abs(common) < 0.12, "does not rise: " + common);
    assertEquals(mean(effects.get("substate-1"), 4), mean(effects.get("substate-2"), 4), 0.12);
  }

  @Test
  void substatesThatRespondAlikeGetOneEffect() {
    CellState controls = cells(300, false, false, 7).withSubstates(truth(300));
    CellState perturbed = cells(300, true, false, 8).withSubstates(truth(300));
    Map<String, GeneProfile> effects = SubstateEffects.of(perturbed, controls);
    double departure = 0;
    double size = 0;
    for (int g = 0; g < GENES; g++) {
      double a = effects.get("substate-1").get(g);
      double b = effects.get("substate-2").get(g);
      departure += (a - b) * (a - b);
      size += a * a;
    }
    assertTrue(departure < 0.03 * size, departure + " of " + size);
  }

  private static double mean(GeneProfile effect, int digit) {
    return IntStream.range(0, GENES)
        .filter(g -> g % 10 == digit)
        .mapToDouble(effect::get)
        .average()
        .orElseThrow();
  }

  @Test
  void tooFewCellsAndMissingLabelsAreRefused() {
    CellState few = cells(12, false, false, 9);
    assertThrows(InvalidDataException.class, () -> Substates.find(few, 2, 0));
    assertThrows(InvalidDataException.class, () -> Substates.find(few, 1, 0));
    assertThrows(InvalidDataException.class, () -> SubstateEffects.of(few, few));
  }
}
