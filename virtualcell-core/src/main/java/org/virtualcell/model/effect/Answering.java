package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Support;
import org.virtualcell.api.Verdict;
import org.virtualcell.model.Absence;
import org.virtualcell.model.Targets;
import org.virtualcell.stats.NormalTail;

/** Answers questions of one mode: expectation, size, interval, verdict. Thread-safe. */
final class Answering {
  private static final int MOST_SOURCES = 20;
  private static final double LEAST_WEIGHT = 0.01;

  private final Seen seen;
  private final ModeModel model;
  private final HeldOutTrials trials;
  private final double typicalNoise;
  private final Map<CellContext, double[]> means = new ConcurrentHashMap<>();
  private final Map<Missed, float[]> misses = new ConcurrentHashMap<>();

  Answering(Seen seen, ModeModel model) {
    this.seen = seen;
    this.model = model;
    this.trials = new HeldOutTrials(model);
    this.typicalNoise = model.typicalNoise();
  }

  Answer answer(
      Perturbation perturbation, CellContext context, double[] controlMean, double level) {
    Question question = model.question(perturbation, context, controlMean);
    double[] mean = model.all().mixed().mean(question);
    double[] ridge = model.all().ridge().mean(question);
    boolean measured = seen.condition(perturbation, context);
    Absence absence = absence(perturbation, context);
    HeldOutTrials.Trials tried =
        measured ? HeldOutTrials.Trials.NONE : trials.of(absence, perturbation);
    double size = tried.size();
    double[] effect = new double[mean.length];
    double[] rank = new double[mean.length];
    double[] width = new double[mean.length];
    double[] variance = model.all().mixed().variance(question);
    for (int a = 0; a < effect.length; a++) {
      double expected = mean[a] * model.scale(a);
      effect[a] = size * expected;
      rank[a] = size > 0 ? (1 - tried.ridgeShare()) * expected + tried.ridgeShare() * ridge[a] : 0;
      width[a] = model.scale(a) * Math.sqrt(variance[a] + typicalNoise);
    }
    Widths widths = new Widths(tried, absence, level, measured);
    return new Answer(
        model.spread(effect),
        model.spread(rank),
        widths.of(width).map(model::spread),
        widths.basis(),
        verdict(
            perturbation,
            context,
            tried,
            absence,
            measured
                ? Trust.Stated.NOTHING
                : new Beyond(model, mean, variance, meanEffect(context)).stated(size),
            measured,
            widths),
        sources(question),
        distance(variance, question),
        measured);
  }

  private Absence absence(Perturbation perturbation, CellContext context) {
    return Absence.of(
        perturbation,
        seen.perturbation(perturbation),
        seen.context(context),
        seen.otherExposure(perturbation));
  }

  /** The effect alone, as an answer has it. */
  double[] effect(Perturbation perturbation, CellContext context, double[] controlMean) {
    Question question = model.question(perturbation, context, controlMean);
    double[] mean = model.all().mixed().mean(question);
    double size = 1;
    if (!seen.condition(perturbation, context)) {
      size = trials.of(absence(perturbation, context), perturbation).size();
    }
    model.unscale(mean, size);
    return mean.length == model.genes() ? mean : model.spread(mean);
  }

  private Verdict verdict(
      Perturbation perturbation,
      CellContext context,
      HeldOutTrials.Trials tried,
      Absence absence,
      Trust.Stated stated,
      boolean measured,
      Widths widths) {
    String interval = widths.isKnown() ? "" : " " + widths.basis();
    if (measured) {
      return new Verdict(
          Verdict.Decision.ANSWER, "Measured in " + context.name() + " itself, shrunk." + interval);
    }
    String shown =
        tried.units() == 0
            ? "no training condition could be left out to try it"
            : String.format(
                Locale.ROOT,
                "leaving out %s, %d tried agree by %.2f (mean cosine)",
                absence.words(),
                tried.units(),
                tried.agreement());
    boolean evidence = tried.evidence() && tried.units() > 0;
    if (evidence) {
      double wrong = trials.trust(absence, perturbation).wrong(stated);
      if (wrong <= Trust.MOST_WRONG) {
        return new Verdict(
            Verdict.Decision.ANSWER,
            String.format(
                Locale.ROOT,
                "Mixed model sized by %.2f; %s; wrong with a chance of %.1f %% by its clarity of"
                    + " %.2f and these trials.%s%s",
                tried.size(),
                shown,
                100 * wrong,
                stated.clarity(),
                model.lacksFeatures(Targets.all(perturbation))
                    ? " No features are known of its targets."
                    : "",
                interval));
      }
      shown +=
          String.format(
              Locale.ROOT,
              ", but this answer is wrong with a chance of %.0f %% by its clarity of %.2f",
              100 * wrong,
              stated.clarity());
    }
    return new Verdict(
        Verdict.Decision.NO_EVIDENCE,
        "The training data show no "
            + (evidence ? "reliable" : "predictable")
            + " effect for "
            + perturbation.label()
            + " in "
            + context.name()
            + ": "
            + shown
            + (tried.size() > 0
                ? String.format(
                    Locale.ROOT, "; answers with the model's change times %.2f.", tried.size())
                : "; answers 'no change'.")
            + interval);
  }

  /** The mean effect of the context, computed when first asked for. */
  private double[] meanEffect(CellContext context) {
    return means.computeIfAbsent(context, c -> trials.mean(Set.of(), c).effect());
  }

  private List<Support.Source> sources(Question question) {
    List<Support.Source> sources = new ArrayList<>();
    for (Sources.Source source : model.sources(question, LEAST_WEIGHT)) {
      Screen.Item item = model.mode().items().get(source.item());
      sources.add(new Support.Source(item.condition(), item.cells(), source.weight()));
    }
    sources.sort(java.util.Comparator.comparingDouble((Support.Source s) -> -s.weight()));
    return List.copyOf(sources.subList(0, Math.min(MOST_SOURCES, sources.size())));
  }

  /** The share of the answer's variance that the training conditions leave open. */
  private OptionalDouble distance(double[] variance, Question question) {
    double[] nothing = model.all().mixed().priorVariance(question);
    double open = 0;
    double whole = 0;
    for (int a = 0; a < variance.length; a++) {
      open += variance[a];
      whole += nothing[a];
    }
    return whole > 0 ? OptionalDouble.of(open / whole) : OptionalDouble.empty();
  }

  /** A rank among the misses of trials. */
  private record Missed(HeldOutTrials.Trials tried, int rank) {
    float[] perGene() {
      float[] column = new float[tried.misses().size()];
      float[] perGene = new float[tried.misses().get(0).length];
      for (int a = 0; a < perGene.length; a++) {
        for (int i = 0; i < column.length; i++) {
          column[i] = tried.misses().get(i)[a];
        }
        Arrays.sort(column);
        perGene[a] = column[rank - 1];
      }
      return perGene;
    }
  }

  /** Half-widths in units of the expected error. */
  private final class Widths {
    private final HeldOutTrials.Trials tried;
    private final String basis;
    private final double level;
    private final boolean modelBased;

    Widths(HeldOutTrials.Trials tried, Absence absence, double level, boolean measured) {
      this.tried = tried;
      this.level = level;
      this.modelBased = measured || rank() > tried.misses().size();
      this.basis =
          measured
              ? "model-based, of a measured condition"
              : modelBased
                  ? "model-based: "
                      + tried.misses().size()
                      + " trials are too few to calibrate level "
                      + level
                  : "split-conformal over "
                      + tried.misses().size()
                      + " trials, leaving out "
                      + absence.words();
    }

    private int rank() {
      int n = tried.misses().size();
      return Math.max(1, (int) Math.ceil((n + 1) * level - 1e-9));
    }

    boolean isKnown() {
      return true;
    }

    String basis() {
      return basis;
    }

    Optional<double[]> of(double[] expectedError) {
      double[] width = new double[expectedError.length];
      if (modelBased) {
        double z = normalWidth(level);
        for (int a = 0; a < width.length; a++) {
          width[a] = z * expectedError[a];
        }
        return Optional.of(width);
      }
      float[] miss = misses.computeIfAbsent(new Missed(tried, rank()), Missed::perGene);
      for (int a = 0; a < width.length; a++) {
        width[a] = miss[a] * expectedError[a];
      }
      return Optional.of(width);
    }
  }

  /** How many standard deviations hold a share of a normal distribution, by bisection. */
  static double normalWidth(double level) {
    double low = 0;
    double high = 10;
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (NormalTail.twoSided(middle) > 1 - level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
