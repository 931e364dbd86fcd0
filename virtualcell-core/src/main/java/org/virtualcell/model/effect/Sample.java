package org.virtualcell.model.effect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A part of a large screen, enough to weigh the parts of the model: genes are independent draws of
 * the same law and so are perturbations, so that the likelihood of some is that of all up to a
 * factor. A dozen weights do not need ten thousand conditions, whose decomposition costs the cube
 * of their number. Perturbations are drawn whole, in all their contexts, so that what contexts
 * share stays visible. Deterministic; a small screen is its own sample.
 */
final class Sample {
  static final int MOST_ITEMS = 400;
  static final int MOST_GENES = 512;

  private Sample() {}

  static Screen.Mode of(Screen.Mode mode) {
    return genes(items(mode, MOST_ITEMS), MOST_GENES);
  }

  private static Screen.Mode items(Screen.Mode mode, int most) {
    if (mode.items().size() <= most) {
      return mode;
    }
    Map<List<String>, List<Screen.Item>> byTargets = new LinkedHashMap<>();
    mode.items()
        .forEach(i -> byTargets.computeIfAbsent(i.targets(), t -> new ArrayList<>()).add(i));
    List<List<Screen.Item>> drawn = new ArrayList<>(byTargets.values());
    Collections.shuffle(drawn, new java.util.Random(1));
    List<Screen.Item> some = new ArrayList<>();
    for (List<Screen.Item> group : drawn) {
      if (some.isEmpty() || some.size() + group.size() <= most) {
        some.addAll(group);
      }
    }
    return new Screen.Mode(mode.modes(), mode.scale(), some, mode.populations());
  }

  /** Genes that change anywhere, those drawn in their order. */
  private static Screen.Mode genes(Screen.Mode mode, int most) {
    int[] active =
        IntStream.range(0, mode.scale().length)
            .filter(g -> mode.items().stream().anyMatch(i -> i.effect()[g] != 0))
            .toArray();
    if (active.length <= most) {
      return mode;
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < most; k++) {
      int other = k + random.nextInt(active.length - k);
      int gene = active[other];
      active[other] = active[k];
      active[k] = gene;
    }
    int[] genes = IntStream.range(0, most).map(k -> active[k]).sorted().toArray();
    return new Screen.Mode(
        mode.modes(),
        pick(mode.scale(), genes),
        mode.items().stream()
            .map(
                i ->
                    new Screen.Item(
                        i.condition(),
                        i.targets(),
                        i.cells(),
                        pick(i.effect(), genes),
                        i.noise(),
                        i.share()))
            .toList(),
        mode.populations().stream()
            .map(p -> new Screen.Population(pick(p.variance(), genes), p.noise()))
            .toList());
  }

  private static float[] pick(float[] values, int[] genes) {
    float[] some = new float[genes.length];
    for (int k = 0; k < genes.length; k++) {
      some[k] = values[genes[k]];
    }
    return some;
  }
}
