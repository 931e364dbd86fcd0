package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.virtualcell.evaluate.vcc.ChallengeResult;
import org.virtualcell.evaluate.vcc.ContextResult;
import org.virtualcell.evaluate.vcc.MemberScore;

/** The result of a challenge as a person reads it: a table per context, the mean at the end. */
final class ChallengeTable {
  private final ChallengeResult result;

  ChallengeTable(ChallengeResult result) {
    this.result = result;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (ContextResult context : result.contexts()) {
      lines.add(
          "Context "
              + context.context()
              + ": "
              + context.table().perturbations().size()
              + " perturbations, "
              + context.cells()
              + " measured cells");
      TextTable table =
          new TextTable("metric", ">value", ">n", ">baseline", ">replicate", ">score");
      for (MemberScore score : context.scores()) {
        int used = context.table().aggregate(score.metric()).used();
        table.row(
            score.metric().label(),
            number(score.value()),
            used == 0 ? "" : Integer.toString(used),
            number(score.baseline()),
            number(score.replicate()),
            number(score.fromReplicate()));
      }
      table.row("overall", "", "", "", "", number(context.score()));
      table.row("overall, constant scale", "", "", "", "", number(context.constantScore()));
      lines.addAll(table.lines("  "));
      lines.add("");
    }
    result
        .score()
        .ifPresent(score -> lines.add("Overall score, mean of contexts: " + number(score)));
    lines.add("On the constant scale: " + number(result.constantScore()));
    return lines;
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
