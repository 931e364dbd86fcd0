package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the figures of a scope come to, in plain words. The judgement rests on the pooled relative
 * error with separate controls, which no shared sampling error can flatter; with shared controls
 * (and said so) where nothing else can be had, as for predictions from a file.
 */
final class Verdicts {
  static final String NO_CHANGE = "no-change";
  static final Statistic STATISTIC = Statistic.POOLED;

  private final ScopeResult figures;
  private final Metric metric;

  private Verdicts(ScopeResult figures) {
    this.figures = figures;
    this.metric = metric(figures);
  }

  /** The metric judgements rest on in a scope. */
  static Metric metric(ScopeResult figures) {
    return figures.scope().protocol().equals(PredictedCells.PROTOCOL)
        ? Metric.RELATIVE_ERROR
        : Metric.RELATIVE_ERROR_SEPARATE;
  }

  static List<String> of(ScopeResult figures, List<String> contestants, List<String> baselines) {
    Verdicts verdicts = new Verdicts(figures);
    List<String> sentences = new ArrayList<>();
    sentences.add(verdicts.data());
    for (String model : contestants) {
      if (!model.equals(NO_CHANGE)) {
        sentences.add(verdicts.model(model, baselines));
      }
    }
    return sentences;
  }

  private String data() {
    SignalGate gate = figures.gate();
    String halves =
        gate.perturbations() == 0
            ? "no perturbation has enough cells to compare two halves of them"
            : "two halves of the cells agree with r = "
                + Figures.of(gate.splitHalf())
                + gate.interval().map(i -> Figures.interval(Optional.of(i))).orElse("")
                + " on "
                + counted(gate.perturbations(), "perturbation");
    return switch (gate.status()) {
      case TESTED ->
          "Tested: "
              + halves
              + "; a model that knew the noise-free effect would reach about "
              + Figures.of(gate.perfectModel())
              + ".";
      case NO_SIGNAL ->
          "No signal: "
              + halves
              + ", too little for any score here to speak for or against a model.";
      case TOO_FEW ->
          "Too few: "
              + halves
              + "; "
              + SignalGate.LEAST_PERTURBATIONS
              + " are needed, so nothing is claimed.";
    };
  }

  private String model(String model, List<String> baselines) {
    Optional<Comparison> beside = figures.comparison(model, NO_CHANGE, metric, STATISTIC);
    if (beside.isEmpty()) {
      return model + ": no condition could be scored.";
    }
    Comparison c = beside.get();
    return model
        + " is better than "
        + NO_CHANGE
        + " on "
        + c.wins()
        + " of "
        + counted(c.perturbations(), "perturbation")
        + (c.ties() > 0 ? " (" + c.ties() + " tied)" : "")
        + (metric == Metric.RELATIVE_ERROR
            ? ": relative error (shared controls) "
            : ": relative error ")
        + Figures.of(value(model))
        + " against "
        + Figures.of(value(NO_CHANGE))
        + ", difference "
        + Figures.signed(c.difference())
        + Figures.interval(c.interval())
        + ", "
        + words(c.outcome())
        + rival(model, baselines)
        + against(model, baselines)
        + silence(model)
        + ".";
  }

  private double value(String model) {
    return figures.score(model, metric, STATISTIC).map(Score::value).orElse(0.0);
  }

  /** Beside the best other baseline, where that is not "no change". */
  private String rival(String model, List<String> baselines) {
    return baselines.stream()
        .filter(baseline -> !baseline.equals(model))
        .flatMap(baseline -> figures.score(baseline, metric, STATISTIC).stream())
        .min(Comparator.comparingDouble(Score::value))
        .filter(best -> !best.model().equals(NO_CHANGE))
        .flatMap(best -> figures.comparison(model, best.model(), metric, STATISTIC))
        .map(
            c ->
                "; beside the best baseline, "
                    + c.baseline()
                    + ", "
                    + Figures.signed(c.difference())
                    + Figures.interval(c.interval())
                    + ", "
                    + words(c.outcome()))
        .orElse("");
  }

  /** Against which baselines the interval of the difference does not hold zero. */
  private String against(String model, List<String> baselines) {
    List<String> below = new ArrayList<>();
    List<String> above = new ArrayList<>();
    int compared = 0;
    for (String baseline : baselines) {
      Optional<Comparison> c =
          baseline.equals(model)
              ? Optional.empty()
              : figures.comparison(model, baseline, metric, STATISTIC);
      if (c.isPresent() && c.get().interval().isPresent()) {
        compared++;
        if (c.get().interval().get().upper() < 0) {
          below.add(baseline);
        } else if (c.get().interval().get().lower() > 0) {
          above.add(baseline);
        }
      }
    }
    if (compared == 0) {
      return "";
    }
    return "; of the differences to "
        + counted(compared, "baseline")
        + ", the interval is below zero (better) for "
        + named(below)
        + " and above zero (worse) for "
        + named(above);
  }

  private static String named(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private String silence(String model) {
    ScopeResult.AnswerCount count = figures.answers().get(model);
    if (count == null || count.noEvidence() + count.abstained() == 0) {
      return "";
    }
    return "; it abstained on "
        + count.abstained()
        + " and saw no evidence on "
        + count.noEvidence()
        + " of "
        + counted(figures.items(), "condition");
  }

  private static String words(Comparison.Outcome outcome) {
    return switch (outcome) {
      case BETTER -> "better";
      case WORSE -> "worse";
      case NOT_DISTINGUISHABLE -> "not distinguishable";
    };
  }

  private static String counted(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
