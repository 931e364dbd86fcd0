package org.virtualcell.model.effect;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.virtualcell.api.CellContext;

/**
 * Turns conditions into {@link Question}s: how strongly targets act ({@link Strengths}), and how
 * near contexts are.
 *
 * <p>The nearness of two contexts is {@code exp(-(1 - r) / T)} with the correlation r of their
 * control profiles, which is a radial function of the distance of standardised profiles.
 */
final class Questions {
  /** T: profiles that correlate by 0.95 are 1/e near. */
  private static final double DECAY = 0.05;

  private final List<Screen.Controls> contexts;
  private final Strengths strengths;
  private final Map<CellContext, double[]> known = new ConcurrentHashMap<>();
  private final AtomicReference<Near> last = new AtomicReference<>();

  /** How near a state is to each context. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, not handed out
  private record Near(double[] controlMean, CellContext context, double[] nearness) {}

  Questions(Screen screen, Screen.Mode mode) {
    this.contexts = screen.contexts();
    this.strengths = new Strengths(mode);
  }

  /** A measured condition as if some items, by their numbers, had not been. */
  Question of(Screen.Item item, Set<Integer> unseen) {
    double[] nearness =
        known.computeIfAbsent(
            item.context(), context -> nearnessOf(context, doubles(find(context).mean())));
    List<Exposure> exposures = Exposure.of(item.condition().perturbation());
    return new Question(
        item.targets(),
        strengths.of(item.targets(), exposures, unseen),
        item.context(),
        nearness,
        exposures);
  }

  /** A question about cells with a control mean, NaN where a gene is not measured. */
  Question of(
      List<String> targets, List<Exposure> exposures, CellContext context, double[] controlMean) {
    return new Question(
        targets,
        strengths.of(targets, exposures, Set.of()),
        context,
        nearness(context, controlMean),
        exposures);
  }

  /** Most callers ask many questions about one state, whose mean is then the same array. */
  @SuppressWarnings("ReferenceEquality")
  private double[] nearness(CellContext context, double[] controlMean) {
    Near kept = last.get();
    if (kept == null || kept.controlMean() != controlMean || !kept.context().equals(context)) {
      kept = new Near(controlMean, context, nearnessOf(context, controlMean));
      last.set(kept);
    }
    return kept.nearness();
  }

  private double[] nearnessOf(CellContext context, double[] controlMean) {
    double[] nearness = new double[contexts.size()];
    for (int c = 0; c < nearness.length; c++) {
      nearness[c] =
          contexts.get(c).context().equals(context)
              ? 1
              : nearness(contexts.get(c).mean(), controlMean);
    }
    return nearness;
  }

  int context(CellContext context) {
    return contexts.indexOf(find(context));
  }

  private Screen.Controls find(CellContext context) {
    return contexts.stream().filter(c -> c.context().equals(context)).findFirst().orElseThrow();
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
