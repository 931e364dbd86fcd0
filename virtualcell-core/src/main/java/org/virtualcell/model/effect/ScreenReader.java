package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.model.Targets;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.KeptEffects;
import org.virtualcell.stats.Pseudobulk;

/** Measures the conditions of a training set. */
final class ScreenReader {
  private final TrainingSet data;
  private final KeptEffects kept;

  private ScreenReader(TrainingSet data, KeptEffects kept) {
    this.data = data;
    this.kept = kept;
  }

  /** A condition with its effect in full. */
  private record Measured(Condition condition, Effect effect, List<ControlShare> controls) {}

  /** A population of controls and its weight in an effect. */
  private record ControlShare(CellState controls, double share) {}

  static Screen read(TrainingSet data, KeptEffects kept, Progress progress) {
    return new ScreenReader(data, kept).read(progress);
  }

  private Screen read(Progress progress) {
    List<Condition> conditions = data.conditions();
    if (conditions.isEmpty()) {
      throw new InvalidDataException(
          "There is nothing to learn from: no perturbed condition",
          "training set " + data.splitDigest().abbreviated(),
          "Check the split; it must leave at least one condition for training.");
    }
    Map<String, List<Measured>> byMode = new TreeMap<>();
    ExpressionUnits units = null;
    int done = 0;
    for (Condition condition : conditions) {
      progress.check("measuring effects");
      progress.update("measuring effects", done++, conditions.size());
      List<MatchedCells> cells = data.cells(condition);
      Effect effect = kept.of(cells);
      units = effect.units();
      byMode
          .computeIfAbsent(
              Targets.modes(condition.perturbation()).toString(), m -> new ArrayList<>())
          .add(new Measured(condition, effect, controlShares(cells, effect.cells())));
    }
    progress.update("measuring effects", done, conditions.size());
    List<Screen.Controls> contexts = new ArrayList<>();
    for (CellContext context : data.contexts()) {
      CellState controls = data.controls(context);
      contexts.add(
          new Screen.Controls(
              context, controls.cells(), floats(kept.moments(controls).mean().toArray())));
    }
    return new Screen(
        data.genes(), units, contexts, byMode.values().stream().map(this::mode).toList());
  }

  private static List<ControlShare> controlShares(List<MatchedCells> groups, long cells) {
    List<ControlShare> shares = new ArrayList<>();
    for (MatchedCells group : groups) {
      shares.add(new ControlShare(group.controls(), (double) group.perturbed().cells() / cells));
    }
    return shares;
  }

  private Screen.Mode mode(List<Measured> measured) {
    int genes = data.genes().size();
    List<CellState> populations = new ArrayList<>();
    IdentityHashMap<CellState, Integer> number = new IdentityHashMap<>();
    for (Measured m : measured) {
      for (ControlShare share : m.controls()) {
        if (!number.containsKey(share.controls())) {
          number.put(share.controls(), populations.size());
          populations.add(share.controls());
        }
      }
    }
    double[][] variance = ownVariances(measured, genes);
    float[] scale = scale(measured, variance, genes);
    List<Screen.Item> items = new ArrayList<>();
    for (int i = 0; i < measured.size(); i++) {
      Measured m = measured.get(i);
      float[] share = new float[populations.size()];
      m.controls().forEach(c -> share[number.get(c.controls())] += (float) c.share());
      items.add(
          new Screen.Item(
              m.condition(),
              Targets.all(m.condition().perturbation()),
              m.effect().cells(),
              floats(m.effect().toArray()),
              (float) scaledMean(variance[i], scale),
              share));
    }
    SortedSet<String> modes = Targets.modes(measured.get(0).condition().perturbation());
    return new Screen.Mode(
        modes, scale, items, populations.stream().map(p -> population(p, scale)).toList());
  }

  /**
   * The sampling variance of each perturbed mean. A single cell shows none: it gets that of the
   * other conditions, by the number of cells.
   */
  private static double[][] ownVariances(List<Measured> measured, int genes) {
    double[] perCell = new double[genes];
    double[] counted = new double[genes];
    double[][] variance = new double[measured.size()][genes];
    for (int i = 0; i < variance.length; i++) {
      Effect effect = measured.get(i).effect();
      for (int g = 0; g < genes; g++) {
        variance[i][g] = effect.perturbedVariance(g);
        if (!Double.isNaN(variance[i][g])) {
          perCell[g] += variance[i][g] * effect.cells();
          counted[g]++;
        }
      }
    }
    for (int i = 0; i < variance.length; i++) {
      for (int g = 0; g < genes; g++) {
        if (Double.isNaN(variance[i][g])) {
          variance[i][g] =
              counted[g] == 0 ? 0 : perCell[g] / counted[g] / measured.get(i).effect().cells();
        }
      }
    }
    return variance;
  }

  private static float[] scale(List<Measured> measured, double[][] variance, int genes) {
    double[] sum = new double[genes];
    double mean = 0;
    for (int i = 0; i < variance.length; i++) {
      Effect effect = measured.get(i).effect();
      for (int g = 0; g < genes; g++) {
        double control = effect.controlVariance(g);
        sum[g] += (variance[i][g] + (Double.isNaN(control) ? 0 : control)) / variance.length;
      }
    }
    for (double v : sum) {
      mean += v / genes;
    }
    float[] scale = new float[genes];
    for (int g = 0; g < genes; g++) {
      // a gene never detected has no variance: a little, so that nothing is divided by zero
      scale[g] = (float) Math.sqrt(Math.max(sum[g], 1e-4 * mean + 1e-12));
    }
    return scale;
  }

  private static double scaledMean(double[] variance, float[] scale) {
    double sum = 0;
    int used = 0;
    for (int g = 0; g < scale.length; g++) {
      if (variance[g] > 0) {
        sum += variance[g] / ((double) scale[g] * scale[g]);
        used++;
      }
    }
    return sum / Math.max(1, used) + 1e-3;
  }

  private Screen.Population population(CellState controls, float[] scale) {
    Pseudobulk all = kept.moments(controls);
    double[] variance = new double[scale.length];
    for (int g = 0; g < scale.length; g++) {
      double v = all.variance(g) / all.cells();
      variance[g] = Double.isNaN(v) ? 0 : v;
    }
    return new Screen.Population(floats(variance), (float) scaledMean(variance, scale));
  }

  private static float[] floats(double[] values) {
    float[] rounded = new float[values.length];
    for (int g = 0; g < rounded.length; g++) {
      rounded[g] = (float) values[g];
    }
    return rounded;
  }
}
