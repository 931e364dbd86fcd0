package org.virtualcell.cli;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableDataset;
import io.jhdf.api.WritableGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A small h5ad as other programs write it: any layout, any value, names that stand twice. Ours
 * would refuse to write most of it.
 */
final class MadeFile {
  /** How X is stored. */
  enum Layout {
    CSR,
    CSC,
    DENSE
  }

  static final String CONTROL = "non-targeting";
  static final int GENES = 40;
  static final int PERTURBATIONS = 6;
  static final int CELLS = 16;

  List<String> genes = new ArrayList<>();
  final List<float[]> rows = new ArrayList<>();
  final List<String> names = new ArrayList<>();
  final Map<String, List<String>> columns = new LinkedHashMap<>();
  Layout layout = Layout.CSR;
  boolean storesZeros;

  /** Every count above one is stored as two entries of the same cell and gene. */
  boolean splitsCounts;

  /** Counts with clear effects; a second seed gives another draw of the same cells. */
  static MadeFile counts(long seed) {
    MadeFile file = new MadeFile();
    SplittableRandom fixed = new SplittableRandom(7);
    SplittableRandom random = new SplittableRandom(seed);
    double[] base = fixed.doubles(GENES, 2, 9).toArray();
    for (int g = 0; g < GENES; g++) {
      file.genes.add(String.format("G%02d", g));
    }
    List<String> labels = new ArrayList<>();
    for (int p = -1; p < PERTURBATIONS; p++) {
      double[] factor = new double[GENES];
      for (int g = 0; g < GENES; g++) {
        factor[g] = p < 0 || fixed.nextInt(3) > 0 ? 1 : fixed.nextBoolean() ? 2.5 : 0.3;
      }
      for (int c = 0; c < (p < 0 ? 3 : 1) * CELLS; c++) {
        float[] row = new float[GENES];
        for (int g = 0; g < GENES; g++) {
          row[g] = poisson(base[g] * (g == p ? 0.1 : factor[g]), random);
        }
        file.rows.add(row);
        labels.add(p < 0 ? CONTROL : file.genes.get(p));
        file.names.add("cell" + file.names.size());
      }
    }
    file.columns.put("target_gene", labels);
    return file;
  }

  /** The same as log1p values, from the same draw. */
  static MadeFile logs(long seed) {
    MadeFile file = counts(seed);
    for (float[] row : file.rows) {
      double total = 0;
      for (float value : row) {
        total += value;
      }
      for (int g = 0; g < row.length; g++) {
        row[g] = (float) Math.log1p(row[g] / total * 300);
      }
    }
    return file;
  }

  private static int poisson(double mean, SplittableRandom random) {
    double product = random.nextDouble();
    int count = 0;
    while (product > Math.exp(-mean)) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  List<String> labels() {
    return columns.get("target_gene");
  }

  void dropLabel(String label) {
    for (int c = rows.size() - 1; c >= 0; c--) {
      if (labels().get(c).equals(label)) {
        rows.remove(c);
        names.remove(c);
        labels().remove(c);
      }
    }
  }

  void dropGene(int gene) {
    genes.remove(gene);
    rows.replaceAll(
        row -> {
          float[] shorter = new float[row.length - 1];
          System.arraycopy(row, 0, shorter, 0, gene);
          System.arraycopy(row, gene + 1, shorter, gene, shorter.length - gene);
          return shorter;
        });
  }

  /** The first cell of a label. */
  int cell(String label) {
    return labels().indexOf(label);
  }

  Path write(Path path) {
    try (WritableHdfFile file = HdfFile.write(path)) {
      file.putAttribute("encoding-type", "anndata");
      file.putAttribute("encoding-version", "0.1.0");
      if (layout == Layout.DENSE) {
        encoded(file.putDataset("X", rows.toArray(float[][]::new)), "array", "0.2.0");
      } else {
        sparse(file.putGroup("X"), layout == Layout.CSR);
      }
      frame(file.putGroup("var"), genes, new String[0]);
      WritableGroup obs =
          frame(file.putGroup("obs"), names, columns.keySet().toArray(String[]::new));
      columns.forEach(
          (name, texts) ->
              encoded(obs.putDataset(name, texts.toArray(String[]::new)), "string-array", "0.2.0"));
    }
    return path;
  }

  private static void encoded(WritableDataset node, String type, String version) {
    node.putAttribute("encoding-type", type);
    node.putAttribute("encoding-version", version);
  }

  private static WritableGroup frame(WritableGroup group, List<String> index, String[] columns) {
    group.putAttribute("encoding-type", "dataframe");
    group.putAttribute("encoding-version", "0.2.0");
    group.putAttribute("_index", "_index");
    if (columns.length > 0) {
      group.putAttribute("column-order", columns);
    }
    encoded(group.putDataset("_index", index.toArray(String[]::new)), "string-array", "0.2.0");
    return group;
  }

  private void sparse(WritableGroup group, boolean byRow) {
    int n = rows.size();
    int outer = byRow ? n : genes.size();
    int inner = byRow ? genes.size() : n;
    List<Float> data = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    int[] starts = new int[outer + 1];
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        float value = byRow ? rows.get(i)[j] : rows.get(j)[i];
        if (value != 0 || storesZeros) {
          boolean split = splitsCounts && value > 1;
          data.add(split ? value - 1 : value);
          indices.add(j);
          if (split) {
            data.add(1f);
            indices.add(j);
          }
        }
      }
      starts[i + 1] = data.size();
    }
    float[] values = new float[data.size()];
    IntStream.range(0, values.length).forEach(k -> values[k] = data.get(k));
    group.putAttribute("encoding-type", byRow ? "csr_matrix" : "csc_matrix");
    group.putAttribute("encoding-version", "0.1.0");
    group.putAttribute("shape", new long[] {n, genes.size()});
    group.putDataset("data", values);
    group.putDataset("indices", indices.stream().mapToInt(k -> k).toArray());
    group.putDataset("indptr", starts);
  }
}
