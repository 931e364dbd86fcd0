package org.virtualcell.evaluate;

import java.util.List;
import java.util.Optional;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.Scrutiny.Figure;
import org.virtualcell.evaluate.confidence.Confidence;

/** The figures of a model's confidence, by the names files use. */
final class ConfidenceFigures {
  private ConfidenceFigures() {}

  static void add(List<Figure> figures, String model, Confidence c) {
    for (Confidence.Stratum s : c.strata()) {
      int n = s.perturbations();
      add(figures, model, "coverage_" + s.name(), s.coverage(), s.interval(), n);
      add(figures, model, "width_" + s.name(), s.width(), Optional.empty(), n);
    }
    c.conformalWidth()
        .ifPresent(
            w -> add(figures, model, "conformal_width", w, Optional.empty(), c.calibratedOn()));
    c.riskCoverage()
        .ifPresent(
            r -> {
              add(figures, model, "aurc", r.aurc(), Optional.empty(), r.answers());
              add(figures, model, "aurc_excess", r.excess(), Optional.empty(), r.answers());
              add(figures, model, "aurc_gain", r.gain(), Optional.empty(), r.answers());
            });
    c.confidentlyWrong().ifPresent(s -> add(figures, model, "confidently_wrong", s));
    c.wrongCalls().ifPresent(s -> add(figures, model, "wrong_calls", s));
    c.changed().ifPresent(p -> add(figures, model, "changed", p));
    c.up().ifPresent(p -> add(figures, model, "up", p));
    c.distance()
        .ifPresent(
            d ->
                add(
                    figures,
                    model,
                    "error_by_distance",
                    d.correlation(),
                    d.interval(),
                    d.conditions()));
    c.abstention()
        .ifPresent(
            a -> {
              add(
                  figures,
                  model,
                  "error_answered",
                  a.answeredError(),
                  Optional.empty(),
                  a.answered());
              add(figures, model, "error_all", a.allError(), Optional.empty(), c.answers());
              add(
                  figures,
                  model,
                  "abstention_gain",
                  a.allError() - a.answeredError(),
                  a.interval().map(i -> new Interval(i.level(), -i.upper(), -i.lower())),
                  c.answers());
            });
  }

  private static void add(
      List<Figure> figures, String model, String name, Confidence.Probabilities p) {
    add(figures, model, "brier_" + name, p.brier(), p.interval(), p.perturbations());
    add(
        figures,
        model,
        "brier_" + name + "_rate",
        p.bins().brierOfTheRate(),
        Optional.empty(),
        p.perturbations());
    add(figures, model, "ece_" + name, p.calibrationError(), Optional.empty(), p.perturbations());
  }

  private static void add(List<Figure> figures, String model, String name, Confidence.Share s) {
    add(figures, model, name, s.value(), Optional.empty(), s.n());
    add(figures, model, name + "_upper95", s.upperLimit(), Optional.empty(), s.n());
  }

  private static void add(
      List<Figure> figures,
      String model,
      String name,
      double value,
      Optional<Interval> interval,
      long n) {
    figures.add(new Figure(model, name, value, interval, n));
  }
}
