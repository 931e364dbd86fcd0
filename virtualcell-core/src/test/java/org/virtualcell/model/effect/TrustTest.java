package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Verdict;
import org.virtualcell.model.Targets;

class TrustTest {
  private static final Trust.Stated CLEAR = new Trust.Stated(0.9, 0.9, 1);
  private static final Trust.Stated VAGUE = new Trust.Stated(0.1, 0.1, 1);

  /** Trials of clarities 0.05 to 0.95. */
  private static List<Trust.Tried> trials(int n, double skill, double scatter, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Trust.Tried> trials = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double c = 0.05 + 0.9 * i / (n - 1);
      Trust.Stated stated = new Trust.Stated(c, c, 1);
      double open = scatter * Math.sqrt(1 - c);
      trials.add(
          new Trust.Tried(
              stated,
              skill * stated.expectedGain() + open * random.nextGaussian(),
              0.05,
              skill * Math.sqrt(c) + open * random.nextGaussian(),
              0.05,
              true,
              1,
              0));
    }
    return trials;
  }

  private static Trust of(List<Trust.Tried> trials) {
    return Trust.of(List.of(new Trust.Kind(trials, trials.size())));
  }

  private static boolean trusts(Trust trust, Trust.Stated stated) {
    return trust.wrong(stated) <= Trust.MOST_WRONG;
  }

  @Test
  void aClearAnswerIsTrustedAmongVagueOnesAfterADozenTrials() {
    Trust trust = of(trials(12, 0.9, 0.5, 1));
    assertTrue(trusts(trust, CLEAR), "chance " + trust.wrong(CLEAR));
    assertFalse(trusts(trust, VAGUE), "chance " + trust.wrong(VAGUE));
    assertEquals(1, trust.wrong(new Trust.Stated(0.9, 0.9, 0)), "nothing is answered");
  }

  @Test
  void withoutSkillOrWithoutTrialsNothingIsTrusted() {
    for (long seed = 1; seed <= 5; seed++) {
      Trust without = of(trials(40, 0, 0.7, seed));
      assertTrue(without.wrong(CLEAR) > 0.2, "chance " + without.wrong(CLEAR));
      assertTrue(without.wrong(VAGUE) > 0.4, "chance " + without.wrong(VAGUE));
    }
    assertFalse(trusts(Trust.of(List.of()), CLEAR));
  }

  @Test
  void theChanceToBeWrongIsTheShareThatIsWrong() {
    List<Trust.Tried> all = trials(4000, 0.8, 0.5, 3);
    Trust trust = of(trials(60, 0.8, 0.5, 4));
    double chance = 0;
    double wrong = 0;
    for (Trust.Tried t : all) {
      chance += trust.wrong(t.stated()) / all.size();
      wrong += t.gain() < 0 || t.direction() < 0 ? 1.0 / all.size() : 0;
    }
    assertEquals(wrong, chance, 0.04);
  }

  @Test
  void anErrorThatAllTrialsShareIsNoSkill() {
    List<Trust.Tried> alone = new ArrayList<>();
    List<Trust.Tried> shared = new ArrayList<>();
    Trust.Stated stated = new Trust.Stated(0.5, 0.5, 1);
    for (int i = 0; i < 20; i++) {
      double gain = stated.expectedGain();
      double direction = Math.sqrt(0.5);
      alone.add(new Trust.Tried(stated, gain, 0.6, direction, 0.6, true, 1, 0));
      shared.add(new Trust.Tried(stated, gain, 0.6, direction, 0.6, true, 0.1, 1.8));
    }
    assertTrue(of(shared).wrong(stated) > 1.5 * of(alone).wrong(stated));
    assertFalse(trusts(of(shared), stated));
  }

  @Test
  void agreementBeyondWhatAnAnswerStatesIsNoSkill() {
    Trust.Stated stated = new Trust.Stated(0.06, 0.1, 1);
    Trust.Tried much = new Trust.Tried(stated, 0.16, 0.3, 1.2, 0.5, true, 1, 0);
    assertFalse(trusts(of(java.util.Collections.nCopies(50, much)), stated));
  }

  private static final int GENES = 150;
  private static final int SINGLES = 16;
  private static final CellContext CELLS = CellContext.of("cells");

  private static Perturbation gene(int k) {
    return Perturbation.activation(String.format("T%02d", k));
  }

  /** Singles and the doubles of neighbours, but the first; against controls of finite number. */
  private static Answering answering(double size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] single = new double[SINGLES][GENES];
    for (double[] effect : single) {
      Arrays.setAll(effect, g -> size * random.nextGaussian());
    }
    double[] controls = new double[GENES];
    Arrays.setAll(controls, g -> 0.15 * random.nextGaussian());
    List<Screen.Item> items = new ArrayList<>();
    for (int k = 0; k < SINGLES; k++) {
      double[] own = single[k];
      items.add(item(gene(k), g -> own[g] - controls[g], random));
      if (k > 0) {
        double[] next = single[(k + 1) % SINGLES];
        items.add(
            item(
                Perturbation.combination(gene(k), gene((k + 1) % SINGLES)),
                g -> own[g] + next[g] - controls[g],
                random));
      }
    }
    float[] one = new float[GENES];
    Arrays.fill(one, 1);
    float[] variance = new float[GENES];
    Arrays.fill(variance, 0.15f * 0.15f);
    Screen.Mode mode =
        new Screen.Mode(
            new TreeSet<>(Targets.modes(gene(0))),
            one,
            items,
            List.of(new Screen.Population(variance, 0.15f * 0.15f)));
    Screen screen =
        new Screen(
            GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
            ExpressionUnits.logNormalized(10_000),
            List.of(new Screen.Controls(CELLS, 100, one)),
            List.of(mode));
    return new Answering(
        new Seen(screen),
        new ModeModel(
            screen,
            mode,
            TargetSimilarity.NONE,
            ModeModel.estimate(screen, mode, TargetSimilarity.NONE, 12, false)));
  }

  private static Screen.Item item(
      Perturbation perturbation, IntToDoubleFunction truth, SplittableRandom random) {
    float[] effect = new float[GENES];
    for (int g = 0; g < GENES; g++) {
      effect[g] = (float) (truth.applyAsDouble(g) + 0.3 * random.nextGaussian());
    }
    return new Screen.Item(
        new Condition(perturbation, CELLS),
        Targets.all(perturbation),
        50,
        effect,
        0.09f,
        new float[] {1});
  }

  private static Verdict ask(Answering answering, Perturbation perturbation) {
    double[] controls = new double[GENES];
    Arrays.fill(controls, 1);
    return answering.answer(perturbation, CELLS, controls, 0.9).verdict();
  }

  @Test
  void aStrongDoubleOfMeasuredSinglesIsTrustedAndNothingOfASilentContext() {
    Perturbation twice = Perturbation.combination(gene(0), gene(1));
    Verdict strong = ask(answering(1, 1), twice);
    assertEquals(Verdict.Decision.ANSWER, strong.decision(), strong.reason());
    for (long seed = 1; seed <= 4; seed++) {
      Answering silent = answering(0, seed);
      for (Perturbation asked :
          List.of(twice, Perturbation.combination(gene(3), gene(9)), gene(40))) {
        Verdict verdict = ask(silent, asked);
        assertEquals(Verdict.Decision.NO_EVIDENCE, verdict.decision(), verdict.reason());
      }
    }
  }

  @Test
  void aGeneThatWasNeverPerturbedIsNotTrustedWhereOnlyTheMeasuredOnesAreStrong() {
    Verdict verdict = ask(answering(1, 1), gene(40));
    assertEquals(Verdict.Decision.NO_EVIDENCE, verdict.decision(), verdict.reason());
  }
}
