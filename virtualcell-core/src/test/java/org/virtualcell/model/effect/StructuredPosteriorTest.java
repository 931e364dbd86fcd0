package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;
import org.virtualcell.model.Absence;

/** The structured covariance gives what the dense one gives. */
class StructuredPosteriorTest {
  private static final int GENES = 150;
  private static final double CLOSE = 1e-8;
  private static final Map<Part, Double> WEIGHTS =
      Map.of(
          Part.TEMPLATE, 0.3,
          Part.CONTEXT, 0.1,
          Part.PERTURBATION, 0.8,
          Part.SIMILAR_CONTEXTS, 0.4,
          Part.INTERACTION, 0.2,
          Part.COMBINATION, 0.25);

  /** A screen with holes: some pairs missing, some combinations, doses beside each other. */
  private static Screen screen(int targets, int contexts, int combinations, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> names = new ArrayList<>();
    for (int g = 0; g < GENES; g++) {
      names.add("G" + g);
    }
    float[] scale = new float[GENES];
    double[] amplitude = new double[GENES];
    for (int g = 0; g < GENES; g++) {
      scale[g] = (float) (0.05 + 0.1 * random.nextDouble());
      amplitude[g] = g % 3 == 0 ? 3 * random.nextDouble() : 0;
    }
    List<Screen.Controls> controls = new ArrayList<>();
    double[] common = gaussians(random);
    for (int c = 0; c < contexts; c++) {
      double[] own = gaussians(random);
      float[] mean = new float[GENES];
      for (int g = 0; g < GENES; g++) {
        mean[g] = (float) Math.abs(common[g] + 0.25 * own[g]);
      }
      controls.add(new Screen.Controls(CellContext.of("c" + c), 100, mean));
    }
    List<Perturbation> asked = new ArrayList<>();
    for (int p = 0; p < targets; p++) {
      asked.add(Perturbation.knockout("T" + p));
    }
    for (int k = 0; k < combinations; k++) {
      asked.add(
          Perturbation.combination(
              Perturbation.knockout("T" + k), Perturbation.knockout("T" + (k * 3 + 1) % targets)));
    }
    List<Screen.Item> items = new ArrayList<>();
    for (Perturbation p : asked) {
      double[] conserved = gaussians(random);
      for (int c = 0; c < contexts; c++) {
        if (contexts > 1 && random.nextDouble() < 0.3) {
          continue;
        }
        double[] own = gaussians(random);
        double[] noise = gaussians(random);
        float[] effect = new float[GENES];
        for (int g = 0; g < GENES - 5; g++) {
          effect[g] =
              (float) (scale[g] * (amplitude[g] * (common[g] + conserved[g] + own[g]) + noise[g]));
        }
        float[] share = new float[contexts + 1];
        boolean split = c == 0 && random.nextDouble() < 0.4;
        share[c] = split ? 0.6f : 1;
        share[contexts] = split ? 0.4f : 0;
        items.add(
            new Screen.Item(
                new Condition(p, CellContext.of("c" + c)),
                new ArrayList<>(new TreeSet<>(org.virtualcell.model.Targets.all(p))),
                50,
                effect,
                (float) (0.3 + random.nextDouble()),
                share));
      }
    }
    List<Screen.Population> populations = new ArrayList<>();
    for (int b = 0; b <= contexts; b++) {
      float[] variance = new float[GENES];
      java.util.Arrays.fill(variance, 0.001f);
      populations.add(new Screen.Population(variance, b == 1 ? 0 : 0.1f + 0.05f * b));
    }
    return new Screen(
        GeneVocabulary.of(names),
        ExpressionUnits.logNormalized(10_000),
        controls,
        List.of(new Screen.Mode(new TreeSet<>(List.of("knockout")), scale, items, populations)));
  }

  private static double[] gaussians(SplittableRandom random) {
    return random.doubles(GENES).map(u -> Math.sqrt(12) * (u - 0.5)).toArray();
  }

  private static TargetSimilarity features(int targets, int dimensions) {
    SplittableRandom random = new SplittableRandom(9);
    Map<String, double[]> vectors = new HashMap<>();
    TreeSet<String> trained = new TreeSet<>();
    for (int p = 0; p < targets + 5; p++) {
      if (p % 7 != 3) {
        vectors.put("T" + p, random.doubles(dimensions, -1, 1).toArray());
      }
      if (p < targets) {
        trained.add("T" + p);
      }
    }
    return KnownTargets.of(
        FeatureSet.of(
            new FeatureBlock("t", FeatureTable.of("planted", vectors), Similarity.COSINE)),
        trained);
  }

  private static ModeModel model(Screen screen, TargetSimilarity known, Covariance held) {
    Map<Part, Double> weights = new HashMap<>(WEIGHTS);
    if (known.isInformative()) {
      weights.put(Part.FEATURES, 0.5);
    }
    ModeModel model =
        new ModeModel(
            screen,
            screen.modes().get(0),
            known,
            new java.util.EnumMap<>(weights),
            Optional.of(held));
    assertEquals(held, model.all().covariance());
    return model;
  }

  private static void assertClose(double[] expected, double[] actual, String what) {
    assertEquals(expected.length, actual.length);
    double size = 0;
    for (double v : expected) {
      size = Math.max(size, Math.abs(v));
    }
    assertTrue(size > 0, what + " says something");
    for (int g = 0; g < expected.length; g++) {
      assertEquals(expected[g], actual[g], CLOSE * size, what + ", gene " + g);
    }
  }

  private static void assertSameSources(
      List<Sources.Source> expected, List<Sources.Source> actual, String what) {
    assertEquals(
        expected.stream().map(Sources.Source::item).toList(),
        actual.stream().map(Sources.Source::item).toList(),
        what);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).weight(), actual.get(i).weight(), CLOSE, what);
    }
  }

  private static void assertSame(Screen screen, TargetSimilarity known) {
    ModeModel dense = model(screen, known, Covariance.DENSE);
    ModeModel structured = model(screen, known, Covariance.STRUCTURED);
    double[] mean = new double[GENES];
    for (int g = 0; g < GENES; g++) {
      mean[g] = g % 7;
    }
    int contexts = screen.contexts().size();
    for (List<String> targets :
        List.of(List.of("T1"), List.of("T3", "T4"), List.of("NEW"), List.of("T0", "T1"))) {
      for (String context : List.of("c0", "c" + (contexts - 1), "elsewhere")) {
        Perturbation asked =
            targets.size() == 1
                ? Perturbation.knockout(targets.get(0))
                : Perturbation.combination(
                    Perturbation.knockout(targets.get(0)), Perturbation.knockout(targets.get(1)));
        Question q = dense.question(asked, CellContext.of(context), mean);
        String what = targets + " in " + context;
        assertSameSources(dense.sources(q, 0.02), structured.sources(q, 0.02), what);
        if (known.isInformative() || !targets.contains("NEW") || screen.contexts().size() > 1) {
          assertClose(dense.all().mixed().mean(q), structured.all().mixed().mean(q), what);
        }
        assertClose(dense.all().ridge().mean(q), structured.all().ridge().mean(q), what);
        assertClose(dense.all().mixed().variance(q), structured.all().mixed().variance(q), what);
        assertClose(
            dense.all().mixed().priorVariance(q), structured.all().mixed().priorVariance(q), what);
      }
    }
    int n = screen.modes().get(0).items().size();
    Perturbation some = screen.modes().get(0).items().get(3).condition().perturbation();
    List<int[]> lefts = new ArrayList<>();
    lefts.add(new int[] {n / 2});
    lefts.add(structured.itemsWhere(c -> c.perturbation().equals(some)));
    lefts.add(new int[] {0, 1, n / 3, n - 1});
    if (contexts > 1) {
      lefts.add(structured.itemsWhere(c -> c.context().equals(CellContext.of("c1"))));
    }
    for (int[] left : lefts) {
      Set<Integer> gone = new LinkedHashSet<>();
      for (int i : left) {
        gone.add(i);
      }
      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < Math.min(3, left.length); i++) {
        questions.add(dense.question(left[i], gone));
      }
      Posterior.Without expected = dense.all().mixed().without(left, questions);
      Posterior.Without actual = structured.all().mixed().without(left, questions);
      Posterior.Without expectedRidge = dense.all().ridge().without(left, questions);
      Posterior.Without actualRidge = structured.all().ridge().without(left, questions);
      for (int q = 0; q < questions.size(); q++) {
        String what = "without " + left.length + ", question " + q;
        assertClose(expected.mean()[q], actual.mean()[q], what);
        assertClose(expected.variance()[q], actual.variance()[q], what);
        assertClose(expectedRidge.mean()[q], actualRidge.mean()[q], what);
        for (int p = 0; p < expected.response()[q].length; p++) {
          for (int g = 0; g < expected.mean()[q].length; g++) {
            assertEquals(expected.response()[q][p][g], actual.response()[q][p][g], CLOSE, what);
          }
        }
      }
    }
  }

  @Test
  void perturbationsInContextsWithPairsMissing() {
    assertSame(screen(60, 4, 0, 1), TargetSimilarity.NONE);
  }

  @Test
  void contextsOfManyConditionsAreLeftOutByRefitting() {
    assertSame(screen(110, 3, 0, 2), TargetSimilarity.NONE);
  }

  @Test
  void combinationsShareColumns() {
    assertSame(screen(30, 3, 20, 3), TargetSimilarity.NONE);
  }

  @Test
  void oneContextAndCombinations() {
    assertSame(screen(40, 1, 15, 4), TargetSimilarity.NONE);
  }

  @Test
  void featuresOfFullRankAndOfFewDimensions() {
    assertSame(screen(40, 4, 0, 5), features(40, 60));
    assertSame(screen(40, 4, 0, 6), features(40, 4));
  }

  @Test
  void heldOutTrialsSayTheSame() {
    Screen screen = screen(40, 4, 10, 7);
    HeldOutTrials dense = new HeldOutTrials(model(screen, TargetSimilarity.NONE, Covariance.DENSE));
    HeldOutTrials structured =
        new HeldOutTrials(model(screen, TargetSimilarity.NONE, Covariance.STRUCTURED));
    for (Absence absence : Absence.values()) {
      HeldOutTrials.Trials expected = dense.of(absence, Perturbation.knockout("T1"));
      HeldOutTrials.Trials actual = structured.of(absence, Perturbation.knockout("T1"));
      assertEquals(expected.size(), actual.size(), CLOSE, absence.toString());
      assertEquals(expected.error(), actual.error(), CLOSE, absence.toString());
      assertEquals(expected.agreement(), actual.agreement(), CLOSE, absence.toString());
      assertEquals(expected.ridgeShare(), actual.ridgeShare(), absence.toString());
      assertEquals(expected.evidence(), actual.evidence(), absence.toString());
      assertEquals(expected.units(), actual.units(), absence.toString());
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws Exception {
    Screen screen = screen(60, 4, 0, 8);
    double[] mean = new double[GENES];
    List<double[]> answers = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        answers.add(
            pool.submit(
                    () -> {
                      ModeModel m = model(screen, TargetSimilarity.NONE, Covariance.STRUCTURED);
                      Question q =
                          m.question(Perturbation.knockout("T2"), CellContext.of("c1"), mean);
                      return m.all().mixed().mean(q);
                    })
                .get());
      } finally {
        pool.shutdown();
      }
    }
    assertTrue(java.util.Arrays.equals(answers.get(0), answers.get(1)));
  }
}
