package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.Perturbation;
import org.virtualcell.atlas.LeakageReport.Finding;
import org.virtualcell.atlas.LeakageReport.Severity;

/** Looks through a fold for what a {@link LeakageReport} tells. */
final class LeakageAudit {
  /** Fourteen letters for the skeleton, ten for the rest, one for the protonation. */
  private static final Pattern INCHI_KEY = Pattern.compile("([A-Z]{14})-[A-Z]{10}-[A-Z]");

  private LeakageAudit() {}

  /** The findings, gravest first. */
  static List<Finding> findings(PerturbationData data, Fold fold) {
    List<Condition> training = fold.training().conditions();
    List<Condition> heldOut = LeakageReport.heldOut(fold);
    List<Finding> findings = new ArrayList<>();
    conditions(training, heldOut, findings);
    targets(fold.protocol(), training, heldOut, findings);
    contexts(fold.protocol(), training, heldOut, findings);
    duplicates(data, training, heldOut, findings);
    nearDuplicates(data, training, heldOut, findings);
    guides(data, fold.protocol(), training, heldOut, findings);
    structures(fold.protocol(), training, heldOut, findings);
    donors(training, heldOut, findings);
    batches(data, training, heldOut, findings);
    controls(data, heldOut, findings);
    findings.sort(java.util.Comparator.comparing(Finding::severity));
    return findings;
  }

  /** Whether the perturbation itself must be new to the model. */
  private static boolean mustBeUnseen(String protocol) {
    return protocol.equals(SplitPolicy.UNSEEN_PERTURBATION.label())
        || protocol.equals(SplitPolicy.UNSEEN_BOTH.label());
  }

  private static void nearDuplicates(
      PerturbationData data,
      List<Condition> training,
      List<Condition> heldOut,
      List<Finding> findings) {
    long copies = data.nearDuplicates().count(rows(data, training), rows(data, heldOut));
    if (copies > 0) {
      findings.add(
          new Finding(
              Severity.LEAK,
              "near-duplicate-cells",
              copies,
              copies
                  + " held-out cells share at least "
                  + Math.round(100 * NearDuplicates.SIMILARITY)
                  + " % of their values, gene by gene, with a training cell."));
    }
  }

  private static int[] rows(PerturbationData data, List<Condition> conditions) {
    return conditions.stream().flatMapToInt(c -> IntStream.of(data.rowsOf(c))).toArray();
  }

  private static void guides(
      PerturbationData data,
      String protocol,
      List<Condition> training,
      List<Condition> heldOut,
      List<Finding> findings) {
    Set<String> shared = guides(data, training);
    shared.retainAll(guides(data, heldOut));
    if (!shared.isEmpty() && mustBeUnseen(protocol)) {
      findings.add(
          new Finding(
              Severity.LEAK,
              "shared-guides",
              shared.size(),
              "Guides of held-out cells are in training cells under another label: "
                  + some(shared)
                  + "."));
    }
  }

  private static Set<String> guides(PerturbationData data, List<Condition> conditions) {
    Set<String> guides = new TreeSet<>();
    for (int cell : rows(data, conditions)) {
      data.guide(cell).ifPresent(guides::add);
    }
    return guides;
  }

  /**
   * Compounds of one structure under two names. Structures are compared as text: a SMILES by its
   * largest fragment (without a counter-ion) and without stereochemistry, or a name that is an
   * InChI key, whose first block is the skeleton without its charge and stereochemistry. One
   * molecule spelled in two ways is not found, and the report says so.
   */
  private static void structures(
      String protocol, List<Condition> training, List<Condition> heldOut, List<Finding> findings) {
    Set<String> asked = structures(heldOut);
    List<Condition> same =
        training.stream()
            .filter(c -> structures(List.of(c)).stream().anyMatch(asked::contains))
            .filter(c -> !targets(heldOut).containsAll(Splits.targets(c.perturbation())))
            .toList();
    if (!asked.isEmpty() && mustBeUnseen(protocol)) {
      findings.add(
          new Finding(
              Severity.CAUTION,
              "structures-as-text",
              asked.size(),
              "Structures are compared as they are spelled, without counter-ions and"
                  + " stereochemistry; the same molecule spelled otherwise, and near relatives, are"
                  + " not found. Use canonical SMILES of one program, or InChI keys."));
    }
    if (!same.isEmpty() && mustBeUnseen(protocol)) {
      findings.add(
          new Finding(
              Severity.LEAK,
              "same-structure",
              same.size(),
              "Compounds of the structure of a held-out one are in training under another name: "
                  + same
                  + "."));
    }
  }

  private static Set<String> structures(List<Condition> conditions) {
    Set<String> structures = new TreeSet<>();
    for (Condition condition : conditions) {
      for (Perturbation part : condition.perturbation().parts()) {
        if (part instanceof Perturbation.CompoundPerturbation compound) {
          compound.smiles().ifPresent(s -> structures.add("SMILES " + skeleton(s)));
          Matcher key = INCHI_KEY.matcher(compound.name().strip());
          if (key.matches()) {
            structures.add("InChI key " + key.group(1));
          }
        }
      }
    }
    return structures;
  }

  /** The largest fragment without marks of stereochemistry. */
  private static String skeleton(String smiles) {
    String largest = "";
    for (String fragment : smiles.strip().split("\\.", -1)) {
      largest = fragment.length() > largest.length() ? fragment : largest;
    }
    return largest.replaceAll("[/\\\\]", "").replaceAll("\\[C@+H\\]", "C").replace("@", "");
  }

  private static void donors(
      List<Condition> training, List<Condition> heldOut, List<Finding> findings) {
    Set<String> shared = donors(training);
    shared.retainAll(donors(heldOut));
    if (!shared.isEmpty()) {
      findings.add(
          new Finding(
              Severity.CAUTION,
              "shared-donors",
              shared.size(),
              "Donors with training and held-out cells: " + some(shared) + "."));
    }
  }

  private static Set<String> donors(List<Condition> conditions) {
    Set<String> donors = new TreeSet<>();
    conditions.forEach(c -> c.context().get(CellContext.Fact.DONOR).ifPresent(donors::add));
    return donors;
  }

  private static String some(Set<String> names) {
    List<String> first = names.stream().limit(5).toList();
    return String.join(", ", first)
        + (names.size() > first.size() ? " and " + (names.size() - first.size()) + " more" : "");
  }

  private static void conditions(
      List<Condition> training, List<Condition> heldOut, List<Finding> findings) {
    Set<Condition> both = new LinkedHashSet<>(heldOut);
    both.retainAll(new HashSet<>(training));
    if (!both.isEmpty()) {
      findings.add(
          new Finding(
              Severity.LEAK,
              "same-condition",
              both.size(),
              "Trained on and scored: " + both + "."));
    }
  }

  private static void targets(
      String protocol, List<Condition> training, List<Condition> heldOut, List<Finding> findings) {
    Set<String> asked = targets(heldOut);
    List<Condition> singles =
        training.stream()
            .filter(c -> c.perturbation().parts().size() == 1)
            .filter(c -> asked.containsAll(Splits.targets(c.perturbation())))
            .toList();
    List<Condition> combinations =
        training.stream()
            .filter(c -> c.perturbation().parts().size() > 1)
            .filter(c -> Splits.targets(c.perturbation()).stream().anyMatch(asked::contains))
            .toList();
    boolean mustBeUnseen = mustBeUnseen(protocol);
    boolean expected =
        protocol.equals(SplitPolicy.UNSEEN_CONTEXT.label()) || protocol.equals("seen");
    if (!singles.isEmpty() && !expected) {
      findings.add(
          new Finding(
              mustBeUnseen ? Severity.LEAK : Severity.CAUTION,
              "single-in-training",
              singles.size(),
              "Targets of held-out conditions are perturbed alone in training: " + singles + "."));
    }
    if (!combinations.isEmpty() && !expected) {
      findings.add(
          new Finding(
              mustBeUnseen ? Severity.LEAK : Severity.CAUTION,
              "combination-in-training",
              combinations.size(),
              "Targets of held-out conditions are part of training combinations: "
                  + combinations
                  + "."));
    }
    if (protocol.equals(SplitPolicy.UNSEEN_COMBINATION.label())) {
      Set<Set<String>> held =
          heldOut.stream().map(c -> Splits.targets(c.perturbation())).collect(Collectors.toSet());
      List<Condition> same =
          training.stream().filter(c -> held.contains(Splits.targets(c.perturbation()))).toList();
      if (!same.isEmpty()) {
        findings.add(
            new Finding(
                Severity.LEAK,
                "combination-elsewhere",
                same.size(),
                "The held-out combination is in training in another context or mode: "
                    + same
                    + "."));
      }
    }
  }

  private static Set<String> targets(Collection<Condition> conditions) {
    Set<String> targets = new TreeSet<>();
    conditions.forEach(c -> targets.addAll(Splits.targets(c.perturbation())));
    return targets;
  }

  private static void contexts(
      String protocol, List<Condition> training, List<Condition> heldOut, List<Finding> findings) {
    if (!protocol.equals(SplitPolicy.UNSEEN_CONTEXT.label())
        && !protocol.equals(SplitPolicy.UNSEEN_BOTH.label())) {
      return;
    }
    Set<CellContext> asked = heldOut.stream().map(Condition::context).collect(Collectors.toSet());
    long inside = training.stream().filter(c -> asked.contains(c.context())).count();
    if (inside > 0) {
      findings.add(
          new Finding(
              Severity.LEAK,
              "context-in-training",
              inside,
              inside + " training conditions are of a context that is claimed to be unseen."));
    }
  }

  private static void duplicates(
      PerturbationData data,
      List<Condition> training,
      List<Condition> heldOut,
      List<Finding> findings) {
    Map<Long, List<Integer>> known = new HashMap<>();
    for (Condition c : training) {
      for (int cell : data.rowsOf(c)) {
        known.computeIfAbsent(data.halves().contentHash(cell), h -> new ArrayList<>()).add(cell);
      }
    }
    for (CellContext context : data.contexts()) {
      for (int cell : data.controlRows(context)) {
        known.computeIfAbsent(data.halves().contentHash(cell), h -> new ArrayList<>()).add(cell);
      }
    }
    long copies = 0;
    long empty = 0;
    for (Condition c : heldOut) {
      for (int cell : data.rowsOf(c)) {
        List<Integer> alike = known.getOrDefault(data.halves().contentHash(cell), List.of());
        if (alike.stream().anyMatch(other -> sameValues(data.expression(), cell, other))) {
          if (data.expression().rowStart(cell) == data.expression().rowStart(cell + 1)) {
            empty++;
          } else {
            copies++;
          }
        }
      }
    }
    if (copies > 0) {
      findings.add(
          new Finding(
              Severity.LEAK,
              "duplicate-cells",
              copies,
              copies + " held-out cells have the very values of a training cell."));
    }
    if (empty > 0) {
      findings.add(
          new Finding(
              Severity.CAUTION,
              "empty-cells",
              empty,
              empty + " held-out cells express none of the genes, and so do training cells."));
    }
  }

  private static boolean sameValues(CsrMatrix m, int a, int b) {
    int length = m.rowStart(a + 1) - m.rowStart(a);
    if (a == b || length != m.rowStart(b + 1) - m.rowStart(b)) {
      return a == b;
    }
    for (int k = 0; k < length; k++) {
      int i = m.rowStart(a) + k;
      int j = m.rowStart(b) + k;
      if (m.geneAt(i) != m.geneAt(j)
          || Float.floatToIntBits(m.valueAt(i)) != Float.floatToIntBits(m.valueAt(j))) {
        return false;
      }
    }
    return true;
  }

  private static void batches(
      PerturbationData data,
      List<Condition> training,
      List<Condition> heldOut,
      List<Finding> findings) {
    Set<String> shared = batches(data, training);
    shared.retainAll(batches(data, heldOut));
    if (!shared.isEmpty()) {
      findings.add(
          new Finding(
              Severity.CAUTION,
              "shared-batches",
              shared.size(),
              "Batches with training and held-out cells: " + shared + "."));
    }
  }

  private static Set<String> batches(PerturbationData data, List<Condition> conditions) {
    Set<String> batches = new TreeSet<>();
    for (Condition c : conditions) {
      for (int cell : data.rowsOf(c)) {
        data.batch(cell).ifPresent(b -> batches.add(c.context().name() + "/" + b));
      }
    }
    return batches;
  }

  private static void controls(
      PerturbationData data, List<Condition> heldOut, List<Finding> findings) {
    Set<CellContext> asked =
        heldOut.stream()
            .map(Condition::context)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    long cells = asked.stream().mapToLong(data::controlCount).sum();
    findings.add(
        new Finding(
            Severity.CAUTION,
            "shared-controls",
            cells,
            "Effects are measured against "
                + cells
                + " control cells that training sees too; their sampling error is common to both"
                + " sides."));
  }
}
