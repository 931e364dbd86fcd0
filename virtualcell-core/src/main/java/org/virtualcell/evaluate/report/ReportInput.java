package org.virtualcell.evaluate.report;

import java.util.List;
import java.util.Objects;
import org.virtualcell.evaluate.EvaluationResult;

/**
 * Everything the page shows. The same input gives the same bytes; a date appears only where the
 * caller puts it among the facts.
 *
 * @param title the heading, such as the name of the data
 * @param command the command that reproduces the page
 * @param facts what was asked: data file, digests, seed, device, date
 * @param data cells, genes, contexts, perturbations, modes, units and how they were detected
 * @param split protocols and folds; its findings are the leakage report
 * @param result the evaluation
 */
public record ReportInput(
    String title,
    String command,
    List<FactCard.Fact> facts,
    FactCard data,
    FactCard split,
    EvaluationResult result) {
  /** Checks that nothing is missing. */
  public ReportInput {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(command, "command");
    facts = List.copyOf(facts);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(result, "result");
  }
}
