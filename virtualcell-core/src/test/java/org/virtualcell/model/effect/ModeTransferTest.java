package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Verdict;

class ModeTransferTest {
  private static final int GENES = 200;
  private static final int ASKED = 10; // targets measured by knock-out only
  private static final CellContext CELLS = CellContext.of("cells");

  private double[][] interference; // the truth of all targets

  /** Effects of both modes with a planted correlation and a common response, noise of 0.5. */
  private ModeTransfers transfers(double rho, int shared) {
    SplittableRandom random = new SplittableRandom(11);
    int targets = shared + ASKED;
    interference = new double[targets][GENES];
    double[] common = random.doubles(GENES).map(x -> 2 * x - 1).toArray();
    List<Screen.Item> knockouts = new ArrayList<>();
    List<Screen.Item> interferences = new ArrayList<>();
    double[] error = new double[GENES];
    for (int g = 0; g < GENES; g++) {
      error[g] = 0.5 * random.nextGaussian(); // of the controls that both modes share
    }
    for (int t = 0; t < targets; t++) {
      float[] knockout = new float[GENES];
      float[] measured = new float[GENES];
      for (int g = 0; g < GENES; g++) {
        double a = random.nextGaussian();
        double b = rho * a + Math.sqrt(1 - rho * rho) * random.nextGaussian();
        interference[t][g] = b + common[g];
        knockout[g] = (float) (a + common[g] + error[g] + 0.5 * random.nextGaussian());
        measured[g] = (float) (b + common[g] + error[g] + 0.5 * random.nextGaussian());
      }
      knockouts.add(item(Perturbation.knockout("T" + t), knockout));
      if (t < shared) {
        interferences.add(item(Perturbation.interference("T" + t), measured));
      }
    }
    interferences.add(item(Perturbation.interference("OTHER"), new float[GENES]));
    float[] one = new float[GENES];
    java.util.Arrays.fill(one, 1);
    List<Screen.Population> population = List.of(new Screen.Population(one, 0.25f));
    Screen screen =
        new Screen(
            GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
            ExpressionUnits.logNormalized(10_000),
            List.of(new Screen.Controls(CELLS, 100, one)),
            List.of(
                new Screen.Mode(
                    new TreeSet<>(List.of("interference")), one, interferences, population),
                new Screen.Mode(new TreeSet<>(List.of("knockout")), one, knockouts, population)));
    Map<Part, Double> weights = new EnumMap<>(Part.class);
    weights.put(Part.TEMPLATE, 0.3);
    weights.put(Part.PERTURBATION, 1.0);
    return new ModeTransfers(
        screen.modes().stream()
            .map(m -> new ModeModel(screen, m, TargetSimilarity.NONE, weights))
            .toList());
  }

  private static Screen.Item item(Perturbation perturbation, float[] effect) {
    return new Screen.Item(
        new Condition(perturbation, CELLS),
        perturbation.parts().stream().map(Perturbation::label).toList(),
        50,
        effect,
        0.25f,
        new float[] {1});
  }

  private static Answer unknown() {
    return new Answer(
        new double[GENES],
        new double[GENES],
        Optional.empty(),
        "No interval.",
        new Verdict(Verdict.Decision.NO_EVIDENCE, "Nothing known."),
        List.of(),
        OptionalDouble.empty(),
        false);
  }

  private static double[] ones() {
    return IntStream.range(0, GENES).mapToDouble(g -> 1).toArray();
  }

  private static Answer ask(ModeTransfers transfers, int target) {
    return transfers.in(unknown(), Perturbation.interference("T" + target), CELLS, ones());
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int g = 0; g < a.length; g++) {
      ab += a[g] * b[g];
      aa += a[g] * a[g];
      bb += b[g] * b[g];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void aPlantedCorrelationTransfersToTargetsOfTheOtherModeAndIsOnTheCard() {
    ModeTransfers transfers = transfers(0.8, 30);
    double mean = 0;
    for (int t = 30; t < 30 + ASKED; t++) {
      Answer answer = ask(transfers, t);
      assertEquals(Verdict.Decision.ANSWER, answer.verdict().decision());
      assertTrue(
          answer.verdict().reason().startsWith("Transferred from [knockout]"),
          answer.verdict().reason());
      assertEquals(
          Perturbation.knockout("T" + t), answer.sources().get(0).condition().perturbation());
      mean += cosine(answer.effect(), interference[t]) / ASKED;
    }
    assertTrue(mean > 0.5, "cosine with the truth " + mean);
    String found = transfers.words().get("transfer [knockout] to [interference]");
    assertTrue(found.contains("30 shared"), found);
    assertFalse(found.contains("no transfer"), found);
  }

  @Test
  void theSizeOfWhatTransfersIsThatOfTheCorrelation() {
    double[] slopes = new double[2];
    for (int k = 0; k < 2; k++) {
      ModeTransfers transfers = transfers(k == 0 ? 0.8 : 0.4, 60);
      double product = 0;
      double square = 0;
      for (int t = 60; t < 60 + ASKED; t++) {
        double[] answer = ask(transfers, t).effect();
        for (int g = 0; g < GENES; g++) {
          product += answer[g] * interference[t][g];
          square += answer[g] * answer[g];
        }
      }
      slopes[k] = product / square;
    }
    assertEquals(1, slopes[0], 0.15); // the truth moves as far as the answer says
    assertEquals(1, slopes[1], 0.3);
  }

  @Test
  void withoutACorrelationNothingTransfers() {
    ModeTransfers transfers = transfers(0, 30);
    Answer answer = ask(transfers, 31);
    assertArrayEquals(new double[GENES], answer.effect());
    assertEquals(Verdict.Decision.NO_EVIDENCE, answer.verdict().decision());
    String found = transfers.words().get("transfer [knockout] to [interference]");
    assertTrue(found.endsWith("no transfer"), found);
  }

  @Test
  void nineSharedPerturbationsAreTooFewHoweverAlike() {
    ModeTransfers transfers = transfers(0.99, ModeTransfer.LEAST_SHARED - 1);
    assertArrayEquals(new double[GENES], ask(transfers, 12).effect());
    String found = transfers.words().get("transfer [knockout] to [interference]");
    assertEquals("9 shared perturbations, 10 needed: no transfer", found);
    assertFalse(
        ask(transfers(0.99, ModeTransfer.LEAST_SHARED), 12).sources().isEmpty(), "ten are enough");
  }

  @Test
  void aTargetThatItsOwnModeKnowsTakesNothingFromOthers() {
    ModeTransfers transfers = transfers(0.8, 30);
    assertArrayEquals(new double[GENES], ask(transfers, 3).effect());
  }
}
