package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.LeakageReport;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.evaluate.report.FactCard;
import org.virtualcell.io.AnnotatedData;

/** The data card and the split card of a report. */
final class FactCards {
  private FactCards() {}

  /**
   * What the data are.
   *
   * @param cells the data, labelled
   * @return the card
   */
  static FactCard ofData(LabelledCells cells) {
    AnnotatedData file = cells.file();
    PerturbationData data = cells.data();
    List<FactCard.Fact> facts = new ArrayList<>();
    facts.add(new FactCard.Fact("format", file.format()));
    facts.add(new FactCard.Fact("cells", Long.toString(data.cells())));
    facts.add(new FactCard.Fact("genes", Integer.toString(data.genes().size())));
    facts.add(new FactCard.Fact("units", data.units().toString(), file.units().rule()));
    facts.add(new FactCard.Fact("control label", data.controlLabel()));
    cells.choices().forEach(choice -> facts.add(new FactCard.Fact("chosen", choice)));
    facts.add(new FactCard.Fact("data digest", data.digest().toString()));
    List<String> findings = new ArrayList<>(file.contents().faults());
    findings.addAll(file.units().faults());
    findings.addAll(data.notes());
    return new FactCard(facts, List.of(contexts(data)), findings);
  }

  private static FactCard.Table contexts(PerturbationData data) {
    List<List<String>> rows = new ArrayList<>();
    for (CellContext context : data.contexts()) {
      List<Condition> conditions =
          data.conditions().stream().filter(c -> c.context().equals(context)).toList();
      rows.add(
          List.of(
              context.name(),
              Integer.toString(data.controlCount(context)),
              Long.toString(conditions.stream().mapToLong(data::cellCount).sum()),
              Integer.toString(conditions.size()),
              kinds(conditions)));
    }
    return new FactCard.Table(
        "Contexts",
        List.of("context", "control cells", "perturbed cells", "conditions", "perturbations"),
        rows);
  }

  /**
   * How many perturbations of which kind.
   *
   * @param conditions some conditions
   * @return such as {@code 12 combination, 17 activation}
   */
  static String kinds(List<Condition> conditions) {
    return conditions.stream()
        .collect(
            Collectors.groupingBy(
                c -> PerturbationWords.kind(c.perturbation()), TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Findings of all folds, the same kind once, with the number of folds and one instance. */
  private static List<String> leaks(PerturbationData data, List<Fold> folds) {
    record Kind(LeakageReport.Severity severity, String kind) {}
    Map<Kind, List<String>> found = new LinkedHashMap<>();
    for (Fold fold : folds) {
      for (LeakageReport.Finding finding : LeakageReport.of(data, fold).findings()) {
        found
            .computeIfAbsent(new Kind(finding.severity(), finding.kind()), k -> new ArrayList<>())
            .add(fold.protocol() + ": " + finding.text());
      }
    }
    List<String> sentences = new ArrayList<>();
    boolean clean =
        found.keySet().stream().noneMatch(k -> k.severity() == LeakageReport.Severity.LEAK);
    sentences.add(
        clean
            ? "No fold leaks: no held-out condition, target, context or cell is in training where"
                + " its regime forbids it."
            : "Some folds leak; their scores are too good.");
    found.forEach(
        (kind, texts) ->
            sentences.add(
                kind.severity()
                    + " "
                    + kind.kind()
                    + " in "
                    + texts.size()
                    + " of "
                    + folds.size()
                    + " folds, such as "
                    + texts.get(0)));
    return sentences;
  }

  /**
   * How conditions were held out.
   *
   * @param cells the data, labelled
   * @param folds the folds
   * @param seed the seed that made them
   * @return the card; its findings are the leakage report
   */
  static FactCard ofSplit(LabelledCells cells, List<Fold> folds, long seed) {
    Map<String, List<Fold>> byProtocol =
        folds.stream()
            .collect(
                Collectors.groupingBy(Fold::protocol, LinkedHashMap::new, Collectors.toList()));
    List<List<String>> rows = new ArrayList<>();
    byProtocol.forEach(
        (protocol, turns) ->
            rows.add(
                List.of(
                    protocol,
                    Integer.toString(turns.size()),
                    Long.toString(turns.stream().mapToLong(f -> f.heldOut().size()).sum()))));
    return new FactCard(
        List.of(
            new FactCard.Fact("protocol", "rotation", "every condition is held out once"),
            new FactCard.Fact("seed", Long.toString(seed))),
        List.of(
            new FactCard.Table("Regimes", List.of("regime", "folds", "held-out conditions"), rows)),
        leaks(cells.data(), folds));
  }
}
