package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;
import org.virtualcell.model.EvenlySpaced;
import org.virtualcell.model.Targets;

/**
 * How far a rule misses on what it was not shown: conditions are left out of the table as the query
 * is absent from it, predicted, and compared to their measured effects. The half-width of a gene's
 * interval is the split-conformal quantile of those misses over perturbations: with n of them and
 * level L the {@code ceil((n + 1) L)}-th smallest, which exists from n = 9 for L = 0.9.
 *
 * <p>Misses come from the query's context where enough perturbations were measured there, else from
 * all contexts of the same mode; a perturbation measured in several contexts then counts once, with
 * its largest miss. Computed when first asked for, then kept. Thread-safe.
 */
final class Calibration {
  /** At most this many refits, evenly spaced over the table's order. */
  static final int MOST_REFITS = 60;

  /** Tables of more rows than this are refitted less often: a refit may cost rows cubed. */
  static final int LARGE_TABLE = 300;

  static final int MOST_REFITS_OF_LARGE = 12;

  private final EffectTable table;
  private final Rule rule;
  private final Map<Key, Misses> kept = new ConcurrentHashMap<>();

  Calibration(EffectTable table, Rule rule) {
    this.table = table;
    this.rule = rule;
  }

  private static Absence absence(
      EffectTable table, Perturbation perturbation, CellContext context) {
    return Absence.of(
        perturbation, table.hasPerturbation(perturbation), table.hasPerturbed(context));
  }

  /** Half-widths of the interval per gene, or why there are none. */
  record Widths(Optional<double[]> perGene, String basis) {}

  private record Key(
      Absence absence,
      Optional<CellContext> context,
      SortedSet<String> modes,
      boolean combination) {}

  /** Per perturbation, the absolute miss per gene. */
  private record Misses(List<float[]> perPerturbation) {
    int count() {
      return perPerturbation.size();
    }
  }

  Widths widths(Perturbation perturbation, CellContext context, double level) {
    Absence absence = absence(table, perturbation, context);
    SortedSet<String> modes = Targets.modes(perturbation);
    boolean combination = perturbation.parts().size() > 1;
    Misses misses = new Misses(List.of());
    String where = "in " + context.name();
    if (absence != Absence.CONTEXT && absence != Absence.CONTEXT_AND_TARGETS) {
      misses = misses(new Key(absence, Optional.of(context), modes, combination));
    }
    if (rank(misses.count(), level) > misses.count()) {
      misses = misses(new Key(absence, Optional.empty(), modes, combination));
      where = "over all contexts of the mode";
    }
    int n = misses.count();
    int rank = rank(n, level);
    String how =
        "split-conformal over "
            + n
            + (combination ? " combinations " : " perturbations ")
            + where
            + ", leaving out "
            + absence.words();
    if (rank > n) {
      return new Widths(
          Optional.empty(),
          "No interval: "
              + n
              + " perturbations calibrate it, level "
              + level
              + " needs "
              + needed(level)
              + ".");
    }
    double[] widths = new double[table.genes().size()];
    float[] column = new float[n];
    for (int g = 0; g < widths.length; g++) {
      for (int i = 0; i < n; i++) {
        column[i] = misses.perPerturbation().get(i)[g];
      }
      Arrays.sort(column);
      widths[g] = column[rank - 1];
    }
    return new Widths(Optional.of(widths), how);
  }

  static int rank(int n, double level) {
    // (n + 1) L lies on a whole number for the usual levels; do not let rounding lift it
    return Math.max(1, (int) Math.ceil((n + 1) * level - 1e-9));
  }

  static int needed(double level) {
    int n = 1;
    while (rank(n, level) > n) {
      n++;
    }
    return n;
  }

  private Misses misses(Key key) {
    Misses known = kept.get(key);
    if (known == null) {
      known = measure(key);
      Misses earlier = kept.putIfAbsent(key, known);
      known = earlier == null ? known : earlier;
    }
    return known;
  }

  private Misses measure(Key key) {
    List<EffectTable.Row> rows =
        table.rows().stream()
            .filter(r -> r.modes().equals(key.modes()))
            .filter(r -> (r.condition().perturbation().parts().size() > 1) == key.combination())
            .filter(r -> key.context().map(r.condition().context()::equals).orElse(true))
            .toList();
    Map<Object, List<EffectTable.Row>> groups = new LinkedHashMap<>();
    Function<Condition, Object> together = key.absence().together();
    rows.forEach(
        r -> groups.computeIfAbsent(together.apply(r.condition()), k -> new ArrayList<>()).add(r));
    Map<Perturbation, float[]> largest = new LinkedHashMap<>();
    for (List<EffectTable.Row> group : spaced(List.copyOf(groups.values()))) {
      EffectTable rest = table.without(key.absence().leavesOut(group.get(0).condition()));
      if (!rest.rows().isEmpty()) {
        Rule.Fitted refitted = rule.fit(rest);
        for (EffectTable.Row row : group) {
          miss(key.absence(), rest, refitted, row)
              .ifPresent(m -> largest.merge(row.condition().perturbation(), m, Calibration::max));
        }
      }
    }
    return new Misses(List.copyOf(largest.values()));
  }

  private <T> List<T> spaced(List<T> all) {
    int most = table.rows().size() > LARGE_TABLE ? MOST_REFITS_OF_LARGE : MOST_REFITS;
    return EvenlySpaced.of(all, most);
  }

  private Optional<float[]> miss(
      Absence absence, EffectTable rest, Rule.Fitted refitted, EffectTable.Row row) {
    Condition condition = row.condition();
    // leaving out may take away more than the query lacks: a pair whose perturbation is nowhere
    // else
    if (absence(rest, condition.perturbation(), condition.context()) != absence) {
      return Optional.empty();
    }
    Optional<EffectTable.ContextRow> context = table.context(condition.context());
    if (context.isEmpty()) {
      return Optional.empty();
    }
    double[] mean = new double[table.genes().size()];
    for (int g = 0; g < mean.length; g++) {
      mean[g] = context.get().controlMean()[g];
    }
    double[] predicted =
        Objects.requireNonNull(
            refitted
                .answer(
                    new Query(condition.perturbation(), condition.context(), mean, context.get()))
                .effect());
    float[] miss = new float[predicted.length];
    for (int g = 0; g < miss.length; g++) {
      miss[g] = (float) Math.abs(row.effect()[g] - predicted[g]);
    }
    return Optional.of(miss);
  }

  private static float[] max(float[] a, float[] b) {
    float[] larger = new float[a.length];
    for (int g = 0; g < larger.length; g++) {
      larger[g] = Math.max(a[g], b[g]);
    }
    return larger;
  }
}
