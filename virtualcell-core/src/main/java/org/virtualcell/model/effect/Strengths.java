package org.virtualcell.model.effect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How strongly targets act: the root of the noise-free power of their effects, on a logarithmic
 * scale shrunk to the mean of all targets, which targets that were not measured have. Without it a
 * few strong perturbations own the likelihood.
 *
 * <p>How much of a target's own strength is kept follows from how well its conditions agree: with
 * the variance b between targets and w within (conditions of one target, in several contexts or
 * combinations), {@code b / (b + w / k)} for a target of k conditions. Where too few conditions
 * repeat a target to tell, a fifth is kept.
 *
 * <p>Doses of a target are brought to one level by the {@link DoseCurve} all share before, and to
 * the dose asked about after.
 */
final class Strengths {
  private static final double LEAST_POWER = 0.02;
  private static final int FEWEST_REPEATED = 20;
  private static final double KEPT = 0.2; // of what is not known to be reliable

  private final Screen.Mode mode;
  private final Map<String, Map<Integer, Double>> logs = new TreeMap<>(); // target, item
  private final double mean;
  private final boolean reliable;
  private final double between;
  private final double within;
  private final Map<String, Double> all = new HashMap<>();
  private final DoseCurve curve;

  Strengths(Screen.Mode mode) {
    this.mode = mode;
    this.curve =
        DoseCurve.of(
            mode.items().stream()
                .filter(i -> i.condition().perturbation().parts().size() == 1)
                .map(
                    i ->
                        new DoseCurve.Strength(
                            i.targets().get(0),
                            Exposure.of(i.condition().perturbation()).get(0),
                            free(i)))
                .toList());
    for (int i = 0; i < mode.items().size(); i++) {
      Screen.Item item = mode.items().get(i);
      List<Exposure> exposures = Exposure.of(item.condition().perturbation());
      for (int k = 0; k < item.targets().size(); k++) {
        logs.computeIfAbsent(item.targets().get(k), any -> new TreeMap<>())
            .put(
                i,
                StrictMath.log(free(item) / item.targets().size()) / 2
                    - curve.log(exposures.get(k)));
      }
    }
    double sum = 0;
    double scatter = 0;
    double shared = 0;
    int repeated = 0;
    for (Map<Integer, Double> own : logs.values()) {
      double m = mean(own, Set.of());
      sum += m / logs.size();
      shared += 1.0 / own.size() / logs.size();
      repeated += own.size() - 1;
      for (double log : own.values()) {
        scatter += (log - m) * (log - m);
      }
    }
    this.mean = sum;
    double spread = 0;
    for (Map<Integer, Double> own : logs.values()) {
      double off = mean(own, Set.of()) - mean;
      spread += off * off / Math.max(1, logs.size() - 1);
    }
    this.reliable = repeated >= FEWEST_REPEATED;
    this.within = reliable ? scatter / repeated : 0;
    this.between = Math.max(0, spread - within * shared);
    logs.forEach((target, own) -> all.put(target, shrunk(own, Set.of())));
  }

  private static double mean(Map<Integer, Double> own, Set<Integer> unseen) {
    double sum = 0;
    int n = 0;
    for (Map.Entry<Integer, Double> log : own.entrySet()) {
      if (!unseen.contains(log.getKey())) {
        sum += log.getValue();
        n++;
      }
    }
    return sum / n;
  }

  private double shrunk(Map<Integer, Double> own, Set<Integer> unseen) {
    long k = own.keySet().stream().filter(i -> !unseen.contains(i)).count();
    if (k == 0 || between <= 0) {
      return StrictMath.exp(mean);
    }
    double kept = reliable ? between / (between + within / k) : KEPT;
    return StrictMath.exp(mean + kept * (mean(own, unseen) - mean));
  }

  private double free(Screen.Item item) {
    return Math.max(LEAST_POWER, power(item) - noise(item));
  }

  private double power(Screen.Item item) {
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

  private double noise(Screen.Item item) {
    double noise = item.noise();
    for (int b = 0; b < item.share().length; b++) {
      noise += (double) item.share()[b] * item.share()[b] * mode.populations().get(b).noise();
    }
    return noise;
  }

  /** The strengths of targets as if some items, by their numbers, had not been measured. */
  double[] of(List<String> targets, List<Exposure> exposures, Set<Integer> unseen) {
    double[] strengths = new double[targets.size()];
    for (int k = 0; k < strengths.length; k++) {
      String target = targets.get(k);
      Map<Integer, Double> own = logs.get(target);
      double level =
          own == null
              ? StrictMath.exp(mean)
              : unseen.isEmpty() ? all.get(target) : shrunk(own, unseen);
      double dose = curve.log(exposures.get(k));
      strengths[k] = dose == 0 ? level : level * StrictMath.exp(dose);
    }
    return strengths;
  }
}
