package org.virtualcell.evaluate.report;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Part;
import org.virtualcell.evaluate.report.SuiteScores.Scale;
import org.virtualcell.evaluate.report.SuiteScores.Signal;

/** A made-up suite: one metric always won, one always lost, one tied, one for the whole panel. */
final class SuiteSamples {
  static final int PERTURBATIONS = 12;

  private SuiteSamples() {}

  static double[] figures(double first, double step) {
    return IntStream.range(0, PERTURBATIONS).mapToDouble(p -> first + step * p).toArray();
  }

  static Line line(String metric, boolean lower, double[] own, double... base) {
    double[] ones = new double[PERTURBATIONS];
    Arrays.fill(ones, 1);
    double value = Arrays.stream(own).filter(Double::isFinite).average().orElse(Double.NaN);
    double baseline = Arrays.stream(base).filter(Double::isFinite).average().orElse(Double.NaN);
    Scale scale = new Scale(baseline, lower ? 0 : 1, 0, Double.POSITIVE_INFINITY, 0);
    return new Line(
        metric,
        lower,
        true,
        value,
        (int) Arrays.stream(own).filter(Double::isFinite).count(),
        Optional.of(scale),
        OptionalDouble.of(scale.score(value)),
        Optional.empty(),
        OptionalDouble.of(baseline),
        own,
        ones,
        base);
  }

  static Part part(String name, Line... lines) {
    double score =
        Arrays.stream(lines).mapToDouble(l -> l.score().getAsDouble()).average().orElseThrow();
    return new Part(
        name,
        500,
        IntStream.range(0, PERTURBATIONS)
            .mapToObj(p -> p == 3 ? ReportSamples.HOSTILE : "TF" + p)
            .toList(),
        IntStream.range(0, PERTURBATIONS)
            .mapToObj(p -> p < 2 ? Signal.NONE : p < 5 ? Signal.WEAK : Signal.CLEAR)
            .toList(),
        List.of(lines),
        OptionalDouble.of(score),
        List.of(new SuiteScores.Omission("TF0", "mae", "no gene changes")),
        List.of("a note"));
  }

  static SuiteScores small() {
    Part part =
        part(
            "K562",
            line("mae", true, figures(0.1, 0.01), figures(0.5, 0.01)),
            line("pearson_delta", false, figures(0.1, 0.001), figures(0.4, 0.01)),
            line("overlap_at_N", false, figures(0.3, 0), figures(0.3, 0)));
    return new SuiteScores(
        "full-v1",
        List.of(new FactCard.Fact("digest", "abc")),
        "cells <b>against</b> cells",
        "the mean response",
        "the ideal value",
        part.score(),
        List.of(part));
  }
}
