package org.virtualcell.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.HeldOut;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.SplitPolicy;
import org.virtualcell.atlas.Splits;
import org.virtualcell.stats.Effect;

/** What a prediction is judged against, compared with effects computed one by one. */
class MeasuredCasesTest {
  private static final Simulation SIMULATION = new Simulation(30, 0.5, 17);

  /** Knock-outs of genes of the panel: g0 to g3 in A, g0 to g2 in B. */
  private static final PerturbationData DATA =
      SIMULATION.cells(
          conditions(), 14, 20, c -> SIMULATION.random(0.5, c.perturbation().label().hashCode()));

  private static List<Condition> conditions() {
    List<Condition> all = new ArrayList<>();
    IntStream.range(0, 4).forEach(p -> all.add(condition(p, "A")));
    IntStream.range(0, 3).forEach(p -> all.add(condition(p, "B")));
    return all;
  }

  private static Condition condition(int gene, String context) {
    return new Condition(Perturbation.knockout("g" + gene), CellContext.of(context));
  }

  private static List<MeasuredCase> measure(Fold fold) {
    return new MeasuredCases(
            fold,
            new TargetGenes(fold.training().genes()),
            Profile.VIRTUALCELL,
            new org.virtualcell.stats.KeptEffects())
        .measure(Progress.SILENT);
  }

  private static double[] mean(List<List<MatchedCells>> groups) {
    double[] mean = new double[30];
    double cells = groups.stream().mapToLong(g -> Effect.of(g).cells()).sum();
    for (List<MatchedCells> group : groups) {
      Effect effect = Effect.of(group);
      for (int g = 0; g < 30; g++) {
        mean[g] += effect.delta(g) * effect.cells() / cells;
      }
    }
    return mean;
  }

  @Test
  void theMeanThatIsProjectedOutIsThatOfTheOtherTrainingCellsOfTheContext() {
    Fold fold = Splits.rotation(DATA, SplitPolicy.UNSEEN_PERTURBATION, 0).get(0);
    MeasuredCase inA = measure(fold).get(0);
    assertEquals(condition(0, "A"), inA.condition());
    List<List<MatchedCells>> others =
        fold.training().conditions().stream()
            .filter(c -> c.context().name().equals("A"))
            .map(fold.training()::cells)
            .toList();
    assertEquals(3, others.size());
    assertArrayEquals(mean(others), inA.shared().mean().orElseThrow().mean(), 1e-12);
    List<List<MatchedCells>> halves =
        fold.training().conditions().stream()
            .filter(c -> c.context().name().equals("A"))
            .map(fold.trainingHalf()::cells)
            .toList();
    assertArrayEquals(
        mean(halves), inA.separate().orElseThrow().mean().orElseThrow().mean(), 1e-12);
  }

  @Test
  void inAnUnseenContextItIsThatOfTheOtherHeldOutConditions() {
    Fold fold =
        Splits.rotation(DATA, SplitPolicy.UNSEEN_CONTEXT, 0).stream()
            .filter(f -> f.heldOut().get(0).condition().context().name().equals("B"))
            .findFirst()
            .orElseThrow();
    MeasuredCase first = measure(fold).get(0);
    List<HeldOut> others = fold.heldOut().subList(1, 3);
    assertArrayEquals(
        mean(others.stream().map(HeldOut::cells).toList()),
        first.shared().mean().orElseThrow().mean(),
        1e-12);
    assertArrayEquals(
        mean(others.stream().map(HeldOut::firstHalf).toList()),
        first.separate().orElseThrow().mean().orElseThrow().mean(),
        1e-12);
  }

  @Test
  void aloneInAnUnseenContextItIsThatOfAllTrainingCells() {
    Fold fold =
        Splits.rotation(DATA, SplitPolicy.UNSEEN_BOTH, 0).stream()
            .filter(f -> f.heldOut().get(0).condition().equals(condition(3, "A")))
            .findFirst()
            .orElseThrow();
    List<List<MatchedCells>> training =
        fold.training().conditions().stream().map(fold.training()::cells).toList();
    assertArrayEquals(
        mean(training), measure(fold).get(0).shared().mean().orElseThrow().mean(), 1e-12);
  }

  @Test
  void withoutAnyOtherEffectTheCosineIsAbsentWithItsReason() {
    PerturbationData one =
        SIMULATION.cells(List.of(condition(0, "A")), 10, 10, c -> SIMULATION.random(0.5, 1));
    MeasuredCase alone = measure(Splits.everythingHeldOut(one, 0)).get(0);
    assertTrue(alone.shared().mean().isEmpty());
    MetricValue cosine = alone.ceiling().get(Metric.COSINE_PROJECTED_SEPARATE);
    assertEquals("no other effect was measured to project out", cosine.remark());
    MetricValue rank = alone.ceiling().get(Metric.DISCRIMINATION_RANK);
    assertEquals("no other perturbation was measured in the context", rank.remark());
  }

  @Test
  void rankIsAmongSecondHalvesWithoutTheTargetsOfAnyOfThem() {
    Fold fold = Splits.rotation(DATA, SplitPolicy.UNSEEN_PERTURBATION, 0).get(0);
    MeasuredCase inA = measure(fold).get(0);
    MeasuredCase.Lineup lineup = inA.lineup().orElseThrow();
    assertArrayEquals(
        Effect.of(fold.heldOut().get(0).secondHalf()).toArray(), lineup.own().delta(), 1e-12);
    assertEquals(3, lineup.others().size());
    assertEquals(26, lineup.genes().size());
    assertEquals(29, inA.genes().size());
    assertEquals(List.of(0), inA.ownTargets());
  }

  @Test
  void theCeilingIsTheMeanCorrelationOfHalvesOverDivisionsAndCellsAreDisjoint() {
    Fold fold = Splits.rotation(DATA, SplitPolicy.UNSEEN_PERTURBATION, 0).get(0);
    HeldOut heldOut = fold.heldOut().get(0);
    MeasuredCase inA = measure(fold).get(0);
    double sum = 0;
    for (int division = 0; division < Profile.VIRTUALCELL.halvings(); division++) {
      double[] first = Effect.of(heldOut.firstHalf(division)).toArray();
      double[] second = Effect.of(heldOut.secondHalf(division)).toArray();
      sum +=
          PearsonOfEffect.of(inA.genes().of(first), inA.genes().of(second)).value().orElseThrow();
      assertEquals(7, Effect.of(heldOut.firstHalf(division)).cells());
      assertEquals(10, Effect.of(heldOut.secondHalf(division)).controlCells());
    }
    assertEquals(
        sum / Profile.VIRTUALCELL.halvings(),
        inA.ceiling().get(Metric.PEARSON_SEPARATE).value().orElseThrow(),
        1e-12);
    assertFalse(inA.ceiling().containsKey(Metric.PEARSON));
  }

  @Test
  void manyControlsNeedFewDivisions() {
    assertEquals(10, Profile.VIRTUALCELL.divisions(100));
    assertEquals(10, Profile.VIRTUALCELL.divisions(1000));
    assertEquals(4, Profile.VIRTUALCELL.divisions(2386));
    assertEquals(1, Profile.VIRTUALCELL.divisions(1_000_000));
  }

  @Test
  void aGeneIsExpressedWhenEnoughControlsShowIt() {
    MeasuredCase any = measure(Splits.everythingHeldOut(DATA, 0)).get(0);
    assertEquals(30, any.expressed().cardinality());
  }

  @Test
  void aSingleCellHasNoHalvesAndNoStandardError() {
    PerturbationData single =
        SIMULATION.cells(
            List.of(condition(0, "A"), condition(1, "A")), 1, 10, c -> SIMULATION.random(1, 1));
    MeasuredCase alone = measure(Splits.everythingHeldOut(single, 0)).get(0);
    assertFalse(alone.shared().effect().hasStandardError());
    assertTrue(alone.lineup().isEmpty());
    assertTrue(
        alone.ceiling().values().stream()
            .allMatch(v -> v.remark().equals("too few cells or controls to measure halves")));
  }
}
