package org.virtualcell.model.effect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;

/**
 * Turns conditions into {@link Question}s: how strongly targets act, and how near contexts are.
 *
 * <p>The strength of a target is the root of the noise-free power of its effects, shrunk to the
 * geometric mean over targets by 80 % of its logarithm; a target that was not measured has the
 * mean. Without it a few strong perturbations own the likelihood.
 *
 * <p>The nearness of two contexts is {@code exp(-(1 - r) / T)} with the correlation r of their
 * control profiles, which is a radial function of the distance of standardised profiles.
 */
final class Questions {
  private static final double SHRUNK = 0.8;
  private static final double LEAST_POWER = 0.02;

  /** T: profiles that correlate by 0.95 are 1/e near. */
  private static final double DECAY = 0.05;

  private final List<Screen.Controls> contexts;
  private final Map<String, Double> strength = new HashMap<>();
  private final double typical;

  Questions(Screen screen, Screen.Mode mode) {
    this.contexts = screen.contexts();
    Map<String, double[]> power = new TreeMap<>();
    for (Screen.Item item : mode.items()) {
      double free = Math.max(LEAST_POWER, power(item, mode) - noise(item, mode));
      for (String target : item.targets()) {
        double[] total = power.computeIfAbsent(target, any -> new double[2]);
        total[0] += free / item.targets().size();
        total[1]++;
      }
    }
    double log = 0;
    for (double[] total : power.values()) {
      log += StrictMath.log(total[0] / total[1]) / 2 / power.size();
    }
    double mean = log;
    this.typical = StrictMath.exp(mean);
    power.forEach(
        (target, total) ->
            strength.put(
                target,
                StrictMath.exp(
                    SHRUNK * mean + (1 - SHRUNK) * StrictMath.log(total[0] / total[1]) / 2)));
  }

  private static double power(Screen.Item item, Screen.Mode mode) {
    double sum = 0;
    int used = 0;
    for (int g = 0; g < item.effect().length; g++) {
      if (item.effect()[g] != 0) {
        double v = (double) item.effect()[g] / mode.scale()[g];
        sum += v * v;
        used++;
      }
    }
    return sum / Math.max(1, used);
  }

  private static double noise(Screen.Item item, Screen.Mode mode) {
    double noise = item.noise();
    for (int b = 0; b < item.share().length; b++) {
      noise += (double) item.share()[b] * item.share()[b] * mode.populations().get(b).noise();
    }
    return noise;
  }

  /** A measured condition; targets in {@code unseen} are taken as not measured. */
  Question of(Screen.Item item, Set<String> unseen) {
    double[] nearness = new double[contexts.size()];
    Screen.Controls own = find(item.context());
    for (int c = 0; c < nearness.length; c++) {
      nearness[c] =
          contexts.get(c).context().equals(item.context())
              ? 1
              : nearness(contexts.get(c).mean(), doubles(own.mean()));
    }
    return new Question(
        item.targets(), strengths(item.targets(), unseen), item.context(), nearness);
  }

  /** A question about cells with a control mean, NaN where a gene is not measured. */
  Question of(List<String> targets, CellContext context, double[] controlMean) {
    double[] nearness = new double[contexts.size()];
    for (int c = 0; c < nearness.length; c++) {
      nearness[c] =
          contexts.get(c).context().equals(context)
              ? 1
              : nearness(contexts.get(c).mean(), controlMean);
    }
    return new Question(targets, strengths(targets, Set.of()), context, nearness);
  }

  int context(CellContext context) {
    return contexts.indexOf(find(context));
  }

  private Screen.Controls find(CellContext context) {
    return contexts.stream().filter(c -> c.context().equals(context)).findFirst().orElseThrow();
  }

  private double[] strengths(List<String> targets, Set<String> unseen) {
    return targets.stream()
        .mapToDouble(t -> unseen.contains(t) ? typical : strength.getOrDefault(t, typical))
        .toArray();
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int g = 0; g < wide.length; g++) {
      wide[g] = values[g];
    }
    return wide;
  }

  private static double nearness(float[] a, double[] b) {
    double n = 0;
    double sumA = 0;
    double sumB = 0;
    for (int g = 0; g < a.length; g++) {
      if (!Double.isNaN(b[g])) {
        n++;
        sumA += a[g];
        sumB += b[g];
      }
    }
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int g = 0; g < a.length; g++) {
      if (!Double.isNaN(b[g])) {
        double x = a[g] - sumA / n;
        double y = b[g] - sumB / n;
        aa += x * x;
        bb += y * y;
        ab += x * y;
      }
    }
    double r = aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
    return StrictMath.exp(-(1 - Math.min(1, r)) / DECAY);
  }
}
