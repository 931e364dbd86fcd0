package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.Comparison;
import org.virtualcell.evaluate.report.SuiteScores.Line;
import org.virtualcell.evaluate.report.SuiteScores.Part;
import org.virtualcell.evaluate.report.SuiteScores.Scale;

class SuiteFindingsTest {
  private static SuiteFindings of(Line... lines) {
    return new SuiteFindings(SuiteSamples.part("", lines));
  }

  @Test
  void aMetricIsBetterWorseOrNotToldApartByThePairedDifference() {
    double[] noise = new Random(1).doubles(SuiteSamples.PERTURBATIONS, -1, 1).toArray();
    double[] ahead = Arrays.stream(noise).map(v -> v + 0.1).toArray();
    double[] other = new Random(2).doubles(SuiteSamples.PERTURBATIONS, -1, 1).toArray();
    SuiteFindings findings =
        of(
            SuiteSamples.line("a", false, ahead, noise), // small but always there
            SuiteSamples.line("b", true, ahead, noise),
            SuiteSamples.line("c", false, other, noise));
    assertEquals(
        List.of(
            Optional.of(Comparison.Outcome.BETTER),
            Optional.of(Comparison.Outcome.WORSE),
            Optional.of(Comparison.Outcome.NOT_DISTINGUISHABLE)),
        findings.findings().stream().map(SuiteFindings.Finding::outcome).toList());
    assertArrayEquals(
        new int[] {SuiteSamples.PERTURBATIONS, 0, 0, 0}, findings.findings().get(0).tally());
  }

  @Test
  void theIntervalOfAMeanIsTheTInterval() {
    double[] values = SuiteSamples.figures(0.2, 0.05);
    SuiteFindings findings = of(SuiteSamples.line("a", false, values, SuiteSamples.figures(0, 0)));
    Interval interval = findings.findings().get(0).score().orElseThrow();
    double mean = Arrays.stream(values).average().orElseThrow();
    double sd =
        Math.sqrt(
            Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1));
    double reach = 2.200985 * sd / Math.sqrt(values.length); // t, 11 degrees of freedom
    assertEquals(mean - reach, interval.lower(), 0.02);
    assertEquals(mean + reach, interval.upper(), 0.02);
    assertEquals(interval, findings.overall().orElseThrow());
  }

  @Test
  void aRatioOfSumsIsDrawnWithItsWeights() {
    double[] weights = SuiteSamples.figures(0.1, 0.2);
    double[] errors = Arrays.stream(weights).map(w -> 0.25 * w).toArray();
    Line line =
        new Line(
            "ratio",
            true,
            true,
            0.25,
            SuiteSamples.PERTURBATIONS,
            Optional.of(new Scale(1, 0, 0, 1, 0)),
            OptionalDouble.of(0.75),
            Optional.empty(),
            OptionalDouble.of(1),
            errors,
            weights,
            weights);
    Interval interval = of(line).findings().get(0).score().orElseThrow();
    assertEquals(0.75, interval.lower(), 1e-12); // whichever are drawn, the ratio is the same
    assertEquals(0.75, interval.upper(), 1e-12);
  }

  @Test
  void perturbationsWithoutAFigureAreCountedAndNoVerdictIsMade() {
    double[] own = SuiteSamples.figures(0.5, 0);
    own[0] = Double.NaN;
    SuiteFindings findings = of(SuiteSamples.line("a", false, own, SuiteSamples.figures(0.5, 0)));
    assertArrayEquals(
        new int[] {0, SuiteSamples.PERTURBATIONS - 1, 0, 1}, findings.findings().get(0).tally());
    assertArrayEquals(new int[] {0, SuiteSamples.PERTURBATIONS - 1, 0}, findings.byMostMembers());
    assertTrue(Double.isNaN(findings.place(0)));
  }

  @Test
  void fewerThanFivePerturbationsHaveNoInterval() {
    Part twelve = SuiteSamples.small().parts().get(0);
    Part four =
        new Part(
            "",
            9,
            twelve.perturbations().subList(0, 4),
            twelve.signal().subList(0, 4),
            List.of(
                SuiteSamples.line(
                    "a", false, new double[] {1, 2, 3, 4}, new double[] {0, 0, 0, 0})),
            OptionalDouble.of(1),
            List.of(),
            List.of());
    SuiteFindings findings = new SuiteFindings(four);
    assertTrue(findings.overall().isEmpty());
    assertTrue(findings.findings().get(0).outcome().isEmpty());
    SuiteVerdict verdict =
        new SuiteVerdict(SuiteSamples.small(), four, findings, MetricWords.read());
    assertEquals(
        "Better than the mean response on 0 of 1 metrics; not comparable on 1.",
        verdict.headlines().get(0));
  }

  @Test
  void theVerdictCountsMetricsPerturbationsAndSignals() {
    Part part = SuiteSamples.small().parts().get(0);
    SuiteVerdict verdict =
        new SuiteVerdict(SuiteSamples.small(), part, new SuiteFindings(part), MetricWords.read());
    assertEquals(
        List.of(
            "Better than the mean response on 1 of 3 metrics; not distinguishable on 1; worse on"
                + " 1.",
            "By most metrics it is ahead of the mean response on 0 of 12 perturbations, level on"
                + " 12; 2 hold no signal at all."),
        verdict.headlines());
    String answers = verdict.answers().toString();
    assertTrue(answers.contains("worse than it in \u201ccorrelation of effects\u201d"), answers);
    assertTrue(answers.contains("7 of 12 perturbations change ten genes or more"), answers);
  }

  @Test
  void clampsAreSaidInWords() {
    double far = Double.POSITIVE_INFINITY;
    assertEquals("cut to 0 to 1", new Scale(1, 0, 0, 1, 0).clamps());
    assertEquals("not below \u22126", new Scale(1, 0, -6, far, -6).clamps());
    assertEquals("no clamp", new Scale(1, 0, -far, far, -1).clamps());
    assertEquals(-6, new Scale(1, 0, -6, far, -6).score(Double.NaN));
    assertEquals(-6, new Scale(1, 0, -6, far, -6).score(9));
  }
}
