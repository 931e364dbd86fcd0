package org.virtualcell.model.cells;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.virtualcell.api.CellState;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.stats.PrincipalComponents;

/**
 * Substates of unperturbed cells: the labels they carry, or neighbourhoods in the space of their
 * first principal components, found by k-means from spread-out first centres. Other cells belong to
 * the nearest centre once their common shift has been taken off, so that an effect all cells share
 * moves none of them into another substate. Immutable.
 */
public final class Substates {
  private static final int COMPONENTS = 10;
  private static final int ROUNDS = 100;

  private final PrincipalComponents components;
  private final double[][] centre;
  private final List<String> names;
  private final List<String> labels;

  private Substates(
      PrincipalComponents components, List<String> names, double[][] centre, List<String> labels) {
    this.components = components;
    this.names = List.copyOf(names);
    this.centre = centre;
    this.labels = Collections.unmodifiableList(labels);
  }

  /**
   * The substates the cells are labelled with, or else found.
   *
   * @param controls unperturbed cells of one context
   * @param count how many to find where the cells carry no labels
   * @param seed of the first centres
   * @return the substates
   * @throws InvalidDataException if the cells are too few
   */
  public static Substates of(CellState controls, int count, long seed) {
    return controls.substates().isPresent() ? given(controls) : find(controls, count, seed);
  }

  private static Substates given(CellState controls) {
    List<String> labels = controls.substates().orElseThrow();
    PrincipalComponents components = components(controls, 2);
    SortedSet<String> names = new TreeSet<>(labels);
    List<String> order = List.copyOf(names);
    int[] member = labels.stream().mapToInt(order::indexOf).toArray();
    return new Substates(
        components, order, centres(scores(components), member, order.size()), labels);
  }

  /**
   * Finds substates.
   *
   * @param controls unperturbed cells of one context; labels are not looked at
   * @param count how many, 2 or more
   * @param seed of the first centres
   * @return the substates, named {@code substate-1} and so on, the largest first
   * @throws InvalidDataException if the cells are too few, or the count is below 2
   */
  public static Substates find(CellState controls, int count, long seed) {
    if (count < 2) {
      throw new InvalidDataException(
          count + " substates were asked for",
          "controls of " + controls.context(),
          "Ask for 2 or more, or do without substates.");
    }
    PrincipalComponents components = components(controls, 10 * count);
    double[][] scores = scores(components);
    double[][] centre = firstCentres(scores, count, new Draws(seed));
    int[] member = new int[scores.length];
    for (int round = 0; round < ROUNDS; round++) {
      boolean moved = round == 0;
      for (int i = 0; i < member.length; i++) {
        int now = nearest(scores[i], centre);
        moved |= now != member[i];
        member[i] = now;
      }
      if (!moved) {
        break;
      }
      centre = centres(scores, member, count);
    }
    return named(components, centre, member);
  }

  private static Substates named(PrincipalComponents components, double[][] centre, int[] member) {
    int[] size = new int[centre.length];
    for (int m : member) {
      size[m]++;
    }
    List<Integer> order = new ArrayList<>();
    for (int s = 0; s < size.length; s++) {
      order.add(s);
    }
    order.sort((a, b) -> Integer.compare(size[b], size[a]));
    List<String> names = new ArrayList<>();
    double[][] sorted = new double[centre.length][];
    for (int s = 0; s < size.length; s++) {
      names.add("substate-" + (s + 1));
      sorted[s] = centre[order.get(s)];
    }
    List<String> labels = new ArrayList<>();
    for (int m : member) {
      labels.add(names.get(order.indexOf(m)));
    }
    return new Substates(components, names, sorted, labels);
  }

  private static PrincipalComponents components(CellState controls, int least) {
    int most = (int) Math.min(COMPONENTS, Math.min(controls.cells() - 1, controls.genes().size()));
    if (controls.cells() < least || most < 2) {
      throw new InvalidDataException(
          controls.cells() + " cells are too few for substates",
          "controls of " + controls.context(),
          "Pass more cells, or ask for fewer substates.");
    }
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults())) {
      return PrincipalComponents.fit(lane, controls, PrincipalComponents.Options.of(most));
    }
  }

  private static double[][] scores(PrincipalComponents components) {
    double[][] scores = new double[components.cells()][components.components()];
    for (int i = 0; i < scores.length; i++) {
      for (int c = 0; c < scores[i].length; c++) {
        scores[i][c] = components.score(i, c);
      }
    }
    return scores;
  }

  /** Each next centre is drawn by its squared distance (Arthur and Vassilvitskii, SODA 2007). */
  private static double[][] firstCentres(double[][] scores, int count, Draws draws) {
    double[][] centre = new double[count][];
    centre[0] = scores[draws.below(scores.length)].clone();
    double[] distance = new double[scores.length];
    java.util.Arrays.fill(distance, Double.POSITIVE_INFINITY);
    for (int s = 1; s < count; s++) {
      double sum = 0;
      for (int i = 0; i < scores.length; i++) {
        distance[i] = Math.min(distance[i], distance(scores[i], centre[s - 1]));
        sum += distance[i];
      }
      double at = draws.uniform() * sum;
      int chosen = 0;
      while (chosen < scores.length - 1 && at >= distance[chosen]) {
        at -= distance[chosen++];
      }
      centre[s] = scores[chosen].clone();
    }
    return centre;
  }

  private static double[][] centres(double[][] scores, int[] member, int count) {
    double[][] centre = new double[count][scores[0].length];
    int[] size = new int[count];
    for (int i = 0; i < scores.length; i++) {
      size[member[i]]++;
      for (int c = 0; c < scores[i].length; c++) {
        centre[member[i]][c] += scores[i][c];
      }
    }
    for (int s = 0; s < count; s++) {
      for (int c = 0; c < centre[s].length; c++) {
        centre[s][c] /= Math.max(1, size[s]);
      }
    }
    return centre;
  }

  private static int nearest(double[] point, double[][] centre) {
    int best = 0;
    for (int s = 1; s < centre.length; s++) {
      if (distance(point, centre[s]) < distance(point, centre[best])) {
        best = s;
      }
    }
    return best;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    }
    return sum;
  }

  /**
   * The names of the substates.
   *
   * @return in order
   */
  public List<String> names() {
    return names;
  }

  /**
   * The substate of each unperturbed cell.
   *
   * @return one name per cell
   */
  public List<String> labels() {
    return labels;
  }

  /**
   * The substate of other cells of the context, such as perturbed ones.
   *
   * @param cells the cells, with the same genes
   * @return the cells with their labels; given ones are kept
   * @throws InvalidDataException if the genes differ
   */
  public CellState assign(CellState cells) {
    if (cells.substates().isPresent()) {
      return cells;
    }
    if (!cells.genes().equals(components.genes())) {
      throw new InvalidDataException(
          "Cells have other genes than those the substates were found with",
          "cells of " + cells.context(),
          "Align them by name first.");
    }
    CsrMatrix rows = LogCells.of(cells, Integer.MAX_VALUE - 8);
    LogCells logs = LogCells.whole(rows);
    double[][] scores = new double[logs.size()][components.components()];
    for (int c = 0; c < components.components(); c++) {
      double[] direction = new double[logs.genes()];
      for (int g = 0; g < direction.length; g++) {
        direction[g] = components.loading(c, g);
      }
      double[] along = logs.along(direction);
      double shift = 0; // all cells lie around 0 but for what they share
      for (double a : along) {
        shift += a / along.length;
      }
      for (int i = 0; i < along.length; i++) {
        scores[i][c] = along[i] - shift;
      }
    }
    List<String> assigned = new ArrayList<>();
    for (double[] score : scores) {
      assigned.add(names.get(nearest(score, centre)));
    }
    return new CellState(
        cells.genes(), cells.expression(), cells.units(), cells.context(), Optional.of(assigned));
  }
}
