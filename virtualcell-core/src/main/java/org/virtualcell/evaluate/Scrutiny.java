package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Interval;
import org.virtualcell.evaluate.confidence.Confidence;

/**
 * What a sceptic asks of a scope beside its scores. Every part has its number of perturbations or
 * conditions; what could not be told is empty, never zero.
 *
 * @param confidence per model, what its stated confidence is worth
 */
public record Scrutiny(Map<String, Confidence> confidence) {
  /** Nothing was asked. */
  public static final Scrutiny NONE = new Scrutiny(Map.of());

  /** Copies the collections, in their order. */
  public Scrutiny {
    confidence = Collections.unmodifiableMap(new LinkedHashMap<>(confidence));
  }

  /**
   * A figure for the tables.
   *
   * @param model the model
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
    confidence.forEach((model, c) -> ConfidenceFigures.add(figures, model, c));
    return figures;
  }
}
