package org.virtualcell.bench.scale;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.io.Column;
import org.virtualcell.io.H5adWriter;
import org.virtualcell.io.Table;

/**
 * Writes a simulated screen and a prediction of it as two h5ad files of counts. Cells of a
 * perturbation are scattered over the file. A prediction knows half of the changed genes.
 */
public final class LargeScreen {
  private static final String CONTROL = "non-targeting";

  private final int cells;
  private final int genes;
  private final int perturbations;
  private final int controls;

  private LargeScreen(int cells, int genes, int perturbations, int controls) {
    this.cells = cells;
    this.genes = genes;
    this.perturbations = perturbations;
    this.controls = controls;
  }

  /**
   * Writes {@code real.h5ad} and {@code predicted.h5ad} into a folder.
   *
   * @param args the folder, then the numbers of cells, genes, perturbations and control cells; 1.2
   *     million, 2,000, 3,000 and 30,000 where not given
   */
  public static void main(String[] args) {
    if (args.length != 1 && args.length != 5) {
      System.err.println("usage: LargeScreen FOLDER [CELLS GENES PERTURBATIONS CONTROLS]");
      System.exit(2);
    }
    int[] sizes =
        args.length == 1
            ? new int[] {1_200_000, 2000, 3000, 30_000}
            : IntStream.range(1, 5).map(i -> Integer.parseInt(args[i])).toArray();
    LargeScreen screen = new LargeScreen(sizes[0], sizes[1], sizes[2], sizes[3]);
    Path folder = Path.of(args[0]);
    screen.write(folder.resolve("real.h5ad"), 0);
    screen.write(folder.resolve("predicted.h5ad"), 1);
  }

  private void write(Path file, int side) {
    List<String> names = IntStream.range(0, genes).mapToObj(g -> "G" + g).toList();
    double[] rate =
        IntStream.range(0, genes)
            .mapToDouble(
                g -> 0.004 + 0.5 * Math.pow(GeneratedCounts.uniform(1_000_000_007L + g), 4))
            .toArray();
    int[] group = groups();
    GeneratedCounts counts =
        new GeneratedCounts(group, levels(side), rate, 3_000_000_019L + ((long) side << 42));
    List<String> labels = IntStream.rangeClosed(0, perturbations).mapToObj(this::label).toList();
    Table observations =
        Table.of(
            file.toString(),
            IntStream.range(0, cells).mapToObj(i -> "cell" + i).toList(),
            List.of(Column.ofCategories("target_gene", labels, group)));
    new H5adWriter(GeneVocabulary.of(names), observations)
        .expression(counts, ExpressionUnits.rawCounts())
        .compression(1)
        .write(file, true);
    System.out.println(file + ": " + cells + " cells, " + counts.nonZeros() + " values");
  }

  /** The first half of the genes are targets, once each at most; other labels name no gene. */
  private String label(int group) {
    if (group == 0) {
      return CONTROL;
    }
    return group <= genes / 2 ? "G" + (group - 1) : "set" + group;
  }

  /** 0 for controls; a cell's group follows from its place alone, the groups are of equal size. */
  private int[] groups() {
    int[] group = new int[cells];
    for (int i = controls; i < cells; i++) {
      group[i] = 1 + (i - controls) % perturbations;
    }
    for (int i = cells - 1; i > 0; i--) {
      int j = (int) Long.remainderUnsigned(GeneratedCounts.mixed(5_000_000_029L + i), i + 1L);
      int moved = group[i];
      group[i] = group[j];
      group[j] = moved;
    }
    return group;
  }

  private byte[][] levels(int side) {
    byte[][] level = new byte[perturbations + 1][genes];
    for (int p = 1; p <= perturbations; p++) {
      for (int g = 0; g < genes; g++) {
        long w = GeneratedCounts.mixed(2_000_000_011L + 1_000_003L * p + g);
        boolean known = side == 0 || (w >>> 50) % 2 == 0;
        if (known && w % 20 == 0) {
          level[p][g] = (byte) ((w >>> 40) % 2 == 0 ? 1 : 2);
        }
      }
      if (p <= genes / 2) {
        level[p][p - 1] = 3;
      }
    }
    return level;
  }
}
