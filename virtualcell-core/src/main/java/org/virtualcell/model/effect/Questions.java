package org.virtualcell.model.effect;

import java.util.List;
import java.util.Set;
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

  Questions(Screen screen, Screen.Mode mode) {
    this.contexts = screen.contexts();
    this.strengths = new Strengths(mode);
  }

  /** A measured condition as if some items, by their numbers, had not been. */
  Question of(Screen.Item item, Set<Integer> unseen) {
    double[] nearness = new double[contexts.size()];
    Screen.Controls own = find(item.context());
    for (int c = 0; c < nearness.length; c++) {
      nearness[c] =
          contexts.get(c).context().equals(item.context())
              ? 1
              : nearness(contexts.get(c).mean(), doubles(own.mean()));
    }
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
    double[] nearness = new double[contexts.size()];
    for (int c = 0; c < nearness.length; c++) {
      nearness[c] =
          contexts.get(c).context().equals(context)
              ? 1
              : nearness(contexts.get(c).mean(), controlMean);
    }
    return new Question(
        targets, strengths.of(targets, exposures, Set.of()), context, nearness, exposures);
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
