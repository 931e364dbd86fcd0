package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.Interval;
import org.virtualcell.api.PredictedState.Responders;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.model.cells.ResponderEstimate;

/**
 * Which share of the cells responded in each training condition, where its cells support an
 * estimate. Estimated from the cells when first asked for, then kept. Thread-safe.
 */
final class Responses {
  private static final double LEVEL = 0.9;

  private final Optional<TrainingSet> data;
  private final Map<Condition, Condition> measured = new HashMap<>(); // batch left out, as it is
  private final Map<Condition, Optional<Responders>> known = new ConcurrentHashMap<>();

  private Responses(Optional<TrainingSet> data) {
    this.data = data;
    data.ifPresent(cells -> cells.conditions().forEach(c -> measured.putIfAbsent(plain(c), c)));
  }

  static Responses of(TrainingSet data) {
    return new Responses(Optional.of(data));
  }

  /** The measured cells; none for a model that was read from a file. */
  Optional<TrainingSet> cells() {
    return data;
  }

  /**
   * Of a condition.
   *
   * @param condition one of training; of a context without its batch
   * @return empty where it was not measured, or the cells do not support an estimate
   */
  Optional<Responders> find(Condition condition) {
    Optional<Responders> kept = known.get(condition);
    if (data.isEmpty()) {
      return kept == null ? Optional.empty() : kept;
    }
    if (kept == null) {
      kept = data.flatMap(cells -> estimate(cells, condition));
      known.put(condition, kept);
    }
    return kept;
  }

  private Optional<Responders> estimate(TrainingSet cells, Condition asked) {
    return Optional.ofNullable(measured.get(asked))
        .flatMap(c -> ResponderEstimate.of(cells.cells(c), LEVEL))
        .map(ResponderEstimate::responders);
  }

  private static Condition plain(Condition condition) {
    return new Condition(
        condition.perturbation(), condition.context().without(CellContext.Fact.BATCH));
  }

  /**
   * A line per condition: its number, share, lower and upper end; none where nothing is known.
   *
   * @param conditions of the card
   * @param cells how many each has; those of too few are not read again
   */
  String text(List<Condition> conditions, List<Long> cells) {
    Map<Condition, Long> most = new HashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      most.merge(plain(conditions.get(i)), cells.get(i), Math::max);
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = plain(conditions.get(i));
      if (most.get(condition) < ResponderEstimate.LEAST_CELLS && !known.containsKey(condition)) {
        continue;
      }
      int number = i;
      find(condition)
          .ifPresent(
              r ->
                  lines.add(
                      String.format(
                          Locale.ROOT,
                          "%d %s %s %s",
                          number,
                          r.share(),
                          r.interval().lower(),
                          r.interval().upper())));
    }
    return String.join("\n", lines);
  }

  /** Of a training set, and of conditions it does not have, what was known before. */
  Responses with(TrainingSet added, List<Condition> earlier) {
    Responses all = new Responses(Optional.of(added));
    earlier.forEach(c -> all.known.put(plain(c), find(plain(c))));
    return all;
  }

  static Responses read(String text, List<Condition> conditions, String source) {
    Responses responses = new Responses(Optional.empty());
    for (String line : text.lines().toList()) {
      String[] fields = line.split(" ", -1);
      try {
        responses.known.put(
            plain(conditions.get(Integer.parseInt(fields[0]))),
            Optional.of(
                new Responders(
                    Double.parseDouble(fields[1]),
                    new Interval(
                        LEVEL, Double.parseDouble(fields[2]), Double.parseDouble(fields[3])))));
      } catch (RuntimeException e) {
        throw new DataFormatException(
            "The model's shares of responders are damaged: '" + line + "'",
            source,
            "Copy the file again, or train the model again.",
            e);
      }
    }
    return responses;
  }
}
