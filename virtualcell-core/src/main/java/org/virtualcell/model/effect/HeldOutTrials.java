package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;
import org.virtualcell.model.Absence;
import org.virtualcell.model.EvenlySpaced;

/**
 * What the model says of measured conditions when it is not shown them, absent from it as a
 * question is absent: how large its answers should be, whether they have any direction right, and
 * how far they miss.
 *
 * <p>All effects of a context share the error of its controls. An answer that is a weighted sum of
 * effects carries that error, and so does the effect it is compared with: in the product of the two
 * it would count as skill. What it adds, the sum of the weights times the sampling variance of the
 * control mean, is known and taken away. Trials are made when first asked for, then kept.
 * Thread-safe.
 */
final class HeldOutTrials {
  private static final int MOST_GROUPS = 60;
  private static final int MOST_WORK = 400; // items; beyond, fewer groups
  private static final int FEWEST_GROUPS = 12;
  private static final int MOST_OF_GROUP = 40;
  private static final int MOST_TOGETHER = 40; // their answers per amplitude are held at once
  private static final long MOST_KEPT = 4_000_000; // means and variances of answers
  private static final int FEWEST_UNITS = 3;
  private static final double[] SHARES = {0.5, 0, 1}; // of the ridge; the first wins ties
  private static final double PRIOR_UNITS = 3; // of the size the model gives itself
  private static final double LARGEST_SIZE = 1.2;
  private static final int RESAMPLES = 1000;
  private static final double EVIDENCE_LEVEL = 0.2;

  private final ModeModel model;
  private final Map<Key, Trials> kept = new ConcurrentHashMap<>();
  private final Map<RuleKey, Trust> rules = new ConcurrentHashMap<>();
  private final Remaining remaining;

  HeldOutTrials(ModeModel model) {
    this.model = model;
    this.remaining =
        new Remaining(model.mode().items().stream().map(Screen.Item::condition).toList());
  }

  private record Key(Absence absence, boolean combination) {}

  /** Doses beyond those measured are asked worse than others. */
  private record RuleKey(Key key, boolean surrounded) {}

  /**
   * What came of the trials of one kind.
   *
   * @param size the factor on the model's answer with the least error
   * @param ridgeShare how much of the answer for ranking is the ridge's; what looked most like the
   *     measurements beyond the mean effect
   * @param error what is left of the squared effects, answers in that size
   * @param evidence whether answers agree with what was measured, beyond chance
   * @param agreement mean cosine of answer and measurement, without the shared error
   * @param units how many perturbations (or contexts) were tried
   * @param misses per unit and active gene, the miss in units of its expected error
   * @param tried per trial, how clear and how right the answer was
   */
  @SuppressWarnings("ArrayRecordComponent") // large, never compared
  record Trials(
      double size,
      double ridgeShare,
      double error,
      boolean evidence,
      double agreement,
      int units,
      List<float[]> misses,
      List<Trust.Tried> tried) {
    /** The size where nothing contradicts the model. */
    static final Trials NONE = new Trials(1, 0.5, 1, true, 0, 0, List.of(), List.of());
  }

  Trials of(Absence absence, Perturbation perturbation) {
    return of(new Key(absence, perturbation.parts().size() > 1));
  }

  private Trials of(Key key) {
    Trials known = kept.get(key);
    if (known == null) {
      known = run(key);
      Trials earlier = kept.putIfAbsent(key, known);
      known = earlier == null ? known : earlier;
    }
    return known;
  }

  private static boolean seesTargets(Absence absence) {
    return switch (absence) {
      case CONDITION, CONTEXT, COMBINATION, EXPOSURE -> true;
      case TARGETS, CONTEXT_AND_TARGETS -> false;
    };
  }

  /** One condition asked about while others are left out. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Trial(int item, int[] left, Question question, boolean surrounded) {}

  private Trials run(Key key) {
    List<Trial> trials = trials(key);
    boolean perturbations =
        trials.stream().map(t -> condition(t).perturbation()).distinct().count() >= FEWEST_UNITS;
    Sizes sizes = new Sizes();
    List<List<Trial>> groups = together(trials);
    List<Posterior.Without> answers = new ArrayList<>(); // empty where too large to be kept
    boolean small = (long) trials.size() * model.active().length <= MOST_KEPT;
    for (List<Trial> together : groups) {
      Posterior.Without mixed = without(together);
      if (small) {
        answers.add(new Posterior.Without(mixed.mean(), mixed.variance(), new double[0][][]));
      }
      Posterior.Without ridge = ridge(together);
      Map<CellContext, Mean> means = new HashMap<>();
      for (int k = 0; k < together.size(); k++) {
        Trial trial = together.get(k);
        Mean others = means.computeIfAbsent(condition(trial).context(), any -> othersMean(trial));
        add(sizes, unit(trial, perturbations), trial, mixed, ridge, k, others);
      }
    }
    if (sizes.units.isEmpty()) {
      return Trials.NONE;
    }
    return new Trials(
        sizes.size(),
        sizes.ridgeShare(),
        sizes.error(),
        sizes.evidence(),
        sizes.agreement(),
        sizes.units.size(),
        misses(groups, answers, sizes.size(), perturbations, key.absence()),
        sizes.tried());
  }

  /**
   * Which answers to trust: from the trials of this kind; where they are few, also from those that
   * know the targets as well, or as little; where these are few, from all.
   */
  Trust trust(Absence absence, Perturbation perturbation) {
    RuleKey key =
        new RuleKey(
            new Key(absence, perturbation.parts().size() > 1),
            absence != Absence.EXPOSURE || remaining.surrounds(perturbation, Set.of()));
    Trust known = rules.get(key);
    if (known == null) {
      Trust found = Trust.of(kinds(key));
      Trust earlier = rules.putIfAbsent(key, found);
      known = earlier == null ? found : earlier;
    }
    return known;
  }

  private List<Trust.Kind> kinds(RuleKey rule) {
    Key key = rule.key();
    List<Trust.Tried> all = of(key).tried();
    List<Trust.Tried> own = all.stream().filter(t -> t.surrounded() == rule.surrounded()).toList();
    double units = (double) of(key).units() * own.size() / Math.max(1, all.size());
    List<Trust.Kind> kinds = new ArrayList<>(List.of(new Trust.Kind(own, units)));
    for (boolean alike : new boolean[] {true, false}) {
      if (units >= Trust.FEWEST_APART) {
        break;
      }
      List<Trials> others = new ArrayList<>();
      for (Absence absence : Absence.values()) {
        for (boolean combination : new boolean[] {false, true}) {
          Key other = new Key(absence, combination);
          boolean same =
              seesTargets(absence) == seesTargets(key.absence())
                  && combination == key.combination();
          if (!other.equals(key) && same == alike) {
            others.add(of(other));
          }
        }
      }
      int tried = others.stream().mapToInt(Trials::units).sum();
      double share = Math.min(1, Trust.UNITS_OF_OTHERS / Math.max(1, tried));
      others.forEach(o -> kinds.add(new Trust.Kind(o.tried(), share * o.units())));
      units += share * tried;
    }
    return kinds;
  }

  private Condition condition(Trial trial) {
    return model.mode().items().get(trial.item()).condition();
  }

  private Object unit(Trial trial, boolean perturbations) {
    return perturbations ? condition(trial).perturbation() : condition(trial).context();
  }

  /**
   * How many groups to try in any case: where a trial costs little, as many as judge answers
   * without trials of other kinds.
   */
  private int fewest(Absence absence) {
    boolean dear =
        model.all().covariance() == Covariance.DENSE
            || absence == Absence.CONTEXT
            || absence == Absence.CONTEXT_AND_TARGETS;
    return dear ? FEWEST_GROUPS : Trust.FEWEST_APART + 6; // some are absent otherwise
  }

  private List<Trial> trials(Key key) {
    Map<Object, List<Integer>> groups = new LinkedHashMap<>();
    List<Screen.Item> items = model.mode().items();
    for (int i = 0; i < items.size(); i++) {
      Condition c = items.get(i).condition();
      if (c.perturbation().parts().size() > 1 == key.combination()) {
        groups.computeIfAbsent(key.absence().together().apply(c), k -> new ArrayList<>()).add(i);
      }
    }
    List<Trial> trials = new ArrayList<>();
    int most =
        Math.max(
            fewest(key.absence()), MOST_GROUPS * Math.min(MOST_WORK, items.size()) / items.size());
    for (List<Integer> group : EvenlySpaced.of(List.copyOf(groups.values()), most)) {
      Condition first = items.get(group.get(0)).condition();
      int[] left = model.itemsWhere(key.absence().leavesOut(first));
      Set<Integer> gone = new HashSet<>();
      for (int i : left) {
        gone.add(i);
      }
      if (left.length < items.size()) {
        for (int item : EvenlySpaced.of(group, MOST_OF_GROUP)) {
          if (remaining.absence(items.get(item).condition(), gone) == key.absence()) {
            trials.add(
                new Trial(
                    item,
                    left,
                    model.question(item, gone),
                    key.absence() != Absence.EXPOSURE
                        || remaining.surrounds(items.get(item).condition().perturbation(), gone)));
          }
        }
      }
    }
    return trials;
  }

  /** Trials that leave out the same, which cost little more than one of them. */
  private static List<List<Trial>> together(List<Trial> trials) {
    List<List<Trial>> together = new ArrayList<>();
    for (Trial trial : trials) {
      List<Trial> last = together.isEmpty() ? List.of() : together.get(together.size() - 1);
      if (last.isEmpty()
          || last.size() == MOST_TOGETHER
          || !Arrays.equals(last.get(0).left(), trial.left())) {
        last = new ArrayList<>();
        together.add(last);
      }
      last.add(trial);
    }
    return together;
  }

  private Posterior.Without without(List<Trial> together) {
    return model.all().mixed().without(together.get(0).left(), questions(together));
  }

  private Posterior.Without ridge(List<Trial> together) {
    return model.all().ridge().without(together.get(0).left(), questions(together));
  }

  private static List<Question> questions(List<Trial> together) {
    return together.stream().map(Trial::question).toList();
  }

  private void add(
      Sizes sizes,
      Object unit,
      Trial trial,
      Posterior.Without answer,
      Posterior.Without ridges,
      int k,
      Mean others) {
    double[] ridge = ridges.mean()[k];
    double[] measured = model.effect(trial.item());
    double[] expected = new double[measured.length];
    double product = 0;
    double square = 0;
    double truth = 0;
    for (int a = 0; a < measured.length; a++) {
      expected[a] = answer.mean()[k][a] * model.scale(a);
      product +=
          expected[a] * measured[a] - model.sharedError(trial.item(), a, answer.response()[k]);
      square += expected[a] * expected[a];
      truth += measured[a] * measured[a];
    }
    if (truth > 0) {
      double[] mean = others.effect();
      double[] beyond = new double[SHARES.length];
      for (int s = 0; s < SHARES.length; s++) {
        beyond[s] = beyondMean(expected, ridge, SHARES[s], measured, mean);
      }
      sizes.add(unit, product, square, truth, beyond);
      Beyond own = new Beyond(model, answer.mean()[k], answer.variance()[k], mean);
      sizes.contexts.add(condition(trial).context());
      sizes.tried.add(tried(trial, own, product, square, measured, answer.response()[k], others));
    }
  }

  private Judged tried(
      Trial trial,
      Beyond own,
      double product,
      double square,
      double[] measured,
      double[][] response,
      Mean others) {
    double noise = model.itemNoise(trial.item());
    double beyond = 0;
    double error = 0;
    double beyondError = 0;
    double[][] rest = new double[response.length][measured.length];
    for (int p = 0; p < rest.length; p++) {
      for (int a = 0; a < measured.length; a++) {
        rest[p][a] = response[p][a] - own.along() * others.share()[p];
      }
    }
    for (int a = 0; a < measured.length; a++) {
      double variance = noise * model.scale(a) * model.scale(a);
      beyond += own.at(a) * measured[a] - model.sharedError(trial.item(), a, rest);
      error += own.answer(a) * own.answer(a) * variance;
      beyondError += own.at(a) * own.at(a) * variance;
    }
    double expected = Math.sqrt(square + own.open());
    double size = Math.sqrt(square) * expected;
    double beyondSize = Math.sqrt(own.square()) * expected;
    return size > 0 && beyondSize > 0
        ? new Judged(
            own.stated(1),
            product / size,
            square / size,
            Math.sqrt(error) / size,
            beyond / beyondSize,
            Math.sqrt(beyondError) / beyondSize,
            model.sharedNoise(trial.item()) / noise,
            trial.surrounded())
        : new Judged(own.stated(0), 0, 0, 0, 0, 0, 0, trial.surrounded());
  }

  /** What a trial says of trust, before the size of answers is known. */
  private record Judged(
      Trust.Stated stated,
      double product,
      double square,
      double error,
      double direction,
      double directionError,
      double shared,
      boolean surrounded) {
    /**
     * The trial in a size.
     *
     * @param contexts over which errors of controls even out; where the answer itself is that
     *     error, their product varies twice as much as it would else
     */
    Trust.Tried at(double size, int contexts) {
      return new Trust.Tried(
          new Trust.Stated(stated.clarity(), stated.whole(), size),
          product - size / 2 * square,
          error,
          direction,
          directionError,
          surrounded,
          1 - shared,
          2 * shared / contexts);
    }
  }

  /**
   * A sum of effects.
   *
   * @param share per control population, its weight in the sum
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Mean(double[] effect, double[] share) {}

  private Mean othersMean(Trial trial) {
    Set<Integer> gone = new HashSet<>();
    for (int i : trial.left()) {
      gone.add(i);
    }
    return mean(gone, condition(trial).context());
  }

  /** The mean effect of what is not left out, in the context where there is any. */
  Mean mean(Set<Integer> gone, CellContext context) {
    int populations = model.mode().populations().size();
    boolean large = model.all().covariance() == Covariance.STRUCTURED;
    Mean here = new Mean(new double[model.active().length], new double[populations]);
    Mean anywhere = new Mean(new double[model.active().length], new double[populations]);
    boolean any = false;
    for (int i = 0; i < model.mode().items().size(); i++) {
      if (!gone.contains(i)) {
        boolean same = model.mode().items().get(i).context().equals(context);
        any |= same;
        add(anywhere, i, !large);
        if (same) {
          add(here, i, !large);
        }
      }
    }
    Mean mean = any ? here : anywhere;
    return large ? new Mean(model.sumWithout(gone, context), mean.share()) : mean;
  }

  private void add(Mean sum, int item, boolean effects) {
    if (effects) {
      StructuredFactor.add(1, model.effect(item), sum.effect(), sum.effect().length);
    }
    for (int p = 0; p < sum.share().length; p++) {
      sum.share()[p] += model.mode().items().get(item).share()[p];
    }
  }

  /** The cosine of answer and measurement with the mean effect projected out of both. */
  private static double beyondMean(
      double[] mixed, double[] ridge, double share, double[] measured, double[] mean) {
    double mm = 0;
    double pm = 0;
    double ym = 0;
    double pp = 0;
    double yy = 0;
    double py = 0;
    for (int a = 0; a < mixed.length; a++) {
      double p = (1 - share) * mixed[a] + share * ridge[a];
      mm += mean[a] * mean[a];
      pm += p * mean[a];
      ym += measured[a] * mean[a];
      pp += p * p;
      yy += measured[a] * measured[a];
      py += p * measured[a];
    }
    double along = mm > 0 ? 1 / mm : 0;
    double left = pp - pm * pm * along;
    double truth = yy - ym * ym * along;
    return left > 1e-12 * pp && truth > 1e-12 * yy
        ? (py - pm * ym * along) / Math.sqrt(left * truth)
        : 0;
  }

  /**
   * One miss per perturbation (or context), so that a question's is one more of the same kind: that
   * of a trial drawn from its trials, or, where the context itself is new and those tried are too
   * few to stand for it, the largest per gene.
   */
  private List<float[]> misses(
      List<List<Trial>> groups,
      List<Posterior.Without> answers,
      double size,
      boolean perturbations,
      Absence absence) {
    boolean fresh = absence == Absence.CONTEXT || absence == Absence.CONTEXT_AND_TARGETS;
    Map<Object, float[]> chosen = new LinkedHashMap<>();
    Map<Object, Integer> seen = new HashMap<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < groups.size(); i++) {
      List<Trial> together = groups.get(i);
      Posterior.Without answer = answers.isEmpty() ? without(together) : answers.get(i);
      for (int k = 0; k < together.size(); k++) {
        float[] miss = miss(together.get(k).item(), size, answer.mean()[k], answer.variance()[k]);
        Object unit = unit(together.get(k), perturbations);
        int n = seen.merge(unit, 1, Integer::sum);
        if (fresh) {
          chosen.merge(unit, miss, HeldOutTrials::larger);
        } else if (random.nextInt(n) == 0) {
          chosen.put(unit, miss);
        }
      }
    }
    return List.copyOf(chosen.values());
  }

  private float[] miss(int item, double size, double[] mean, double[] variance) {
    double noise = model.typicalNoise();
    double[] effect = model.effect(item);
    float[] miss = new float[model.active().length];
    for (int a = 0; a < miss.length; a++) {
      double off = effect[a] / model.scale(a) - size * mean[a];
      miss[a] = (float) (Math.abs(off) / Math.sqrt(variance[a] + noise));
    }
    return miss;
  }

  private static float[] larger(float[] a, float[] b) {
    float[] larger = new float[a.length];
    for (int g = 0; g < larger.length; g++) {
      larger[g] = Math.max(a[g], b[g]);
    }
    return larger;
  }

  /** Sums products of answers and measurements. */
  private static final class Sizes {
    private final Map<Object, double[]> units = new LinkedHashMap<>();
    private final List<Judged> tried = new ArrayList<>();
    private final Set<CellContext> contexts = new HashSet<>();

    List<Trust.Tried> tried() {
      double size = size();
      return tried.stream().map(t -> t.at(size, contexts.size())).toList();
    }

    void add(Object unit, double product, double square, double truth, double[] beyond) {
      double[] sums = units.computeIfAbsent(unit, u -> new double[5 + SHARES.length]);
      sums[0] += product;
      sums[1] += square;
      sums[2] += square > 0 ? product / Math.sqrt(square * truth) : 0;
      sums[3]++;
      sums[4] += truth;
      for (int k = 0; k < SHARES.length; k++) {
        sums[5 + k] += beyond[k];
      }
    }

    /**
     * The factor with the least of two errors in equal parts: the pooled one, in which large
     * effects count, and the mean of relative ones, in which all count alike.
     */
    double size() {
      double truth = 0;
      for (double[] s : units.values()) {
        truth += s[4] / s[3] / units.size();
      }
      double product = 0;
      double square = 0;
      for (double[] s : units.values()) {
        double weight = 1 / truth + s[3] / s[4];
        product += weight * s[0] / s[3];
        square += weight * s[1] / s[3];
      }
      double prior = PRIOR_UNITS * square / units.size();
      double believed = evidence() ? prior : 0; // without evidence the model's own size counts 0
      double size = square > 0 ? (product + believed) / (square + prior) : 0;
      return Math.max(0, Math.min(LARGEST_SIZE, size));
    }

    double error() {
      double size = size();
      double error = 0;
      double truth = 0;
      for (double[] s : units.values()) {
        error += (s[4] - 2 * size * s[0] + size * size * s[1]) / s[3];
        truth += s[4] / s[3];
      }
      return error / truth;
    }

    double ridgeShare() {
      double[] mean = new double[SHARES.length];
      for (double[] s : units.values()) {
        for (int k = 0; k < mean.length; k++) {
          mean[k] += s[5 + k] / s[3] / units.size();
        }
      }
      int best = 0;
      for (int k = 1; k < mean.length; k++) {
        best = mean[k] > mean[best] ? k : best;
      }
      return SHARES[best];
    }

    double agreement() {
      double sum = 0;
      for (double[] s : units.values()) {
        sum += s[2] / s[3] / units.size();
      }
      return sum;
    }

    /** Whether the mean cosine stays above zero in 80 of 100 resamples of the units. */
    boolean evidence() {
      double[] cosine = units.values().stream().mapToDouble(s -> s[2] / s[3]).toArray();
      if (cosine.length < FEWEST_UNITS) {
        return agreement() > 0;
      }
      SplittableRandom random = new SplittableRandom(1);
      double[] mean = new double[RESAMPLES];
      for (int r = 0; r < RESAMPLES; r++) {
        for (int i = 0; i < cosine.length; i++) {
          mean[r] += cosine[random.nextInt(cosine.length)];
        }
      }
      Arrays.sort(mean);
      return mean[(int) (EVIDENCE_LEVEL * RESAMPLES)] > 0;
    }
  }
}
