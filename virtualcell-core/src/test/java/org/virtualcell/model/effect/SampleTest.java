package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.Perturbation;

class SampleTest {
  /** Each value tells its gene; gene 0 never changes. */
  private static Screen.Mode mode(int perturbations, int contexts, int genes) {
    float[] tell = new float[genes];
    for (int g = 0; g < genes; g++) {
      tell[g] = g;
    }
    List<Screen.Item> items = new ArrayList<>();
    for (int p = 0; p < perturbations; p++) {
      for (int c = 0; c < contexts; c++) {
        items.add(
            new Screen.Item(
                new Condition(Perturbation.knockout("T" + p), CellContext.of("c" + c)),
                List.of("T" + p),
                50,
                tell,
                1,
                new float[] {1}));
      }
    }
    return new Screen.Mode(
        new TreeSet<>(List.of("knockout")), tell, items, List.of(new Screen.Population(tell, 1)));
  }

  @Test
  void aSmallScreenIsItsOwnSample() {
    Screen.Mode mode = mode(20, 3, 100);
    assertSame(mode, Sample.of(mode));
  }

  @Test
  void aLargeScreenGivesWholePerturbationsAndTheSameGenesEverywhere() {
    Screen.Mode sample = Sample.of(mode(300, 3, 2000));
    assertEquals(399, sample.items().size());
    sample.items().stream()
        .collect(Collectors.groupingBy(Screen.Item::targets, Collectors.counting()))
        .forEach((targets, contexts) -> assertEquals(3, contexts, targets.toString()));
    float[] genes = sample.scale();
    assertEquals(Sample.MOST_GENES, genes.length);
    for (int k = 0; k < genes.length; k++) {
      assertTrue(genes[k] > (k == 0 ? 0 : genes[k - 1]), "in order, none that never changes");
      assertEquals(genes[k], sample.items().get(7).effect()[k]);
      assertEquals(genes[k], sample.populations().get(0).variance()[k]);
    }
  }
}
