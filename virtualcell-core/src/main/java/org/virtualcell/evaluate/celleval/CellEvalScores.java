package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.virtualcell.evaluate.report.FactCard.Fact;
import org.virtualcell.evaluate.report.SuiteScores;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Omission;
import org.virtualcell.evaluate.report.SuiteScores.Part;
import org.virtualcell.evaluate.report.SuiteScores.Signal;

/** Results of the 2025 suite as a report shows them. */
public final class CellEvalScores {
  /** Findings from which a perturbation counts as clear, as in the 2026 suite. */
  private static final int CLEAR = 10;

  private final Map<String, CellEvalResult> models;
  private final CellEvalResult own;
  private final CellEvalScore score;

  private CellEvalScores(Map<String, CellEvalResult> models) {
    this.models = models;
    this.own = models.get(CellEvalFiles.PREDICTED);
    this.score = CellEvalScore.of(own.aggregate(), models.get(CellEvalFiles.BASELINE).aggregate());
  }

  /**
   * Puts results into the form of a report.
   *
   * @param results cell type (empty where cells are not split) to model to result, with the
   *     prediction and the baseline
   * @return figures, scales and omissions
   */
  public static SuiteScores of(Map<String, Map<String, CellEvalResult>> results) {
    CellEvalOptions options =
        results.values().iterator().next().get(CellEvalFiles.PREDICTED).options();
    List<Part> parts = new ArrayList<>();
    double sum = 0;
    for (Map.Entry<String, Map<String, CellEvalResult>> entry : results.entrySet()) {
      CellEvalScores scores = new CellEvalScores(entry.getValue());
      parts.add(scores.part(entry.getKey()));
      sum += scores.score.average();
    }
    return new SuiteScores(
        options.profile().label(),
        List.of(
            new Fact("profile", options.profile().label(), "as cell-eval 0.8.1"),
            new Fact("digest of the rules", options.profile().digest().hex()),
            new Fact("reading", options.reading().name().toLowerCase(Locale.ROOT)),
            new Fact("control label", options.control())),
        "predicted log1p profiles against measured ones by the metrics of the 2025 challenge; what"
            + " the model was trained on, the files do not say",
        "the mean of all groups, the same for every perturbation; below it nothing is lost",
        "the ideal value, which repeating the experiment would not reach",
        OptionalDouble.of(sum / parts.size()),
        parts);
  }

  private Part part(String type) {
    List<String> notes = new ArrayList<>(own.notes());
    for (MetricColumn column : own.columns()) {
      if (column.undefined() > 0) {
        notes.add(
            column.metric().label()
                + " is not a number for "
                + column.undefined()
                + " of "
                + column.size()
                + " perturbations, so that by the original's rule its mean is none and it scores"
                + " 0; the strict reading counts them as the worst value");
      }
    }
    return new Part(
        type,
        own.cells(),
        own.perturbations(),
        IntStream.range(0, own.perturbations().size()).mapToObj(this::signal).toList(),
        own.columns().stream().map(this::line).toList(),
        OptionalDouble.of(score.average()),
        omissions(),
        notes);
  }

  private Signal signal(int p) {
    if (own.findings().isEmpty()) {
      return Signal.UNKNOWN;
    }
    int findings = own.findings().get(p);
    return findings == 0 ? Signal.NONE : findings < CLEAR ? Signal.WEAK : Signal.CLEAR;
  }

  private Line line(MetricColumn column) {
    CellEvalMetric metric = column.metric();
    String label = metric.label();
    boolean scored = score.scores().containsKey(label);
    double value = own.aggregate().value("mean", label).orElse(Double.NaN);
    OptionalDouble baseline = models.get(CellEvalFiles.BASELINE).aggregate().value("mean", label);
    double best = metric.kind() == CellEvalMetric.Kind.ERROR ? 0 : 1;
    double[] ones = new double[column.size()];
    Arrays.fill(ones, 1);
    return new Line(
        label,
        metric.kind() == CellEvalMetric.Kind.ERROR,
        scored,
        value,
        column.present().length - column.undefined(),
        scored
            ? Optional.of(
                new SuiteScores.Scale(
                    baseline.orElse(Double.NaN), best, 0, Double.POSITIVE_INFINITY, 0))
            : Optional.empty(),
        scored ? OptionalDouble.of(score.scores().get(label)) : OptionalDouble.empty(),
        Optional.ofNullable(models.get(CellEvalFiles.CEILING))
            .flatMap(c -> c.columns().stream().filter(k -> k.metric() == metric).findFirst())
            .map(
                c ->
                    new SuiteScores.Replicate(
                        AggregateTable.of(List.of(c)).value("mean", label).orElse(Double.NaN),
                        Double.NaN)),
        baseline,
        metric.isOfPanel() ? new double[0] : figures(column),
        ones,
        metric.isOfPanel() || metric.kind() == CellEvalMetric.Kind.COUNT
            ? new double[0]
            : models.get(CellEvalFiles.BASELINE).columns().stream()
                .filter(k -> k.metric() == metric)
                .findFirst()
                .map(CellEvalScores::figures)
                .orElse(new double[0]));
  }

  private static double[] figures(MetricColumn column) {
    return IntStream.range(0, column.size()).mapToDouble(column::value).toArray();
  }

  private List<Omission> omissions() {
    List<Omission> omissions = new ArrayList<>();
    for (String line : own.omitted()) {
      int colon = line.indexOf(": ");
      omissions.add(new Omission(line.substring(0, colon), "", line.substring(colon + 2)));
    }
    for (MetricColumn column : own.columns()) {
      for (int p = 0; p < column.size(); p++) {
        if (column.isMissing(p)) {
          omissions.add(
              new Omission(
                  own.perturbations().get(p),
                  column.metric().label(),
                  "no gene changes beyond chance in the measured cells"));
        } else if (Double.isNaN(column.value(p))) {
          omissions.add(
              new Omission(
                  own.perturbations().get(p),
                  column.metric().label(),
                  "not a number: a constant profile, or nothing or everything is a finding"));
        }
      }
    }
    return Collections.unmodifiableList(omissions);
  }
}
