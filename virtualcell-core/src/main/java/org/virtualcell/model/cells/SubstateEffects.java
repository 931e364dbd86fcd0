package org.virtualcell.model.cells;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.InvalidDataException;

/**
 * The effect in each substate, drawn towards the effect all substates share.
 *
 * <p>The departure d of a substate's effect from the common one has sampling variance v. Over the
 * genes it is taken as normal with variance t + v, t from a grid that begins with 0 whose weights
 * are found by expectation-maximisation (Stephens, Biostatistics 18, 2017); what is kept of d is
 * its posterior mean. Where substates do not differ, all get the common effect.
 */
public final class SubstateEffects {
  /** With fewer cells on either side a substate gets the common effect. */
  public static final int LEAST_CELLS = 20;

  private static final double[] SPREAD = {0, 0.03, 0.1, 0.3, 1}; // natural log units
  private static final int ROUNDS = 60;

  private SubstateEffects() {}

  /**
   * The effects in measured cells.
   *
   * @param perturbed cells that got the perturbation, labelled with substates
   * @param controls cells that got none, of the same context, labelled with substates
   * @return per substate of the controls, the change of mean log1p expression per gene
   * @throws InvalidDataException if genes differ or labels are missing
   * @throws org.virtualcell.api.UnitsMismatchException if units differ
   */
  public static Map<String, GeneProfile> of(CellState perturbed, CellState controls) {
    requireComparable(perturbed, controls);
    CsrMatrix treated = LogCells.of(perturbed, Integer.MAX_VALUE - 8);
    CsrMatrix untreated = LogCells.of(controls, Integer.MAX_VALUE - 8);
    List<String> after = perturbed.substates().orElseThrow();
    List<String> before = controls.substates().orElseThrow();
    double[] common = common(treated, after, untreated, before);
    Map<String, double[]> departures = departures(treated, after, untreated, before, common);
    Map<String, GeneProfile> effects = new TreeMap<>();
    for (String name : new TreeSet<>(before)) {
      double[] effect = common.clone();
      double[] kept = departures.get(name);
      for (int g = 0; kept != null && g < effect.length; g++) {
        effect[g] += kept[g];
      }
      effects.put(name, GeneProfile.of(perturbed.genes(), effect));
    }
    return effects;
  }

  /**
   * How far the effect in a substate departs from the one all share, shrunk.
   *
   * @param perturbed cells that got the perturbation, labelled with substates
   * @param controls cells that got none, of the same context, labelled with substates
   * @return a value per gene for each substate with {@link #LEAST_CELLS} or more on both sides
   * @throws InvalidDataException if genes differ or labels are missing
   * @throws org.virtualcell.api.UnitsMismatchException if units differ
   */
  public static Map<String, double[]> departures(CellState perturbed, CellState controls) {
    requireComparable(perturbed, controls);
    CsrMatrix treated = LogCells.of(perturbed, Integer.MAX_VALUE - 8);
    CsrMatrix untreated = LogCells.of(controls, Integer.MAX_VALUE - 8);
    List<String> after = perturbed.substates().orElseThrow();
    List<String> before = controls.substates().orElseThrow();
    return departures(treated, after, untreated, before, common(treated, after, untreated, before));
  }

  private static void requireComparable(CellState perturbed, CellState controls) {
    perturbed.units().require(controls.units(), "perturbed cells of " + perturbed.context());
    if (!perturbed.genes().equals(controls.genes())
        || perturbed.substates().isEmpty()
        || controls.substates().isEmpty()) {
      throw new InvalidDataException(
          "Effects per substate need the same genes and labels on both sides",
          "cells of " + perturbed.context(),
          "Label cells with Substates.assign first.");
    }
  }

  private static Map<String, double[]> departures(
      CsrMatrix treated,
      List<String> after,
      CsrMatrix untreated,
      List<String> before,
      double[] common) {
    Map<String, double[]> departures = new TreeMap<>();
    for (String name : new TreeSet<>(before)) {
      int[] in = rows(after, name);
      int[] of = rows(before, name);
      if (in.length >= LEAST_CELLS && of.length >= LEAST_CELLS) {
        LogCells a = LogCells.whole(treated.select(in));
        LogCells b = LogCells.whole(untreated.select(of));
        double[] departure = new double[common.length];
        double[] variance = new double[common.length];
        for (int g = 0; g < common.length; g++) {
          departure[g] = a.mean(g) - b.mean(g) - common[g];
          variance[g] = a.variance(g) / in.length + b.variance(g) / of.length;
        }
        departures.put(name, posterior(departure, variance));
      }
    }
    return departures;
  }

  /** The mean of the substates' effects by their perturbed cells, free of shifted shares. */
  private static double[] common(
      CsrMatrix treated, List<String> after, CsrMatrix untreated, List<String> before) {
    double[] common = new double[treated.genes()];
    double cells = 0;
    for (String name : new TreeSet<>(before)) {
      int[] in = rows(after, name);
      int[] of = rows(before, name);
      if (in.length > 0) {
        LogCells a = LogCells.whole(treated.select(in));
        LogCells b = LogCells.whole(untreated.select(of));
        cells += in.length;
        for (int g = 0; g < common.length; g++) {
          common[g] += in.length * (a.mean(g) - b.mean(g));
        }
      }
    }
    for (int g = 0; g < common.length && cells > 0; g++) {
      common[g] /= cells;
    }
    return common;
  }

  private static int[] rows(List<String> labels, String name) {
    return java.util.stream.IntStream.range(0, labels.size())
        .filter(i -> labels.get(i).equals(name))
        .toArray();
  }

  private static double[] posterior(double[] departure, double[] variance) {
    double[] weight = new double[SPREAD.length];
    java.util.Arrays.fill(weight, 1.0 / SPREAD.length);
    double[] kept = new double[departure.length];
    for (int round = 0; round < ROUNDS; round++) {
      double[] sum = new double[SPREAD.length];
      sum[0] = 10; // a penalty for departures, as if ten more genes had none
      double all = 10;
      for (int g = 0; g < departure.length; g++) {
        if (variance[g] > 0) {
          double[] share = shares(departure[g], variance[g], weight);
          kept[g] = 0;
          for (int k = 0; k < share.length; k++) {
            sum[k] += share[k];
            double t = SPREAD[k] * SPREAD[k];
            kept[g] += share[k] * t / (t + variance[g]) * departure[g];
          }
          all++;
        }
      }
      for (int k = 0; k < weight.length; k++) {
        weight[k] = sum[k] / all;
      }
    }
    return kept;
  }

  private static double[] shares(double d, double v, double[] weight) {
    double[] share = new double[weight.length];
    double[] log = new double[weight.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < share.length; k++) {
      double t = SPREAD[k] * SPREAD[k] + v;
      log[k] = StrictMath.log(Math.max(weight[k], 1e-300)) - StrictMath.log(t) / 2 - d * d / t / 2;
      most = Math.max(most, log[k]);
    }
    double sum = 0;
    for (int k = 0; k < share.length; k++) {
      share[k] = StrictMath.exp(log[k] - most);
      sum += share[k];
    }
    for (int k = 0; k < share.length; k++) {
      share[k] /= sum;
    }
    return share;
  }
}
