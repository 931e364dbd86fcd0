package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Targets;

/**
 * What a genetic perturbation does to the transcript of its own target: interference and knock-out
 * lower it, activation and overexpression raise it, by a factor that is learned per mode.
 *
 * <p>The log fold change of a transcript is {@code ln((after + c) / (before + c))} of {@code
 * expm1(mean log1p expression)}, so that a gene that is hardly expressed cannot fall far. The
 * targets in the panel that were measured give their common mean and how far targets differ from it
 * (random effects; DerSimonian and Laird, Control. Clin. Trials 7, 1986); the mean is shrunk to
 * zero as by a normal prior of variance 1, and never taken against the direction of the mode. A
 * target that was measured is answered between its own change and that mean, by their variances.
 * With fewer than {@value #LEAST_TARGETS} measured targets there is no rule. Immutable.
 */
final class OwnTarget {
  /** Measured targets in the panel that a rule needs. */
  static final int LEAST_TARGETS = 3;

  private static final double OFFSET = 0.1; // of counts per 10,000
  private static final double PRIOR_VARIANCE = 1;

  private final Screen screen;
  private final Screen.Mode mode;
  private final Map<String, Change> measured; // by target, over all conditions
  private final double mean;
  private final double uncertainty; // variance of the mean
  private final double spread; // variance of targets around it

  /** A log fold change and its variance. */
  private record Change(double value, double variance) {
    Change with(Change other) {
      double a = 1 / variance;
      double b = 1 / other.variance;
      return new Change((a * value + b * other.value) / (a + b), 1 / (a + b));
    }
  }

  private OwnTarget(
      Screen screen,
      Screen.Mode mode,
      Map<String, Change> measured,
      double mean,
      double uncertainty,
      double spread) {
    this.screen = screen;
    this.mode = mode;
    this.measured = measured;
    this.mean = mean;
    this.uncertainty = uncertainty;
    this.spread = spread;
  }

  /** The rule of a mode; empty where it is none of genes, or too few targets are in the panel. */
  static Optional<OwnTarget> of(Screen screen, Screen.Mode mode) {
    Optional<Integer> sign = sign(mode);
    Map<String, Change> measured = measured(screen, mode);
    if (sign.isEmpty() || measured.size() < LEAST_TARGETS) {
      return Optional.empty();
    }
    double weights = 0;
    double squares = 0;
    double fixed = 0;
    for (Change c : measured.values()) {
      double w = 1 / c.variance();
      weights += w;
      squares += w * w;
      fixed += w * c.value();
    }
    fixed /= weights;
    double heterogeneity = 0;
    for (Change c : measured.values()) {
      heterogeneity += (c.value() - fixed) * (c.value() - fixed) / c.variance();
    }
    double spread =
        Math.max(
            0,
            (heterogeneity - (measured.size() - 1)) / Math.max(1e-12, weights - squares / weights));
    double precision = 1 / PRIOR_VARIANCE;
    double sum = 0;
    for (Change c : measured.values()) {
      double w = 1 / (c.variance() + spread);
      precision += w;
      sum += w * c.value();
    }
    double mean = sum / precision;
    return Optional.of(
        new OwnTarget(
            screen,
            mode,
            measured,
            sign.get() * Math.max(0, sign.get() * mean),
            1 / precision,
            spread));
  }

  /** Which way the mode moves its target. */
  private static Optional<Integer> sign(Screen.Mode mode) {
    if (mode.modes().size() != 1) {
      return Optional.empty();
    }
    return switch (mode.modes().first()) {
      case "interference", "knockout" -> Optional.of(-1);
      case "activation", "overexpression" -> Optional.of(1);
      default -> Optional.empty();
    };
  }

  /** Singles and combinations alike: each shows what becomes of its own targets. */
  private static Map<String, Change> measured(Screen screen, Screen.Mode mode) {
    Map<String, Change> measured = new TreeMap<>();
    for (Screen.Item item : mode.items()) {
      changes(screen, mode, item).forEach((t, c) -> measured.merge(t, c, Change::with));
    }
    return measured;
  }

  private static Map<String, Change> changes(Screen screen, Screen.Mode mode, Screen.Item item) {
    float[] before =
        screen.contexts().stream()
            .filter(c -> c.context().equals(item.context()))
            .findFirst()
            .orElseThrow()
            .mean();
    Map<String, Change> changes = new LinkedHashMap<>();
    for (String target : item.targets()) {
      OptionalInt gene = screen.genes().find(target);
      if (gene.isPresent() && before[gene.getAsInt()] > 0) {
        int g = gene.getAsInt();
        double after = Math.max(0, before[g] + item.effect()[g]);
        double unit = (double) mode.scale()[g] * mode.scale()[g];
        double control = 0;
        for (int p = 0; p < item.share().length; p++) {
          control +=
              (double) item.share()[p] * item.share()[p] * mode.populations().get(p).variance()[g];
        }
        double variance =
            item.noise() * unit * square(slope(after)) + control * square(slope(before[g]));
        changes.put(target, new Change(level(after) - level(before[g]), variance + 1e-6));
      }
    }
    return changes;
  }

  private static double level(double log1p) {
    return StrictMath.log(StrictMath.expm1(log1p) + OFFSET);
  }

  /** The derivative of the level. */
  private static double slope(double log1p) {
    return StrictMath.exp(log1p) / (StrictMath.expm1(log1p) + OFFSET);
  }

  private static double square(double x) {
    return x * x;
  }

  /** What is said of a target: from its own measurements where there are any. */
  private Change answer(String target, Perturbation perturbation, CellContext context) {
    Change prior = new Change(mean, Math.max(1e-6, spread + uncertainty));
    Optional<Change> own =
        mode.items().stream()
            .filter(i -> i.condition().equals(new Condition(perturbation, context)))
            .findFirst()
            .map(i -> changes(screen, mode, i).get(target));
    return own.or(() -> Optional.ofNullable(measured.get(target))).map(prior::with).orElse(prior);
  }

  /**
   * The answer with the targets' own transcripts as the rule has them.
   *
   * @param before mean log1p expression of the cells asked about, NaN where not measured
   * @param level of the interval
   */
  Answer in(
      Answer answer,
      Perturbation perturbation,
      CellContext context,
      double[] before,
      double level) {
    double[] effect = answer.effect().clone();
    double[] rank = answer.rankEffect().clone();
    Optional<double[]> widths = answer.widths().map(double[]::clone);
    double z = Answering.normalWidth(level);
    List<String> said = new ArrayList<>();
    for (String target : Targets.all(perturbation)) {
      OptionalInt gene = screen.genes().find(target);
      if (gene.isPresent() && !Double.isNaN(before[gene.getAsInt()])) {
        int g = gene.getAsInt();
        Change change = answer(target, perturbation, context);
        effect[g] = moved(before[g], change.value()) - before[g];
        rank[g] = effect[g];
        double reach = z * Math.sqrt(change.variance());
        double up = moved(before[g], change.value() + reach) - before[g] - effect[g];
        double down = effect[g] + before[g] - moved(before[g], change.value() - reach);
        widths.ifPresent(w -> w[g] = Math.max(up, down));
        said.add(String.format(Locale.ROOT, "%s x%.2f", target, StrictMath.exp(change.value())));
      }
    }
    return said.isEmpty()
        ? answer
        : answer.withOwnTargets(
            effect,
            rank,
            widths,
            " Own transcript: " + String.join(", ", said) + ", by " + this + ".");
  }

  private static double moved(double log1p, double change) {
    double after = (StrictMath.expm1(log1p) + OFFSET) * StrictMath.exp(change) - OFFSET;
    return StrictMath.log1p(Math.max(0, after));
  }

  /** The rule for a person, such as {@code 9 measured targets (x0.42, 0.20 to 0.88)}. */
  @Override
  public String toString() {
    double reach = 1.645 * Math.sqrt(spread + uncertainty);
    return String.format(
        Locale.ROOT,
        "%d measured targets (x%.2f, 90 %% %.2f to %.2f)",
        measured.size(),
        StrictMath.exp(mean),
        StrictMath.exp(mean - reach),
        StrictMath.exp(mean + reach));
  }

  /** The rule of a mode for the card. */
  static String words(Screen screen, Screen.Mode mode) {
    return of(screen, mode)
        .map(OwnTarget::toString)
        .orElseGet(
            () ->
                "no rule: "
                    + (sign(mode).isEmpty()
                        ? "not of one genetic mode"
                        : measured(screen, mode).size()
                            + " measured targets in the panel, "
                            + LEAST_TARGETS
                            + " needed"));
  }
}
