package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CellState;

/**
 * Some cells of a population over some genes, in log1p units, with their own mean taken away. What
 * is left is how cells differ among each other, which no mean-based metric sees.
 */
final class CellSample {
  /** The most cells that are looked at, evenly spaced; distances of more hardly differ. */
  static final int MOST_CELLS = 64;

  private final double[][] centred; // cells x genes
  private final double[] deviation; // per gene
  private final double[] detected; // per gene, the share of cells
  private final double spread; // mean distance of two different cells

  private CellSample(double[][] cells) {
    int genes = cells.length == 0 ? 0 : cells[0].length;
    this.deviation = new double[genes];
    this.detected = new double[genes];
    for (int g = 0; g < genes; g++) {
      double mean = 0;
      for (double[] cell : cells) {
        mean += cell[g] / cells.length;
        detected[g] += cell[g] > 0 ? 1.0 / cells.length : 0;
      }
      double scatter = 0;
      for (double[] cell : cells) {
        cell[g] -= mean;
        scatter += cell[g] * cell[g];
      }
      deviation[g] = cells.length < 2 ? 0 : Math.sqrt(scatter / (cells.length - 1));
    }
    this.centred = cells;
    this.spread = cells.length < 2 ? 0 : sum(cells, cells) / cells.length / (cells.length - 1);
  }

  /**
   * A sample.
   *
   * @param states one or more populations of the same genes
   * @param genes which genes
   * @param substate which cells, by label; empty for all
   */
  static CellSample of(List<CellState> states, int[] genes, Optional<String> substate) {
    List<double[]> cells = new ArrayList<>();
    List<long[]> places = new ArrayList<>(); // state and row
    for (int s = 0; s < states.size(); s++) {
      for (long row = 0; row < states.get(s).cells(); row++) {
        int at = (int) row;
        if (substate.isEmpty()
            || substate.equals(states.get(s).substates().map(labels -> labels.get(at)))) {
          places.add(new long[] {s, row});
        }
      }
    }
    int looked = Math.min(MOST_CELLS, places.size());
    for (int i = 0; i < looked; i++) {
      long[] place = places.get((int) ((long) i * places.size() / looked));
      cells.add(cell(states.get((int) place[0]), place[1], genes));
    }
    return new CellSample(cells.toArray(double[][]::new));
  }

  /** Cells that are all the same: a prediction of the mean alone. */
  static CellSample ofMean(double[] mean, int[] genes) {
    double[] cell = Vectors.at(mean, genes);
    return new CellSample(new double[][] {cell, cell.clone()});
  }

  private static double[] cell(CellState state, long row, int[] genes) {
    return Vectors.at(BatchCells.cell(state, row), genes);
  }

  int cells() {
    return centred.length;
  }

  double[] deviation() {
    return deviation;
  }

  double[] detected() {
    return detected;
  }

  double spread() {
    return spread;
  }

  /**
   * The mean distance of a cell of this sample and one of another. Taking the sample's own mean
   * away leaves a cell (n - 1) / n of its variance, which is given back; pairs within a sample lose
   * nothing.
   */
  double distanceTo(CellSample other) {
    return sum(widened(), other.widened()) / centred.length / other.centred.length;
  }

  private double[][] widened() {
    double factor = Math.sqrt(centred.length / (centred.length - 1.0));
    double[][] result = new double[centred.length][];
    for (int i = 0; i < result.length; i++) {
      result[i] = centred[i].clone();
      for (int g = 0; g < result[i].length; g++) {
        result[i][g] *= factor;
      }
    }
    return result;
  }

  private static double sum(double[][] a, double[][] b) {
    double sum = 0;
    for (double[] x : a) {
      for (double[] y : b) {
        double square = 0;
        for (int g = 0; g < x.length; g++) {
          square += (x[g] - y[g]) * (x[g] - y[g]);
        }
        sum += Math.sqrt(square);
      }
    }
    return sum;
  }
}
