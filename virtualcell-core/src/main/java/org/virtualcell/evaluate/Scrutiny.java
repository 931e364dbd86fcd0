package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.confidence.Confidence;

/**
 * What a sceptic asks of a scope beside its scores. Every part has its number of perturbations or
 * conditions; what could not be told is empty, never zero.
 *
 * @param confidence per model, what its stated confidence is worth
 * @param ranges per metric, whether it can tell anything here
 * @param wrongTargets per model and metric, whether it matters which perturbation is asked for
 * @param strata which conditions have a signal
 * @param tallies per model, on how many conditions it is better than an uninformed baseline
 * @param contrasts per model and condition, z of its squared error against that of the tally's
 *     baseline; beyond 1.96 the difference is no accident of the cells, negative is better
 * @param selfTest whether the metrics do what they promise here
 * @param leakage per model, whether the batch is in its predicted effects; empty without batches
 * @param mixtures for the measured cells and per model, how batches mix among cells; empty without
 *     batches
 */
public record Scrutiny(
    Map<String, Confidence> confidence,
    List<DynamicRange> ranges,
    List<WrongTarget> wrongTargets,
    SignalStrata strata,
    List<Tally> tallies,
    Map<String, Map<Condition, Double>> contrasts,
    SelfTest selfTest,
    List<BatchLeakage> leakage,
    List<BatchMixture> mixtures) {
  /** Nothing was asked. */
  public static final Scrutiny NONE =
      new Scrutiny(
          Map.of(),
          List.of(),
          List.of(),
          new SignalStrata(List.of(), List.of(), List.of(), List.of()),
          List.of(),
          Map.of(),
          new SelfTest(List.of()),
          List.of(),
          List.of());

  /** Copies the collections, in their order. */
  public Scrutiny {
    confidence = Collections.unmodifiableMap(new LinkedHashMap<>(confidence));
    ranges = List.copyOf(ranges);
    wrongTargets = List.copyOf(wrongTargets);
    tallies = List.copyOf(tallies);
    contrasts = Collections.unmodifiableMap(new LinkedHashMap<>(contrasts));
    leakage = List.copyOf(leakage);
    mixtures = List.copyOf(mixtures);
  }

  /**
   * The tally of a model.
   *
   * @param model the model
   * @return empty where none of its conditions could be judged
   */
  public Optional<Tally> tally(String model) {
    return tallies.stream().filter(t -> t.model().equals(model)).findFirst();
  }

  /**
   * A figure for the tables.
   *
   * @param model the model, or {@link EvaluationResult#CEILING} for what is a property of the data
   * @param name its name in files
   * @param value the figure
   * @param interval its 95 % interval, where there is one
   * @param n on how many perturbations it rests; where the name says so, how many answers or genes
   */
  public record Figure(
      String model, String name, double value, Optional<Interval> interval, long n) {}

  /**
   * Everything as figures with names.
   *
   * @return in a fixed order
   */
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (Tally t : tallies) {
      figures.add(plain(t.model(), "conditions_better", t.better(), t.judged()));
      figures.add(plain(t.model(), "conditions_same", t.same(), t.judged()));
      figures.add(plain(t.model(), "conditions_worse", t.worse(), t.judged()));
    }
    int known = strata.none().size() + strata.weak().size() + strata.clear().size();
    if (known > 0) {
      String data = EvaluationResult.CEILING;
      figures.add(plain(data, "conditions_without_signal", strata.none().size(), known));
      figures.add(plain(data, "conditions_with_weak_signal", strata.weak().size(), known));
      figures.add(plain(data, "conditions_with_clear_signal", strata.clear().size(), known));
    }
    for (DynamicRange r : ranges) {
      figures.add(
          new Figure(
              EvaluationResult.CEILING,
              "dynamic_range_" + r.metric().label(),
              r.fraction(),
              r.interval(),
              r.perturbations()));
    }
    for (SelfTest.Line line : selfTest.lines()) {
      String name = line.metric().label();
      figures.add(plain("truth", "self_test_" + name, line.truth(), line.perturbations()));
      figures.add(
          new Figure(
              "wrong-labels",
              "self_test_" + name,
              line.shuffled(),
              line.interval(),
              line.perturbations()));
    }
    for (WrongTarget w : wrongTargets) {
      figures.add(
          plain(w.model(), "wrong_target_" + w.metric().label(), w.wrong(), w.perturbations()));
      figures.add(
          new Figure(
              w.model(),
              "wrong_target_gain_" + w.metric().label(),
              w.gain(),
              w.interval(),
              w.perturbations()));
    }
    for (BatchLeakage b : leakage) {
      figures.add(plain(b.model(), "batch_share_of_effect", b.share(), b.questions()));
      b.accuracy()
          .ifPresent(
              accuracy -> {
                figures.add(plain(b.model(), "batch_told", accuracy, b.questions()));
                figures.add(plain(b.model(), "batch_told_permuted", b.permuted(), b.questions()));
                figures.add(
                    plain(b.model(), "batch_told_permuted_high", b.permutedHigh(), b.questions()));
              });
    }
    for (BatchMixture mixture : mixtures) {
      for (BatchMixture.Measure m : mixture.measures()) {
        figures.add(plain(mixture.cellsOf(), m.name(), m.value(), mixture.cells()));
        m.permuted()
            .ifPresent(
                p ->
                    figures.add(
                        plain(mixture.cellsOf(), m.name() + "_permuted", p, mixture.cells())));
      }
    }
    confidence.forEach((model, c) -> ConfidenceFigures.add(figures, model, c));
    return figures;
  }

  private static Figure plain(String model, String name, double value, long n) {
    return new Figure(model, name, value, Optional.empty(), n);
  }
}
