package org.virtualcell.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.io.ReadOptions;
import org.virtualcell.provenance.FileDigest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds the cells most like others in the space of an embedding. */
@Command(
    name = "nearest",
    header = "Find the cells most like others in an embedding.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc nearest --query FILE --data FILE [--key NAME] --out FILE [options]"},
    descriptionHeading = "%n",
    description =
        "Both files carry vectors of the same embedding ('vc embed'). Distances are Euclidean; the"
            + " index is approximate and misses few neighbours.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc nearest --query new-embedded.h5ad --data embedded.h5ad --label cell_type \\",
      "     --count 10 --out neighbours.csv"
    })
final class NearestVerb extends Verb {
  @Option(
      names = "--query",
      required = true,
      paramLabel = "FILE",
      description = "Cells whose neighbours are sought.")
  private Path query;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Cells to search in.")
  private Path data;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "Name of the embedding in obsm. Default: ${DEFAULT-VALUE}.")
  private String key = "X_vc_pca";

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Neighbours of each cell. Default: ${DEFAULT-VALUE}.")
  private int count = 10;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Column of the searched cells to write beside each neighbour.")
  private String label;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "CSV to write.")
  private Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  NearestVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  /** The vectors of a file's cells. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Vectors(
      List<String> names, Optional<List<String>> labels, float[] values, int dimensions) {}

  @Override
  int run(ProgressDisplay progress) {
    AtomicFile.requireWritable(out, force);
    progress.update("reading cells", 0, 1);
    Vectors searched = read(data, label);
    Vectors sought = read(query, null);
    if (sought.dimensions() != searched.dimensions()) {
      throw new InvalidDataException(
          "The embedding has "
              + sought.dimensions()
              + " dimensions here and "
              + searched.dimensions()
              + " in "
              + data,
          query + ", obsm/" + key,
          "Embed both files with the same embedding ('vc embed --model').");
    }
    NearestCells index =
        new NearestCells(searched.values(), searched.dimensions(), count, progress);
    List<String> lines = new ArrayList<>();
    lines.add("cell,rank,neighbour,distance" + (label == null ? "" : "," + quoted(label)));
    int wanted = Math.min(count, index.cells());
    for (int i = 0; i < sought.names().size(); i++) {
      if (i % 256 == 0) {
        progress.check("searching");
        progress.update("searching", i, sought.names().size());
      }
      float[] vector =
          Arrays.copyOfRange(
              sought.values(), i * sought.dimensions(), (i + 1) * sought.dimensions());
      int rank = 1;
      for (NearestCells.Found found : index.nearest(vector, wanted)) {
        lines.add(line(sought.names().get(i), rank++, found, searched));
      }
    }
    AtomicFile.write(
        out,
        force,
        stream -> {
          for (String line : lines) {
            stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    progress.close();
    terminal()
        .results()
        .println(
            wanted
                + " neighbours of each of "
                + sought.names().size()
                + " cells among "
                + index.cells()
                + ", in obsm/"
                + key
                + " of "
                + data
                + " ("
                + FileDigest.of(data)
                + ")");
    terminal().results().println("Written to " + out);
    return ExitStatus.DONE;
  }

  private static String line(String cell, int rank, NearestCells.Found found, Vectors searched) {
    String line =
        quoted(cell)
            + ","
            + rank
            + ","
            + quoted(searched.names().get(found.cell()))
            + ","
            + (float) found.distance();
    return searched
        .labels()
        .map(labels -> line + "," + quoted(labels.get(found.cell())))
        .orElse(line);
  }

  private static String quoted(String text) {
    String plain = text == null ? "" : text;
    boolean needs = plain.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return needs ? '"' + plain.replace("\"", "\"\"") + '"' : plain;
  }

  private Vectors read(Path file, String column) {
    ReadOptions options = ReadOptions.defaults().withMatrix("obsm/" + key);
    try (AnnotatedData opened = AnnotatedFiles.open(file, options)) {
      int dimensions = opened.genes().size();
      Optional<List<String>> labels =
          column == null
              ? Optional.empty()
              : Optional.of(opened.observations().column(column).strings());
      return new Vectors(
          opened.observations().index(), labels, dense(opened.expression()), dimensions);
    }
  }

  private static float[] dense(ExpressionMatrix matrix) {
    float[] values = new float[Math.toIntExact(matrix.rows() * matrix.genes())];
    CsrMatrix rows = matrix.block(0, (int) matrix.rows());
    for (int r = 0; r < rows.rows(); r++) {
      for (int i = rows.rowStart(r); i < rows.rowStart(r + 1); i++) {
        values[r * matrix.genes() + rows.geneAt(i)] = rows.valueAt(i);
      }
    }
    return values;
  }
}
