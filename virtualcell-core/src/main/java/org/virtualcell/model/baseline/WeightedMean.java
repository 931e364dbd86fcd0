package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.virtualcell.api.Support;

/** A weighted sum of measured effects that remembers what went into it. Not thread-safe. */
final class WeightedMean {
  private final double[] sum;
  private final List<Support.Source> sources = new ArrayList<>();

  WeightedMean(int genes) {
    sum = new double[genes];
  }

  void add(EffectTable.Row row, double weight) {
    for (int g = 0; g < sum.length; g++) {
      sum[g] += weight * row.effect()[g];
    }
    sources.add(new Support.Source(row.condition(), row.cells(), Math.abs(weight)));
  }

  void addAll(List<EffectTable.Row> rows, double weightOfEach) {
    rows.forEach(row -> add(row, weightOfEach));
  }

  double[] effect() {
    return sum;
  }

  List<Support.Source> sources() {
    return sources.stream()
        .sorted(
            Comparator.comparingDouble((Support.Source s) -> -s.weight())
                .thenComparing(s -> s.condition().context().name())
                .thenComparing(s -> s.condition().perturbation().canonical()))
        .toList();
  }

  long cells() {
    return sources.stream().mapToLong(Support.Source::cells).sum();
  }
}
