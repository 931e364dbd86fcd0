package org.virtualcell.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.evaluate.celleval.CellEvalSide;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.io.Column;
import org.virtualcell.io.H5adWriter;
import org.virtualcell.io.Table;
import org.virtualcell.stats.differential.CellValues;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Packs predicted cells for upload. */
@Command(
    name = "prep",
    header = "Pack predicted cells as a .vcc file, as cell-eval does.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc prep --data FILE --genes LIST --out FILE.vcc [options]"},
    descriptionHeading = "%n",
    description =
        "Checks the cells, puts the genes into the order of the list, turns counts into log1p values (scaled to the median total) and writes a tar of pred.h5ad.zst and watermark.txt.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc prep --data predicted.h5ad --genes gene_names.csv --out predicted.vcc",
      "  vc prep --data predicted.h5ad --genes gene_names.csv --celltype-key line \\",
      "     --max-cells -1 --out predicted.vcc"
    })
final class PrepVerb extends Verb {
  private static final String LABEL_COLUMN = "target_gene";
  private static final String TYPE_COLUMN = "celltype";

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "Cells.")
  private Path data;

  @Option(
      names = "--genes",
      required = true,
      paramLabel = "LIST",
      description = "The genes and their order: a name per line, no header.")
  private Path genes;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Option(
      names = "--celltype-key",
      paramLabel = "COLUMN",
      description = "Column of cell types to keep. Default: none is kept.")
  private String typeKey;

  @Option(
      names = "--expected-genes",
      paramLabel = "N",
      defaultValue = "18080",
      description =
          "A list of another length is used all the same, with a warning. Default: 18080.")
  private int expectedGenes;

  @Option(
      names = "--max-cells",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Refuse more cells than this; -1 for any number. Default: 200000.")
  private int mostCells;

  @Option(
      names = "--encoding",
      paramLabel = "BITS",
      defaultValue = "32",
      description = "Bits of a value; this version writes 32. Default: 32.")
  private int encoding;

  @Option(
      names = "--allow-discrete",
      description = "Take whole numbers as log1p values instead of counts.")
  private boolean allowDiscrete;

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions columns = new CellOptions();

  PrepVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    if (encoding != 32) {
      throw usageError("--encoding " + encoding + " is not written; leave it out or say 32");
    }
    AtomicFile.requireWritable(out, force);
    List<String> order = geneList();
    progress.update("reading cells", 0, 1);
    try (AnnotatedData file = columns.open(data)) {
      PerturbationKeys keys = columns.keys(file, this::note);
      List<String> labels = file.observations().column(keys.perturbation()).strings();
      requireUsable(file, labels, keys.control());
      CellEvalSide side =
          new CellEvalSide(
                  data.toString(),
                  CellValues.of(file.expressionInMemory()),
                  file.genes().ids(),
                  labels,
                  CellEvalSide.Storage.SPARSE_SINGLE,
                  Optional.empty())
              .inLogValues(allowDiscrete);
      List<Column> kept = new ArrayList<>(List.of(category(LABEL_COLUMN, labels)));
      if (typeKey != null) {
        kept.add(category(TYPE_COLUMN, file.observations().column(typeKey).strings()));
      }
      progress.update("packing", 0, 1);
      SubmissionArchive.write(
          new H5adWriter(
                  GeneVocabulary.of(order), Table.of("cells to pack", numbers(labels.size()), kept))
              .expression(reordered(side, order), ExpressionUnits.logNormalizedToUnstatedTotal()),
          out,
          force);
      progress.close();
      terminal()
          .results()
          .println(
              labels.size()
                  + " cells x "
                  + order.size()
                  + " genes, "
                  + new TreeSet<>(labels).size()
                  + " labels, control '"
                  + keys.control()
                  + "'. Written to "
                  + out);
    }
    return ExitStatus.DONE;
  }

  private List<String> geneList() {
    List<String> order;
    try {
      order =
          Files.readAllLines(genes).stream()
              .map(line -> line.split(",", -1)[0].strip())
              .filter(name -> !name.isEmpty())
              .toList();
    } catch (IOException e) {
      throw new StorageException(
          "The list of genes cannot be read: " + e.getClass().getSimpleName(),
          genes.toString(),
          "Check that it is there and holds a name per line.",
          e);
    }
    Set<String> seen = new HashSet<>();
    for (String gene : order) {
      if (!seen.add(gene)) {
        throw new InvalidDataException(
            "Gene '" + gene + "' stands twice in the list", genes.toString(), "Name it once.");
      }
    }
    if (order.size() != expectedGenes) {
      note("The list has " + order.size() + " genes instead of " + expectedGenes + "; it is used");
    }
    return order;
  }

  private void requireUsable(AnnotatedData file, List<String> labels, String control) {
    if (mostCells >= 0 && labels.size() > mostCells) {
      throw new InvalidDataException(
          "There are " + labels.size() + " cells, more than " + mostCells,
          data.toString(),
          "Sample fewer cells, or allow more with --max-cells.");
    }
    int bare = new ArrayList<>(labels).indexOf(null);
    if (bare >= 0) {
      throw new InvalidDataException(
          "A cell has no perturbation label",
          data + ", cell " + file.observations().index().get(bare),
          "Label every cell.");
    }
    if (!labels.contains(control)) {
      throw new InvalidDataException(
          "There is no control cell labelled '" + control + "'",
          data.toString(),
          "Name the control's label with --control.");
    }
  }

  /** Cells are numbered, as the original does: their names are nobody's business. */
  private static List<String> numbers(int cells) {
    return java.util.stream.IntStream.range(0, cells).mapToObj(Integer::toString).toList();
  }

  private CsrMatrix reordered(CellEvalSide side, List<String> order) {
    int[] place = places(side.genes(), order);
    int cells = side.labels().size();
    int[] start = new int[cells + 1];
    int[] gene = new int[1024];
    float[] value = new float[1024];
    int[] rowGene = new int[order.size()];
    double[] rowValue = new double[order.size()];
    float[] dense = new float[order.size()];
    for (int cell = 0; cell < cells; cell++) {
      int count = side.values().row(cell, rowGene, rowValue);
      for (int k = 0; k < count; k++) {
        rowGene[k] = place[rowGene[k]];
        dense[rowGene[k]] = (float) rowValue[k];
      }
      Arrays.sort(rowGene, 0, count);
      int next = start[cell];
      if (gene.length < next + count) {
        int larger = Math.max(next + count, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * next));
        gene = Arrays.copyOf(gene, larger);
        value = Arrays.copyOf(value, larger);
      }
      for (int k = 0; k < count; k++) {
        gene[next] = rowGene[k];
        value[next++] = dense[rowGene[k]];
      }
      start[cell + 1] = next;
    }
    return CsrMatrix.wrap(
        cells,
        order.size(),
        start,
        Arrays.copyOf(gene, start[cells]),
        Arrays.copyOf(value, start[cells]));
  }

  /** Where each gene of the file goes; the list must name the same genes. */
  private int[] places(List<String> ours, List<String> order) {
    Map<String, Integer> wanted = new HashMap<>();
    order.forEach(name -> wanted.put(name, wanted.size()));
    TreeSet<String> missing = new TreeSet<>(order);
    missing.removeAll(new HashSet<>(ours));
    TreeSet<String> extra = new TreeSet<>(ours);
    extra.removeAll(wanted.keySet());
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new InvalidDataException(
          "The file and the list name different genes: missing "
              + listed(missing)
              + ", not in the list "
              + listed(extra),
          data + " and " + genes,
          "Predict exactly the genes of the list.");
    }
    return ours.stream().mapToInt(wanted::get).toArray();
  }

  private static String listed(Set<String> names) {
    final int most = 10;
    return names.size() + " " + names.stream().limit(most).toList();
  }

  private static Column category(String name, List<String> values) {
    List<String> categories = List.copyOf(new TreeSet<>(values));
    return Column.ofCategories(
        name, categories, values.stream().mapToInt(categories::indexOf).toArray());
  }
}
