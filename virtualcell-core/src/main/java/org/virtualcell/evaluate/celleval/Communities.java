package org.virtualcell.evaluate.celleval;

import java.util.Arrays;

/**
 * Communities of a weighted graph by modularity with a resolution: nodes move to the neighbouring
 * community that gains most until none does, communities become nodes, and so on (Blondel and
 * others 2008); a community that is not connected is split. Nodes are visited in their order and
 * ties go to the lower community, so that there is no chance in it.
 */
final class Communities {
  private static final double LEAST_GAIN = 1e-12;

  private final double resolution;

  private Communities(double resolution) {
    this.resolution = resolution;
  }

  /**
   * Finds communities.
   *
   * @param weight symmetric, nodes x nodes, zero or more; the diagonal counts twice
   * @param resolution 1 for plain modularity; more finds smaller communities
   * @return a community per node, numbered in the order they first occur
   */
  static int[] of(double[][] weight, double resolution) {
    Communities search = new Communities(resolution);
    int[] community = new int[weight.length];
    Arrays.setAll(community, i -> i);
    double[][] graph = weight;
    while (true) {
      int[] moved = connectedParts(graph, search.move(graph));
      int count = renumber(moved);
      for (int i = 0; i < community.length; i++) {
        community[i] = moved[community[i]];
      }
      if (count == graph.length) {
        renumber(community);
        return community;
      }
      graph = merge(graph, moved, count);
    }
  }

  private int[] move(double[][] graph) {
    int n = graph.length;
    int[] community = new int[n];
    double[] strength = new double[n];
    double[] total = new double[n];
    double all = 0;
    for (int i = 0; i < n; i++) {
      community[i] = i;
      for (int j = 0; j < n; j++) {
        strength[i] += i == j ? 2 * graph[i][i] : graph[i][j];
      }
      total[i] = strength[i];
      all += strength[i];
    }
    if (all == 0) {
      return community;
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < n; i++) {
        double[] links = new double[n];
        for (int j = 0; j < n; j++) {
          if (j != i) {
            links[community[j]] += graph[i][j];
          }
        }
        int own = community[i];
        total[own] -= strength[i];
        int best = own;
        double most = links[own] - resolution * strength[i] * total[own] / all;
        for (int c = 0; c < n; c++) {
          double gain = links[c] - resolution * strength[i] * total[c] / all;
          if (links[c] > 0 && gain > most + LEAST_GAIN * all) {
            best = c;
            most = gain;
          }
        }
        total[best] += strength[i];
        changed |= best != own;
        community[i] = best;
      }
    }
    return community;
  }

  /** Splits communities into their connected parts. */
  private static int[] connectedParts(double[][] graph, int[] community) {
    int n = graph.length;
    int[] part = new int[n];
    Arrays.fill(part, -1);
    int[] queue = new int[n];
    for (int start = 0; start < n; start++) {
      if (part[start] < 0) {
        int size = 0;
        part[start] = start;
        queue[size++] = start;
        for (int head = 0; head < size; head++) {
          int i = queue[head];
          for (int j = 0; j < n; j++) {
            if (part[j] < 0 && graph[i][j] > 0 && community[i] == community[j]) {
              part[j] = start;
              queue[size++] = j;
            }
          }
        }
      }
    }
    return part;
  }

  private static int renumber(int... community) {
    int[] number = new int[Arrays.stream(community).max().orElse(-1) + 1];
    Arrays.fill(number, -1);
    int next = 0;
    for (int i = 0; i < community.length; i++) {
      if (number[community[i]] < 0) {
        number[community[i]] = next++;
      }
      community[i] = number[community[i]];
    }
    return next;
  }

  private static double[][] merge(double[][] graph, int[] community, int count) {
    double[][] merged = new double[count][count];
    for (int i = 0; i < graph.length; i++) {
      for (int j = 0; j < graph.length; j++) {
        boolean inside = community[i] == community[j];
        double share = i == j ? graph[i][i] : inside ? graph[i][j] / 2 : graph[i][j];
        merged[community[i]][community[j]] += share;
      }
    }
    return merged;
  }
}
