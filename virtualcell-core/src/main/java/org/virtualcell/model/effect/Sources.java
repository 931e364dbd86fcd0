package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import org.virtualcell.api.CellContext;

/**
 * Which conditions an answer draws on: those that hold at least a share of its covariances. Where
 * only shared targets make a difference between conditions, all others of a context are counted
 * together. Immutable.
 */
final class Sources {
  private static final Comparator<CellContext> BY_NAME =
      Comparator.comparing(CellContext::toString);

  private final List<Question> items;
  private final Map<String, List<Integer>> ofTarget = new HashMap<>();
  private final Map<CellContext, double[]> inContext = new HashMap<>(); // sum and most strength

  /** A condition and its share. */
  record Source(int item, double weight) {}

  Sources(List<Question> items) {
    this.items = items;
    for (int i = 0; i < items.size(); i++) {
      for (String target : items.get(i).targets()) {
        ofTarget.computeIfAbsent(target, any -> new ArrayList<>()).add(i);
      }
      double strength = items.get(i).totalStrength();
      double[] sum = inContext.computeIfAbsent(items.get(i).context(), any -> new double[2]);
      sum[0] += strength;
      sum[1] = Math.max(sum[1], strength);
    }
  }

  /** By the covariance with every item. */
  static List<Source> all(int items, IntToDoubleFunction covariance, double least) {
    double[] size = new double[items];
    double total = 0;
    for (int i = 0; i < items; i++) {
      size[i] = Math.abs(covariance.applyAsDouble(i));
      total += size[i];
    }
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      double weight = total > 0 ? size[i] / total : 0;
      if (weight >= least) {
        sources.add(new Source(i, weight));
      }
    }
    return sources;
  }

  /**
   * Without the covariance of items that share no target.
   *
   * @param template weight of what all conditions share
   * @param context weight of what those of the question's context share
   * @param covariance with an item
   */
  List<Source> of(
      Question q, double template, double context, IntToDoubleFunction covariance, double least) {
    SortedSet<Integer> near = new TreeSet<>();
    q.targets().forEach(t -> near.addAll(ofTarget.getOrDefault(t, List.of())));
    Map<CellContext, double[]> rest = new HashMap<>();
    inContext.forEach((c, sums) -> rest.put(c, sums.clone()));
    double total = 0;
    for (int i : near) {
      rest.get(items.get(i).context())[0] -= items.get(i).totalStrength();
      total += Math.abs(covariance.applyAsDouble(i));
    }
    double most = 0;
    for (CellContext c : inContext.keySet().stream().sorted(BY_NAME).toList()) {
      double each = q.totalStrength() * (template + (c.equals(q.context()) ? context : 0));
      total += each * Math.max(0, rest.get(c)[0]);
      most = Math.max(most, each * rest.get(c)[1]);
    }
    if (most >= least * total) {
      return all(items.size(), covariance, least);
    }
    List<Source> sources = new ArrayList<>();
    for (int i : near) {
      double weight = Math.abs(covariance.applyAsDouble(i)) / total;
      if (weight >= least) {
        sources.add(new Source(i, weight));
      }
    }
    return sources;
  }
}
