package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.virtualcell.api.CellContext;

/**
 * The covariance of many conditions as what few columns explain, and blocks: {@code tau K + N = B +
 * P H H' P'}. Columns of P are what many conditions share (control populations, the template,
 * contexts, features of targets, targets that stand in several combinations), with at most a
 * handful of entries per condition; H is the root of their prior covariance. B joins only
 * conditions with the same targets. Nothing is approximated. Immutable.
 */
final class Structure {
  private static final double LEAST_LIFT = 1e-7; // of features that are not positive definite
  private static final double MOST_LIFT = 2e-5;

  /**
   * The weights of the parts.
   *
   * @param plain all targets act alike, combinations as a single target
   */
  record Weights(
      double template,
      double context,
      double perturbation,
      double features,
      double similar,
      double interaction,
      double combination,
      boolean plain) {
    boolean byContext() {
      return similar > 0 || interaction > 0;
    }
  }

  /** A lower triangle on the diagonal of H. */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared
  record Root(int first, double[][] lower) {}

  /** A sparse row of numbers. */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared
  record Sparse(int[] at, double[] value) {}

  /** What is measured, and how precisely. */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared
  record Measured(
      List<Question> items,
      int[] contextOf,
      List<CellContext> contexts,
      double[] noise,
      float[][] share,
      double[] sharedNoise) {}

  private final Measured measured;
  private final Weights weights;
  private final TargetSimilarity known;
  private final Map<CellContext, Integer> contextNumber = new HashMap<>();
  private final Map<List<String>, Integer> groupNumber = new LinkedHashMap<>();
  private final List<int[]> blocks = new ArrayList<>();
  private final List<double[][]> cores = new ArrayList<>(); // per unit amplitude
  private final Map<String, Integer> targets = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Integer>> columnOf = new HashMap<>(); // of shared targets
  private final Map<String, Map<Integer, Integer>> readingOf = new HashMap<>();
  private final Map<Integer, Integer> combinationReading = new HashMap<>(); // by group
  private final List<Sparse> readings = new ArrayList<>(); // each within one block
  private final int[] readingBlock;
  private final List<Root> roots = new ArrayList<>();
  private final Root[] rootOf; // per column
  private final int templateColumn;
  private final int contextColumn;
  private final int featureColumn;
  private final int columns;
  private final Sparse[] rows; // of P
  private double lift; // of the features' covariance, taken from that of perturbations

  /**
   * The structure of what was measured.
   *
   * @return empty where a covariance has no root
   */
  static Optional<Structure> of(Measured measured, Weights weights, TargetSimilarity known) {
    try {
      return Optional.of(new Structure(measured, weights, known));
    } catch (ArithmeticException noRoot) {
      return Optional.empty();
    }
  }

  private Structure(Measured measured, Weights weights, TargetSimilarity known) {
    this.measured = measured;
    this.weights = weights;
    this.known = known;
    for (int c = 0; c < measured.contexts().size(); c++) {
      contextNumber.put(measured.contexts().get(c), c);
    }
    List<Question> items = measured.items();
    Map<String, Set<Integer>> groupsOf = group(items);
    int next = measured.sharedNoise().length;
    for (int p = 0; p < next; p++) {
      roots.add(single(p, Math.sqrt(measured.sharedNoise()[p])));
    }
    this.templateColumn = weights.template() > 0 ? next : -1;
    if (templateColumn >= 0) {
      roots.add(single(next++, Math.sqrt(weights.template())));
    }
    this.contextColumn = weights.context() > 0 ? next : -1;
    if (contextColumn >= 0) {
      for (int c = 0; c < measured.contexts().size(); c++) {
        roots.add(single(next++, Math.sqrt(weights.context())));
      }
    }
    this.featureColumn = weights.features() > 0 ? next : -1;
    if (featureColumn >= 0) {
      roots.add(new Root(next, featureRoot()));
      next += targets.size();
    }
    for (Map.Entry<String, Set<Integer>> target : groupsOf.entrySet()) {
      if (target.getValue().size() > 1) {
        next = share(target.getKey(), target.getValue(), next);
      }
    }
    this.columns = next;
    this.rootOf = new Root[columns];
    for (Root root : roots) {
      Arrays.fill(rootOf, root.first(), root.first() + root.lower().length, root);
    }
    this.rows = new Sparse[items.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = columnsOf(i);
    }
    List<Integer> at = new ArrayList<>();
    groupNumber.forEach((names, group) -> fill(names, group, at));
    this.readingBlock = at.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Root single(int column, double root) {
    return new Root(column, new double[][] {{root}});
  }

  private Map<String, Set<Integer>> group(List<Question> items) {
    List<List<Integer>> members = new ArrayList<>();
    Map<String, Set<Integer>> groupsOf = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      List<String> names = items.get(i).targets();
      Integer group = groupNumber.putIfAbsent(names, members.size());
      if (group == null) {
        group = members.size();
        members.add(new ArrayList<>());
      }
      members.get(group).add(i);
      for (String name : names) {
        targets.putIfAbsent(name, targets.size());
        groupsOf.computeIfAbsent(name, any -> new LinkedHashSet<>()).add(group);
      }
    }
    members.forEach(m -> blocks.add(m.stream().mapToInt(Integer::intValue).toArray()));
    return groupsOf;
  }

  /**
   * The root of the covariance of features and targets together. Where features repeat each other
   * and rounding leaves no root, a little is added to each target, and taken from its own term.
   */
  private double[][] featureRoot() {
    List<String> names = List.copyOf(targets.keySet());
    DMatrixRMaj all = new DMatrixRMaj(names.size(), names.size());
    for (int a = 0; a < names.size(); a++) {
      for (int b = 0; b <= a; b++) {
        double f = weights.features() * known.between(names.get(a), names.get(b));
        all.set(a, b, f);
        all.set(b, a, f);
      }
    }
    this.lift = weights.perturbation();
    for (double extra = 0; extra <= MOST_LIFT; extra = Math.max(LEAST_LIFT, 4 * extra)) {
      DMatrixRMaj lifted = all.copy();
      for (int a = 0; a < names.size(); a++) {
        lifted.add(a, a, lift + extra * weights.features());
      }
      CholeskyDecomposition_F64<DMatrixRMaj> cholesky =
          DecompositionFactory_DDRM.chol(names.size(), true);
      if (cholesky.decompose(lifted)) {
        this.lift += extra * weights.features();
        return triangle(cholesky.getT(null));
      }
    }
    throw new ArithmeticException("no root");
  }

  static double[][] triangle(DMatrixRMaj lower) {
    double[][] rows = new double[lower.numRows][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(lower.data, i * lower.numCols, i * lower.numCols + i + 1);
    }
    return rows;
  }

  /** The covariance of a target's responses in two contexts, without what features hold. */
  private double between(int contextA, int contextB, int itemA) {
    return weights.perturbation()
        - lift
        + weights.similar() * measured.items().get(itemA).nearness()[contextB]
        + (contextA == contextB ? weights.interaction() : 0);
  }

  /** Columns of a target that stands in several groups: one per context where these differ. */
  private int share(String target, Set<Integer> groups, int first) {
    Map<Integer, Integer> itemIn = new LinkedHashMap<>();
    for (int group : groups) {
      for (int i : blocks.get(group)) {
        itemIn.putIfAbsent(weights.byContext() ? measured.contextOf()[i] : 0, i);
      }
    }
    Map<Integer, Integer> column = new LinkedHashMap<>();
    int n = itemIn.size();
    DMatrixRMaj joint = new DMatrixRMaj(n, n);
    for (Map.Entry<Integer, Integer> a : itemIn.entrySet()) {
      int row = column.size();
      column.put(a.getKey(), first + row);
      int k = 0;
      for (int b : itemIn.keySet()) {
        joint.set(row, k++, between(a.getKey(), b, a.getValue()));
      }
    }
    if (!weights.byContext()) {
      double own = weights.perturbation() - lift; // zero: features hold all of it
      if (own < 0) {
        throw new ArithmeticException("no root");
      }
      roots.add(single(first, Math.sqrt(own)));
      columnOf.put(target, column);
      return first + 1;
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(n, true);
    if (!cholesky.decompose(joint)) {
      throw new ArithmeticException("no root");
    }
    roots.add(new Root(first, triangle(cholesky.getT(null))));
    columnOf.put(target, column);
    return first + n;
  }

  private Sparse columnsOf(int i) {
    Question item = measured.items().get(i);
    Entries entries = new Entries();
    for (int p = 0; p < measured.share()[i].length; p++) {
      entries.add(p, measured.share()[i][p]);
    }
    if (templateColumn >= 0) {
      entries.add(templateColumn, total(item));
    }
    if (contextColumn >= 0) {
      entries.add(contextColumn + measured.contextOf()[i], total(item));
    }
    for (int a = 0; a < item.targets().size(); a++) {
      String target = item.targets().get(a);
      if (featureColumn >= 0) {
        entries.add(featureColumn + targets.get(target), strength(item, a));
      }
      Map<Integer, Integer> own = columnOf.getOrDefault(target, Map.of());
      Integer column = own.get(weights.byContext() ? measured.contextOf()[i] : 0);
      if (column != null) {
        entries.add(column, strength(item, a));
      }
    }
    return entries.done();
  }

  private double strength(Question q, int target) {
    return weights.plain() ? 1 : q.strength()[target];
  }

  private double total(Question q) {
    return weights.plain() ? 1 : q.totalStrength();
  }

  /** The core of a block, and what answers read of it. */
  private void fill(List<String> names, int group, List<Integer> readingBlocks) {
    int[] block = blocks.get(group);
    double[][] core = new double[block.length][block.length];
    for (int a = 0; a < names.size(); a++) {
      String target = names.get(a);
      if (columnOf.containsKey(target)) {
        continue;
      }
      Map<Integer, Entries> byContext = new LinkedHashMap<>();
      for (int i = 0; i < block.length; i++) {
        Question item = measured.items().get(block[i]);
        int context = measured.contextOf()[block[i]];
        for (int j = 0; j <= i; j++) {
          double both = strength(item, a) * strength(measured.items().get(block[j]), a);
          core[i][j] += both * between(context, measured.contextOf()[block[j]], block[i]);
        }
        byContext
            .computeIfAbsent(weights.byContext() ? context : 0, any -> new Entries())
            .add(block[i], strength(item, a));
      }
      Map<Integer, Integer> reading = new LinkedHashMap<>();
      byContext.forEach(
          (context, entries) -> {
            reading.put(context, readings.size());
            readings.add(entries.done());
            readingBlocks.add(group);
          });
      readingOf.put(target, reading);
    }
    if (names.size() > 1 && weights.combination() > 0) {
      Entries all = new Entries();
      for (int i = 0; i < block.length; i++) {
        all.add(block[i], 1);
        for (int j = 0; j <= i; j++) {
          core[i][j] += weights.combination();
        }
      }
      combinationReading.put(group, readings.size());
      readings.add(all.done());
      readingBlocks.add(group);
    }
    cores.add(core);
  }

  /**
   * The covariance of a question with all items: {@code P a + R b}, with R the readings.
   *
   * @return entries of a, then of b, counted on from {@link #columns()}
   */
  Sparse of(Question q) {
    Entries entries = new Entries();
    if (templateColumn >= 0) {
      entries.add(templateColumn, weights.template() * total(q));
    }
    Integer context = contextNumber.get(q.context());
    if (contextColumn >= 0 && context != null) {
      entries.add(contextColumn + context, weights.context() * total(q));
    }
    if (featureColumn >= 0) {
      targets.forEach(
          (target, number) -> {
            double alike = 0;
            for (int a = 0; a < q.targets().size(); a++) {
              alike += strength(q, a) * known.between(q.targets().get(a), target);
            }
            entries.add(featureColumn + number, weights.features() * alike);
          });
    }
    for (int a = 0; a < q.targets().size(); a++) {
      double strength = strength(q, a);
      String target = q.targets().get(a);
      columnOf
          .getOrDefault(target, Map.of())
          .forEach((c, column) -> entries.add(column, strength * with(q, context, c)));
      readingOf
          .getOrDefault(target, Map.of())
          .forEach((c, r) -> entries.add(columns + r, strength * with(q, context, c)));
    }
    Integer group = q.targets().size() > 1 ? groupNumber.get(q.targets()) : null;
    if (group != null && combinationReading.containsKey(group)) {
      entries.add(columns + combinationReading.get(group), weights.combination());
    }
    return entries.done();
  }

  private double with(Question q, Integer context, int other) {
    if (!weights.byContext()) {
      return weights.perturbation();
    }
    return weights.perturbation()
        + weights.similar() * q.nearness()[other]
        + (context != null && context == other ? weights.interaction() : 0);
  }

  int items() {
    return rows.length;
  }

  int columns() {
    return columns;
  }

  /** The first columns are the control populations, which no amplitude scales. */
  int populations() {
    return measured.sharedNoise().length;
  }

  int readings() {
    return readings.size();
  }

  /** Entries of items. */
  Sparse reading(int number) {
    return readings.get(number);
  }

  int blockOf(int reading) {
    return readingBlock[reading];
  }

  int blocks() {
    return blocks.size();
  }

  int[] block(int number) {
    return blocks.get(number);
  }

  /** Lower triangle of a block's covariance per unit amplitude. */
  double[][] core(int block) {
    return cores.get(block);
  }

  double noise(int item) {
    return measured.noise()[item];
  }

  /** The entries of an item in the columns. */
  Sparse row(int item) {
    return rows[item];
  }

  List<Root> roots() {
    return roots;
  }

  Root rootOf(int column) {
    return rootOf[column];
  }

  /** Collects what is not zero, in the order of arrival. */
  private static final class Entries {
    private int[] at = new int[4];
    private double[] value = new double[4];
    private int n;

    void add(int where, double what) {
      if (what != 0) {
        if (n == at.length) {
          at = Arrays.copyOf(at, 2 * n);
          value = Arrays.copyOf(value, 2 * n);
        }
        at[n] = where;
        value[n++] = what;
      }
    }

    Sparse done() {
      return new Sparse(Arrays.copyOf(at, n), Arrays.copyOf(value, n));
    }
  }
}
