package org.virtualcell.model.cells;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * By which factor the molecules of a gene have to change so that its mean log1p value changes by so
 * much: the expected mean at steps of the factor, inverted by interpolation. What was computed is
 * kept. Thread-safe.
 */
final class MeanResponse {
  /** Steps of the factor: 2^(1/4) up, 1/16 down. */
  private static final int STEPS_OF_TWO = 4;

  private static final int STEPS_DOWN = 16;
  private static final int MOST_STEPS_UP = 25 * STEPS_OF_TWO;

  private final GeneAtoms atoms;
  private final GeneCounts genes;
  private final double scale; // of a unit, to the total the effect is stated for
  private final Map<Integer, Map<Integer, Double>> known = new HashMap<>();

  MeanResponse(GeneAtoms atoms, GeneCounts genes, double scale) {
    this.atoms = atoms;
    this.genes = genes;
    this.scale = scale;
  }

  /**
   * The factor of a gene.
   *
   * @param gene a gene
   * @param mean its mean log1p value over all controls, at their own total
   * @param effect the change of that mean
   * @return 0 or more
   */
  synchronized double factor(int gene, double mean, double effect) {
    if (effect == 0) {
      return 1;
    }
    double before = at(gene, 0);
    double from = scale == 1 ? mean : before;
    double left = from > 0 ? Math.max(0, (from + effect) / from) : 0; // where it falls
    if (effect > 0) {
      return up(gene, before + effect);
    }
    return before > 0 ? down(gene, before * left) : left;
  }

  private double down(int gene, double wanted) {
    int high = 1; // steps that bring the mean to what is wanted
    while (high < STEPS_DOWN && at(gene, -high) > wanted) {
      high *= 2;
    }
    int low = high == 1 ? 1 : high / 2 + 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (at(gene, -middle) <= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    double below = at(gene, -low);
    double above = at(gene, -(low - 1));
    double part = above > below ? Math.min(1, (above - wanted) / (above - below)) : 1;
    return Math.max(0, 1 - (low - 1 + part) / STEPS_DOWN);
  }

  private double up(int gene, double wanted) {
    int high = 1;
    while (high < MOST_STEPS_UP && at(gene, high) < wanted) {
      high = Math.min(MOST_STEPS_UP, 2 * high);
    }
    int low = high == 1 ? 1 : high / 2 + 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (at(gene, middle) >= wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    double above = at(gene, low);
    double below = at(gene, low - 1);
    double part = above > below ? Math.min(1, (wanted - below) / (above - below)) : 1;
    return stepUp(low - 1) * (1 + part * (stepUp(1) - 1));
  }

  private static double stepUp(int steps) {
    return StrictMath.pow(2, (double) steps / STEPS_OF_TWO);
  }

  /** The expected mean after some steps, up where positive. */
  private double at(int gene, int steps) {
    return known
        .computeIfAbsent(gene, any -> new HashMap<>())
        .computeIfAbsent(steps, any -> expected(gene, steps));
  }

  private double expected(int gene, int steps) {
    List<GeneAtoms.Atom> all = atoms.of(gene);
    double factor = steps > 0 ? stepUp(steps) : 1 + (double) steps / STEPS_DOWN;
    double sum = 0;
    for (GeneAtoms.Atom atom : all) {
      double unit = atom.unit() * scale;
      double mean;
      if (steps <= 0) {
        mean = atom.count() > 0 ? ExpectedLog.thinned(atom.count(), factor, unit) : 0;
      } else {
        double own = genes.ownRate(gene, atom.count(), genes.expectedAt(gene, atom.unit()));
        double shape = genes.shape(gene, atom.count());
        mean = ExpectedLog.toppedUp(atom.count(), (factor - 1) * own, shape, unit);
      }
      sum += atom.share() * mean;
    }
    return sum;
  }
}
