package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Support;
import org.virtualcell.model.EvenlySpaced;
import org.virtualcell.model.Targets;

/**
 * Whether what is known of a target in one mode says something of it in another, such as knock-out
 * of interference, and how much.
 *
 * <p>Learned on targets that were measured alone in both. What the model expects of them in the
 * first mode, a, is compared with what was measured in the second, b; from both the mean over these
 * targets is taken, in each context, which takes the common response and the error of the controls
 * with it. Effects transfer if there are {@value #LEAST_SHARED} such targets or more and the mean
 * cosine of a and b has a 95 % interval above zero, by a bootstrap over targets; then a deviation
 * of a counts {@code sum a.b / sum a.a} in the second mode. Immutable.
 */
final class ModeTransfer {
  /** Targets measured in both modes that a transfer needs. */
  static final int LEAST_SHARED = 10;

  private static final int MOST_SHARED = 300; // more say the same at a higher price
  private static final int RESAMPLES = 2000;

  private final ModeModel from;
  private final String to;
  private final int shared;
  private final double correlation; // mean cosine
  private final double lower;
  private final double upper;
  private final double slope;
  private final double[] centre; // of what is expected in the first mode, per gene

  private ModeTransfer(
      ModeModel from,
      String to,
      int shared,
      double correlation,
      double lower,
      double upper,
      double slope,
      double[] centre) {
    this.from = from;
    this.to = to;
    this.shared = shared;
    this.correlation = correlation;
    this.lower = lower;
    this.upper = upper;
    this.slope = slope;
    this.centre = centre;
  }

  /** What the targets that both modes share say of the way from one to the other. */
  static ModeTransfer between(ModeModel from, ModeModel to) {
    Set<String> shared = new TreeSet<>(singles(from.mode()));
    shared.retainAll(singles(to.mode()));
    String name = to.mode().modes().toString();
    if (shared.size() < LEAST_SHARED) {
      return new ModeTransfer(from, name, shared.size(), 0, 0, 0, 0, new double[0]);
    }
    List<String> targets = EvenlySpaced.of(List.copyOf(shared), MOST_SHARED);
    double[] centre = new double[from.genes()];
    Map<String, double[]> expected = deviations(from, targets, true, centre);
    Map<String, double[]> measured = deviations(to, targets, false, new double[to.genes()]);
    double[] cosine = new double[targets.size()];
    double product = 0;
    double square = 0;
    for (int t = 0; t < cosine.length; t++) {
      double[] a = expected.get(targets.get(t));
      double[] b = measured.get(targets.get(t));
      double ab = dot(a, b);
      double lengths = Math.sqrt(dot(a, a) * dot(b, b));
      cosine[t] = lengths > 0 ? ab / lengths : 0;
      product += ab;
      square += dot(a, a);
    }
    double[] resampled = bootstrap(cosine);
    return new ModeTransfer(
        from,
        name,
        shared.size(),
        Arrays.stream(cosine).average().orElse(0),
        resampled[(int) (0.025 * RESAMPLES)],
        resampled[(int) (0.975 * RESAMPLES)],
        square > 0 ? Math.max(0, product / square) : 0,
        centre);
  }

  private static Set<String> singles(Screen.Mode mode) {
    Set<String> singles = new TreeSet<>();
    mode.items().stream()
        .filter(i -> i.condition().perturbation().parts().size() == 1)
        .forEach(i -> singles.add(i.targets().get(0)));
    return singles;
  }

  /**
   * Per target the deviation from the mean over targets, each context for itself, then their mean.
   *
   * @param expected whether of what the model expects, else of what was measured
   * @param centre gets the mean over contexts of what was taken away
   */
  private static Map<String, double[]> deviations(
      ModeModel model, List<String> targets, boolean expected, double[] centre) {
    Map<CellContext, Map<String, double[]>> byContext = new LinkedHashMap<>();
    List<Screen.Item> items = model.mode().items();
    for (int i = 0; i < items.size(); i++) {
      Screen.Item item = items.get(i);
      if (item.condition().perturbation().parts().size() == 1
          && targets.contains(item.targets().get(0))) {
        double[] effect =
            expected ? expectation(model, model.question(i, Set.of())) : doubles(item.effect());
        // doses of one target, say: the last in order stands for all, which is as good as any
        byContext
            .computeIfAbsent(item.context(), c -> new TreeMap<>())
            .put(item.targets().get(0), effect);
      }
    }
    Map<String, double[]> sum = new TreeMap<>();
    Map<String, Integer> contexts = new TreeMap<>();
    for (Map<String, double[]> here : byContext.values()) {
      double[] mean = new double[centre.length];
      here.values().forEach(e -> add(mean, e, 1.0 / here.size()));
      add(centre, mean, 1.0 / byContext.size());
      here.forEach(
          (target, effect) -> {
            double[] total = sum.computeIfAbsent(target, t -> new double[centre.length]);
            add(total, effect, 1);
            add(total, mean, -1);
            contexts.merge(target, 1, Integer::sum);
          });
    }
    sum.forEach((target, total) -> add(total, total.clone(), 1.0 / contexts.get(target) - 1));
    return sum;
  }

  private static double[] expectation(ModeModel model, Question question) {
    double[] mean = model.all().mixed().mean(question);
    for (int a = 0; a < mean.length; a++) {
      mean[a] *= model.scale(a);
    }
    return model.spread(mean);
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int g = 0; g < wide.length; g++) {
      wide[g] = values[g];
    }
    return wide;
  }

  private static void add(double[] sum, double[] values, double factor) {
    for (int g = 0; g < sum.length; g++) {
      sum[g] += factor * values[g];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += a[g] * b[g];
    }
    return sum;
  }

  /** Means of resampled values, sorted. */
  private static double[] bootstrap(double[] values) {
    SplittableRandom random = new SplittableRandom(1);
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int k = 0; k < values.length; k++) {
        means[r] += values[random.nextInt(values.length)] / values.length;
      }
    }
    Arrays.sort(means);
    return means;
  }

  /** Whether effects transfer. */
  boolean holds() {
    return shared >= LEAST_SHARED && lower > 0 && slope > 0;
  }

  double correlation() {
    return correlation;
  }

  /** Whether any mode measured two targets or more in common, so that there is something to say. */
  boolean isWorthMention() {
    return shared > 1;
  }

  /** Whether the target was measured alone in the mode effects would come from. */
  boolean knows(String target) {
    return singles(from.mode()).contains(target);
  }

  /** The answer of the second mode with what the first knows of a target that only it measured. */
  Answer in(Answer answer, Perturbation perturbation, CellContext context, double[] controlMean) {
    String target = Targets.all(perturbation).get(0);
    double[] expected = expectation(from, from.question(perturbation, context, controlMean));
    double[] added = new double[expected.length];
    for (int g = 0; g < added.length; g++) {
      added[g] = slope * (expected[g] - centre[g]);
    }
    List<Support.Source> sources = new ArrayList<>();
    from.mode().items().stream()
        .filter(i -> i.targets().equals(List.of(target)))
        .forEach(i -> sources.add(new Support.Source(i.condition(), i.cells(), correlation)));
    return answer.withTransfer(
        added,
        sources,
        String.format(Locale.ROOT, "Transferred from %s; %s. ", from.mode().modes(), this));
  }

  /** The name a card lists it under. */
  String name() {
    return "transfer " + from.mode().modes() + " to " + to;
  }

  /** The finding for a person. */
  @Override
  public String toString() {
    return shared < LEAST_SHARED
        ? shared + " shared perturbations, " + LEAST_SHARED + " needed: no transfer"
        : String.format(
            Locale.ROOT,
            "correlation %.2f (95 %% %.2f to %.2f) over %d shared perturbations%s",
            correlation,
            lower,
            upper,
            shared,
            holds() ? "" : ": no transfer");
  }
}
