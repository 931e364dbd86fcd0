package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;

class SourceWeightsTest {
  private static final int GENES = 150;
  private static final int TARGETS = 10;

  /** Two families of contexts with alike controls; effects are shared within, or by all. */
  private static Screen screen(int contexts, boolean families) {
    SplittableRandom random = new SplittableRandom(6);
    double[][] base = new double[2][GENES];
    double[][][] effect = new double[TARGETS][2][GENES];
    for (int f = 0; f < 2; f++) {
      for (int g = 0; g < GENES; g++) {
        base[f][g] = 1.5 + random.nextGaussian();
      }
    }
    for (double[][] target : effect) {
      for (int g = 0; g < GENES; g++) {
        target[0][g] = random.nextGaussian();
        target[1][g] = families ? random.nextGaussian() : target[0][g];
      }
    }
    List<Screen.Controls> controls = new ArrayList<>();
    List<Screen.Item> items = new ArrayList<>();
    List<Screen.Population> populations = new ArrayList<>();
    float[] one = new float[GENES];
    java.util.Arrays.fill(one, 1);
    for (int c = 0; c < contexts; c++) {
      CellContext context = CellContext.of("c" + c);
      float[] mean = new float[GENES];
      for (int g = 0; g < GENES; g++) {
        mean[g] = (float) (base[c % 2][g] + 0.1 * random.nextGaussian());
      }
      controls.add(new Screen.Controls(context, 100, mean));
      populations.add(new Screen.Population(new float[GENES], 0));
      for (int t = 0; t < TARGETS; t++) {
        float[] measured = new float[GENES];
        for (int g = 0; g < GENES; g++) {
          measured[g] = (float) (effect[t][c % 2][g] + 0.4 * random.nextGaussian());
        }
        float[] share = new float[contexts];
        share[c] = 1;
        items.add(
            new Screen.Item(
                new Condition(Perturbation.knockout("T" + t), context),
                List.of("T" + t),
                50,
                measured,
                0.16f,
                share));
      }
    }
    return new Screen(
        GeneVocabulary.of(IntStream.range(0, GENES).mapToObj(g -> "G" + g).toList()),
        ExpressionUnits.logNormalized(10_000),
        controls,
        List.of(new Screen.Mode(new TreeSet<>(List.of("knockout")), one, items, populations)));
  }

  private static ModeModel model(Screen screen, double similar) {
    Map<Part, Double> weights = new EnumMap<>(Part.class);
    weights.put(Part.PERTURBATION, 0.5);
    weights.put(Part.SIMILAR_CONTEXTS, similar);
    weights.put(Part.INTERACTION, 0.01);
    return new ModeModel(screen, screen.modes().get(0), TargetSimilarity.NONE, weights);
  }

  @Test
  void alikeSourcesCountMoreWhereFoldsThatLeaveAContextOutSaySo() {
    ModeModel model = model(screen(6, true), 0.02);
    assertTrue(SourceWeights.chosen(model).weights().get(Part.SIMILAR_CONTEXTS) > 0.1);
  }

  @Test
  void weightsStayWhereNoFoldIsTheBetterForAnother() {
    ModeModel model = model(screen(6, false), 0.02);
    assertTrue(SourceWeights.chosen(model).weights().get(Part.SIMILAR_CONTEXTS) <= 0.02);
  }

  @Test
  void fewerThanFourContextsCountAlike() {
    for (int contexts = 2; contexts <= 5; contexts++) {
      Screen screen = screen(contexts, true);
      Map<Part, Double> weights =
          ModeModel.estimate(screen, screen.modes().get(0), TargetSimilarity.NONE, 4, true);
      if (contexts < SourceWeights.LEAST_CONTEXTS) {
        assertFalse(weights.containsKey(Part.SIMILAR_CONTEXTS), contexts + " contexts");
      } else {
        assertTrue(weights.containsKey(Part.SIMILAR_CONTEXTS), contexts + " contexts");
      }
      assertTrue(weights.containsKey(Part.PERTURBATION));
    }
  }
}
