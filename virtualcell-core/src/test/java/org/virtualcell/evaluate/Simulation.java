package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;

/** Gaussian cells around level 5 with a planted effect per condition; genes are g0, g1, ... */
final class Simulation {
  static final ExpressionUnits UNITS = ExpressionUnits.logNormalized(10_000);

  final int genes;
  final double noise;
  final long seed;

  Simulation(int genes, double noise, long seed) {
    this.genes = genes;
    this.noise = noise;
    this.seed = seed;
  }

  static Perturbation knockout(int p) {
    return Perturbation.knockout("P" + p);
  }

  /** Conditions of every perturbation in every context. */
  static List<Condition> conditions(int perturbations, String... contexts) {
    List<Condition> all = new ArrayList<>();
    for (String context : contexts) {
      IntStream.range(0, perturbations)
          .forEach(p -> all.add(new Condition(knockout(p), CellContext.of(context))));
    }
    return all;
  }

  /** A random effect, the same for the same key. */
  double[] random(double size, long key) {
    SplittableRandom random = new SplittableRandom(seed * 31 + key);
    return IntStream.range(0, genes).mapToDouble(g -> size * gauss(random)).toArray();
  }

  PerturbationData cells(
      List<Condition> conditions,
      int perCondition,
      int controls,
      Function<Condition, double[]> effect) {
    return cells(conditions, perCondition, controls, effect, context -> new double[genes]);
  }

  PerturbationData cells(
      List<Condition> conditions,
      int perCondition,
      int controls,
      Function<Condition, double[]> effect,
      Function<CellContext, double[]> controlShift) {
    SplittableRandom random = new SplittableRandom(seed);
    List<float[]> rows = new ArrayList<>();
    List<CellLabel> labels = new ArrayList<>();
    conditions.stream()
        .map(Condition::context)
        .distinct()
        .forEach(
            context -> {
              for (int c = 0; c < controls; c++) {
                rows.add(cell(controlShift.apply(context), random));
                labels.add(CellLabel.of(Perturbation.control(), context));
              }
            });
    for (Condition condition : conditions) {
      double[] shift = effect.apply(condition);
      for (int c = 0; c < perCondition; c++) {
        rows.add(cell(shift, random));
        labels.add(
            new CellLabel(
                Optional.of(condition.perturbation()), condition.context(), Optional.empty()));
      }
    }
    GeneVocabulary names =
        GeneVocabulary.of(IntStream.range(0, genes).mapToObj(g -> "g" + g).toList());
    return PerturbationData.of(
        "simulation", names, CsrMatrix.ofDense(rows.toArray(new float[0][]), genes), UNITS, labels);
  }

  private float[] cell(double[] shift, SplittableRandom random) {
    float[] row = new float[genes];
    for (int g = 0; g < genes; g++) {
      row[g] = (float) Math.max(0, 5 + shift[g] + noise * gauss(random));
    }
    return row;
  }

  static double gauss(SplittableRandom random) {
    double u = 1 - random.nextDouble();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
