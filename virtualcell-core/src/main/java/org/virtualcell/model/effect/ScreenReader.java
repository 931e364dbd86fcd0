package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
  private ExpressionUnits units;
  private int done;

  private final Map<String, float[]> scales;

  private ScreenReader(TrainingSet data, KeptEffects kept, Map<String, float[]> scales) {
    this.data = data;
    this.kept = kept;
    this.scales = scales;
  }

  /** A population of controls and its weight in an effect. */
  private record ControlShare(CellState controls, double share) {}

  static Screen read(TrainingSet data, KeptEffects kept, Progress progress) {
    return new ScreenReader(data, kept, Map.of()).read(progress);
  }

  /**
   * Measures in the scale of another screen.
   *
   * @param scales per mode that has one, the scale of its genes
   */
  static Screen read(
      TrainingSet data, KeptEffects kept, Map<String, float[]> scales, Progress progress) {
    return new ScreenReader(data, kept, scales).read(progress);
  }

  private Screen read(Progress progress) {
    List<Condition> conditions = data.conditions();
    if (conditions.isEmpty()) {
      throw new InvalidDataException(
          "There is nothing to learn from: no perturbed condition",
          "training set " + data.splitDigest().abbreviated(),
          "Check the split; it must leave at least one condition for training.");
    }
    Map<String, List<Condition>> byMode = new TreeMap<>();
    for (Condition condition : conditions) {
      byMode
          .computeIfAbsent(
              Targets.modes(condition.perturbation()).toString(), m -> new ArrayList<>())
          .add(condition);
    }
    List<Screen.Mode> modes = new ArrayList<>();
    for (List<Condition> ofMode : byMode.values()) {
      modes.add(new ModeReader(ofMode, progress).read());
    }
    progress.update("measuring effects", done, conditions.size());
    List<Screen.Controls> contexts = new ArrayList<>();
    for (CellContext context : data.contexts()) {
      CellState controls = data.controls(context);
      contexts.add(
          new Screen.Controls(
              context, controls.cells(), floats(kept.moments(controls).mean().toArray())));
    }
    return new Screen(data.genes(), units, contexts, modes);
  }

  private static List<ControlShare> controlShares(List<MatchedCells> groups, long cells) {
    List<ControlShare> shares = new ArrayList<>();
    for (MatchedCells group : groups) {
      shares.add(new ControlShare(group.controls(), (double) group.perturbed().cells() / cells));
    }
    return shares;
  }

  /**
   * Reads the conditions of a mode one after the other. Of each, only what is kept of it stays in
   * memory: a screen may have ten thousand.
   */
  private final class ModeReader {
    private final List<Condition> conditions;
    private final Progress progress;
    private final int genes = data.genes().size();
    private final List<CellState> populations = new ArrayList<>();
    private final IdentityHashMap<CellState, Integer> number = new IdentityHashMap<>();
    private final List<List<ControlShare>> controls = new ArrayList<>();
    private final List<float[]> effects = new ArrayList<>();
    private final List<Long> cells = new ArrayList<>();
    private final GeneRows variance; // of each perturbed mean, NaN where one cell shows none
    private final double[] perCell = new double[genes];
    private final double[] counted = new double[genes];
    private final double[] shared = new double[genes]; // mean variance of control means

    ModeReader(List<Condition> conditions, Progress progress) {
      this.conditions = conditions;
      this.progress = progress;
      this.variance = new GeneRows(conditions.size(), genes);
    }

    Screen.Mode read() {
      for (Condition condition : conditions) {
        progress.check("measuring effects");
        progress.update("measuring effects", done++, data.conditions().size());
        measure(data.cells(condition));
      }
      float[] given = scales.get(Targets.modes(conditions.get(0).perturbation()).toString());
      float[] scale = given == null ? scale() : given;
      List<Screen.Item> items = new ArrayList<>();
      for (int i = 0; i < conditions.size(); i++) {
        float[] share = new float[populations.size()];
        controls.get(i).forEach(c -> share[number.get(c.controls())] += (float) c.share());
        items.add(
            new Screen.Item(
                conditions.get(i),
                Targets.all(conditions.get(i).perturbation()),
                cells.get(i),
                effects.get(i),
                (float) scaledMean(ownVariance(i), scale),
                share));
      }
      return new Screen.Mode(
          Targets.modes(conditions.get(0).perturbation()),
          scale,
          items,
          populations.stream().map(p -> population(p, scale)).toList());
    }

    private void measure(List<MatchedCells> groups) {
      Effect effect = kept.of(groups);
      units = effect.units();
      List<ControlShare> shares = controlShares(groups, effect.cells());
      for (ControlShare share : shares) {
        if (!number.containsKey(share.controls())) {
          number.put(share.controls(), populations.size());
          populations.add(share.controls());
        }
      }
      double[] own = new double[genes];
      for (int g = 0; g < genes; g++) {
        own[g] = effect.perturbedVariance(g);
        if (!Double.isNaN(own[g])) {
          perCell[g] += own[g] * effect.cells();
          counted[g]++;
        }
        double control = effect.controlVariance(g);
        shared[g] += (Double.isNaN(control) ? 0 : control) / conditions.size();
      }
      variance.set(effects.size(), 0, own, genes);
      controls.add(shares);
      cells.add(effect.cells());
      effects.add(floats(effect.toArray()));
    }

    /**
     * The sampling variance of a perturbed mean. A single cell shows none: it gets that of the
     * other conditions, by the number of cells.
     */
    private double[] ownVariance(int i) {
      double[] own = new double[genes];
      variance.add(i, 1, own);
      for (int g = 0; g < genes; g++) {
        if (Double.isNaN(own[g])) {
          own[g] = counted[g] == 0 ? 0 : perCell[g] / counted[g] / cells.get(i);
        }
      }
      return own;
    }

    private float[] scale() {
      double[] sum = shared.clone();
      for (int i = 0; i < conditions.size(); i++) {
        double[] own = ownVariance(i);
        for (int g = 0; g < genes; g++) {
          sum[g] += own[g] / conditions.size();
        }
      }
      double mean = 0;
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
