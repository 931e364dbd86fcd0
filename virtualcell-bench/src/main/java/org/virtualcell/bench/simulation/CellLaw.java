package org.virtualcell.bench.simulation;

import java.util.SplittableRandom;

/**
 * How planted cells respond: a cell has a state z of two dimensions, which sets its expression; a
 * perturbation has features f. The response of rank 8 of a cell is {@code a template + b A f + c V
 * q(z, f)} with {@code q_j = tanh(2 s_j z) tanh(t_j f)}: the last part is non-linear in state and
 * features and vanishes where either is averaged out.
 */
final class CellLaw {
  static final int FEATURES = 6;

  private static final int STATES = 2;
  private static final int RANK = 8;
  private static final int UNITS = 6; // of the interaction
  private static final double DENSE = 0.25;
  private static final double POWER = 0.02; // mean square of an effect on a gene, log1p
  private static final double SPREAD = 0.8; // of states within a context
  private static final int AVERAGED = 60; // states that stand for a context
  private static final double DEVIATION = 0.45; // of a cell from the mean where it is bimodal

  private final CellPlan plan;
  private final CountLaw law = new CountLaw();
  private final double[][] centre; // context x state
  private final double[][] feature; // perturbation x feature
  private final double[] base; // per gene: log rate
  private final double[][] marker; // gene x state
  private final double[][] loading; // gene x rank
  private final double[] template;
  private final double[][] linear; // rank x feature
  private final double[][] unitState;
  private final double[][] unitFeature;
  private final double[][] unitLoading; // rank x unit
  private double common = 1;
  private double joint = 1;

  CellLaw(CellPlan plan) {
    this.plan = plan;
    SplittableRandom random = random(1, 0, 0);
    this.centre = new double[plan.contexts()][];
    for (int c = 0; c < centre.length; c++) {
      double angle = 2 * Math.PI * (c + 0.3 * random.nextDouble()) / centre.length;
      centre[c] = new double[] {1.2 * StrictMath.cos(angle), 1.2 * StrictMath.sin(angle)};
    }
    this.feature = table(random, plan.perturbations(), FEATURES, 1, 1);
    this.base = new double[plan.genes()];
    for (int g = 0; g < base.length; g++) {
      base[g] = StrictMath.log(0.8) + 0.7 * random.nextGaussian();
    }
    this.marker = table(random, plan.genes(), STATES, 0.5, 0.5);
    this.loading = table(random, plan.genes(), RANK, DENSE, 1);
    this.template = table(random, 1, RANK, 1, 0.7)[0];
    this.linear = table(random, RANK, FEATURES, 1, 1 / Math.sqrt(FEATURES));
    this.unitState = table(random, UNITS, STATES, 1, 1);
    this.unitFeature = table(random, UNITS, FEATURES, 1, 1 / Math.sqrt(FEATURES));
    this.unitLoading = table(random, RANK, UNITS, 1, 1);
    scale();
  }

  private static double[][] table(
      SplittableRandom random, int rows, int columns, double dense, double size) {
    double[][] table = new double[rows][columns];
    for (double[] row : table) {
      for (int c = 0; c < columns; c++) {
        double value = size * random.nextGaussian();
        row[c] = random.nextDouble() < dense ? value : 0;
      }
    }
    return table;
  }

  SplittableRandom random(int purpose, int a, int b) {
    long place = (((plan.seed() * 37 + purpose) * 1_000_003L) + a) * 1013 + b;
    return new SplittableRandom(new SplittableRandom(place).nextLong());
  }

  /** Sets the sizes of both parts so that the planned share of variance is interaction. */
  private void scale() {
    int pairs = plan.perturbations() * plan.contexts();
    double[][] jointMean = new double[pairs][];
    double[][] commonMean = new double[pairs][];
    for (int p = 0; p < plan.perturbations(); p++) {
      for (int c = 0; c < plan.contexts(); c++) {
        double[] sum = new double[RANK];
        for (double[] z : states(c, AVERAGED, random(2, c, 0))) {
          add(jointResponse(z, feature[p]), 1.0 / AVERAGED, sum);
        }
        jointMean[p * plan.contexts() + c] = sum;
        commonMean[p * plan.contexts() + c] = commonResponse(feature[p]);
      }
    }
    double within = Anova.of(onGenes(jointMean), plan.contexts()).interaction();
    double outside = Anova.of(onGenes(commonMean), plan.contexts()).total();
    double other = Anova.of(onGenes(jointMean), plan.contexts()).total() - within;
    // share = w j^2 / (w j^2 + other j^2 + outside k^2), total = POWER per gene
    double share = CellPlan.INTERACTION_SHARE;
    double j2 = share / within;
    double k2 = Math.max(0, 1 - share - other * j2) / outside;
    joint = Math.sqrt(j2 * POWER * pairs * plan.genes());
    common = Math.sqrt(k2 * POWER * pairs * plan.genes());
  }

  private double[][] onGenes(double[][] responses) {
    double[][] effects = new double[responses.length][];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = onGenes(responses[i]);
    }
    return effects;
  }

  private double[] onGenes(double[] response) {
    double[] effect = new double[plan.genes()];
    for (int g = 0; g < effect.length; g++) {
      effect[g] = dot(loading[g], response);
    }
    return effect;
  }

  private double[] commonResponse(double[] f) {
    double[] u = template.clone();
    for (int k = 0; k < RANK; k++) {
      u[k] += dot(linear[k], f);
    }
    return u;
  }

  private double[] jointResponse(double[] z, double[] f) {
    double[] u = new double[RANK];
    for (int j = 0; j < UNITS; j++) {
      double q =
          StrictMath.tanh(2 * dot(unitState[j], z)) * StrictMath.tanh(dot(unitFeature[j], f));
      for (int k = 0; k < RANK; k++) {
        u[k] += unitLoading[k][j] * q;
      }
    }
    return u;
  }

  private static void add(double[] from, double factor, double[] to) {
    for (int k = 0; k < to.length; k++) {
      to[k] += factor * from[k];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** States of unperturbed cells of a context. */
  double[][] states(int context, int count, SplittableRandom random) {
    double[][] states = new double[count][STATES];
    for (double[] z : states) {
      for (int d = 0; d < STATES; d++) {
        z[d] = centre[context][d] + SPREAD * random.nextGaussian();
      }
    }
    return states;
  }

  double[] features(int perturbation) {
    return feature[perturbation].clone();
  }

  /** Rates of an unperturbed cell. */
  double[] rates(double[] state) {
    double[] rate = new double[plan.genes()];
    for (int g = 0; g < rate.length; g++) {
      rate[g] = Math.min(40, StrictMath.exp(base[g] + dot(marker[g], state)));
    }
    return rate;
  }

  /**
   * Rates of a perturbed cell.
   *
   * @param up which way it goes where cells go two ways
   */
  double[] rates(double[] state, int perturbation, boolean up) {
    double[] rate = rates(state);
    if (plan.planted() == CellPlan.Planted.NOTHING) {
      return rate;
    }
    double[] effect = cellEffect(state, perturbation);
    for (int g = 0; g < rate.length; g++) {
      double before = law.meanAt(rate[g]);
      double after = before + effect[g];
      if (plan.planted() == CellPlan.Planted.BIMODAL) {
        double room = Math.min(before - law.meanAt(0), law.meanAt(50) - before);
        double off = Math.max(-room, Math.min(room, effect[g]));
        after = before + (up ? off : -off);
      }
      rate[g] = after == before ? rate[g] : law.rateWith(after);
    }
    return rate;
  }

  /** The change of expected log1p expression of a cell, limits of the scale aside. */
  private double[] cellEffect(double[] state, int perturbation) {
    double[] u = new double[RANK];
    if (plan.planted() == CellPlan.Planted.BIMODAL) {
      add(commonResponse(feature[perturbation]), DEVIATION, u);
      return onGenes(u);
    }
    add(commonResponse(feature[perturbation]), common, u);
    add(jointResponse(state, feature[perturbation]), joint, u);
    return onGenes(u);
  }

  /** The change of mean log1p expression of a context's cells, without sampling error of counts. */
  double[] truth(int perturbation, int context) {
    double[] sum = new double[plan.genes()];
    if (plan.planted() != CellPlan.Planted.INTERACTION) {
      return sum; // both halves cancel
    }
    for (double[] z : states(context, AVERAGED, random(2, context, 0))) {
      double[] before = rates(z);
      double[] after = rates(z, perturbation, true);
      for (int g = 0; g < sum.length; g++) {
        sum[g] += (law.meanAt(after[g]) - law.meanAt(before[g])) / AVERAGED;
      }
    }
    return sum;
  }
}
