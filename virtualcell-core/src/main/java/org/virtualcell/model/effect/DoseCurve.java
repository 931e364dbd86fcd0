package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the strength of compounds and proteins rises with the logarithm of the dose, common to all of
 * a screen: per measured dose the mean log ratio of a target's strength there to its mean over its
 * doses, shrunk to none by {@value #PRIOR} targets, made to rise by pooling adjacent violators
 * (Ayer et al., Ann. Math. Statist. 26, 1955), and linear between measured doses. A target of one
 * dose only says nothing. Immutable.
 */
final class DoseCurve {
  private static final double PRIOR = 2;

  private final double[] dose; // log10, rising; those of grams behind those of moles
  private final double[] log; // of the strength's factor, not falling within a kind of dose

  private DoseCurve(double[] dose, double[] log) {
    this.dose = dose;
    this.log = log;
  }

  /**
   * One measured single.
   *
   * @param power of its effect, without noise, positive
   */
  record Strength(String target, Exposure exposure, double power) {}

  static DoseCurve of(List<Strength> measured) {
    Map<String, List<Strength>> byTarget = new TreeMap<>();
    for (Strength s : measured) {
      if (s.exposure().hasDose()) {
        byTarget.computeIfAbsent(s.target() + s.exposure().molar(), t -> new ArrayList<>()).add(s);
      }
    }
    // a target's level is not known from its own doses alone: alternate between targets and doses,
    // as in an analysis of variance with missing cells
    SortedMap<Double, Double> curve = new TreeMap<>();
    for (int step = 0; step < 20; step++) {
      SortedMap<Double, double[]> sums = new TreeMap<>();
      for (List<Strength> doses : byTarget.values()) {
        if (doses.stream().map(s -> place(s.exposure())).distinct().count() > 1) {
          double level = 0;
          for (Strength s : doses) {
            level += logRoot(s) - curve.getOrDefault(place(s.exposure()), 0.0);
          }
          for (Strength s : doses) {
            double[] sum = sums.computeIfAbsent(place(s.exposure()), d -> new double[2]);
            sum[0] += logRoot(s) - level / doses.size();
            sum[1]++;
          }
        }
      }
      curve.clear();
      curve.putAll(rising(sums));
    }
    return new DoseCurve(
        curve.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
        curve.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double logRoot(Strength s) {
    return StrictMath.log(s.power()) / 2;
  }

  /** Doses of grams are kept apart by a distance no dose can bridge. */
  private static double place(Exposure exposure) {
    return exposure.dose() + (exposure.molar() ? 0 : 1000);
  }

  /** Shrunk means that do not fall, moles and grams each for themselves. */
  private static Map<Double, Double> rising(SortedMap<Double, double[]> sums) {
    List<double[]> pools = new ArrayList<>(); // value, weight, members, kind
    for (Map.Entry<Double, double[]> e : sums.entrySet()) {
      double kind = e.getKey() > 500 ? 1 : 0;
      double[] sum = e.getValue();
      pools.add(new double[] {sum[0] / (sum[1] + PRIOR), sum[1], 1, kind});
      while (pools.size() > 1
          && pools.get(pools.size() - 2)[3] == kind
          && pools.get(pools.size() - 2)[0] > pools.get(pools.size() - 1)[0]) {
        double[] b = pools.remove(pools.size() - 1);
        double[] a = pools.get(pools.size() - 1);
        a[0] = (a[0] * a[1] + b[0] * b[1]) / (a[1] + b[1]);
        a[1] += b[1];
        a[2] += b[2];
      }
    }
    Map<Double, Double> curve = new TreeMap<>();
    int pool = 0;
    int left = pools.isEmpty() ? 0 : (int) pools.get(0)[2];
    for (Double at : sums.keySet()) {
      if (left == 0) {
        left = (int) pools.get(++pool)[2];
      }
      curve.put(at, pools.get(pool)[0]);
      left--;
    }
    return curve;
  }

  /** The logarithm of the factor on a strength; 0 where the dose, or the curve, is not known. */
  double log(Exposure exposure) {
    if (!exposure.hasDose() || dose.length == 0) {
      return 0;
    }
    double x = place(exposure);
    int above = 0;
    while (above < dose.length && dose[above] < x) {
      above++;
    }
    boolean below = above > 0 && sameKind(dose[above - 1], x);
    boolean over = above < dose.length && sameKind(dose[above], x);
    if (below && over) {
      double share = (x - dose[above - 1]) / (dose[above] - dose[above - 1]);
      return log[above - 1] + share * (log[above] - log[above - 1]);
    }
    return below ? log[above - 1] : over ? log[above] : 0;
  }

  private static boolean sameKind(double a, double b) {
    return a > 500 == b > 500;
  }
}
