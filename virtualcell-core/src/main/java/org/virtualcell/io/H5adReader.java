package org.virtualcell.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/** Reads an h5ad file of any age. */
final class H5adReader {
  private final Hdf5File file;
  private final ReadOptions options;
  private final List<String> faults = new ArrayList<>();

  H5adReader(Hdf5File file, ReadOptions options) {
    this.file = file;
    this.options = options;
  }

  AnnotatedData read() {
    H5adTables tables = new H5adTables(file, faults);
    List<String> matrices = matrices();
    String place = place(matrices);
    Table observations = tables.read("obs");
    Table variables = tables.read(options.matrix().equals("raw") ? rawVariables() : "var");
    if (observations.rows() == 0) {
      throw new InvalidDataException(
          "The file holds no cell", file.path() + ", obs", "Name a file with at least one cell.");
    }
    GeneVocabulary genes = GeneNames.of(variables, options);
    Source source = new Source(file.path().toString(), place, genes, file.memoryBudget());
    ExpressionMatrix matrix =
        new MatrixReader(file, source).read(place, observations.rows(), genes.size());
    DetectedUnits units = UnitsDetector.detect(matrix, source, statement());
    return new AnnotatedData(
        file.path().toString(),
        "h5ad, " + age(),
        genes,
        matrix,
        units,
        observations,
        variables,
        new Contents(matrices, faults),
        file.memoryBudget(),
        file);
  }

  private List<String> matrices() {
    List<String> all = new ArrayList<>();
    if (file.exists("X")) {
      all.add("X");
    }
    if (file.exists("raw/X") || file.exists("raw.X")) {
      all.add("raw");
    }
    file.children("layers").forEach(name -> all.add("layers/" + name));
    file.children("obsm").forEach(name -> all.add("obsm/" + name));
    return all;
  }

  private String place(List<String> matrices) {
    if (!matrices.contains(options.matrix())) {
      throw new DataFormatException(
          "The file has no matrix " + options.matrix(),
          file.path().toString(),
          matrices.isEmpty()
              ? "It holds no expression at all: name a file that does."
              : "Choose one of " + matrices + " (ReadOptions.withMatrix).");
    }
    if (options.matrix().equals("raw")) {
      return file.exists("raw/X") ? "raw/X" : "raw.X";
    }
    return options.matrix();
  }

  private String rawVariables() {
    return file.exists("raw/var") ? "raw/var" : "raw.var";
  }

  private UnitsDetector.Statement statement() {
    if (options.statedUnits().isPresent()) {
      return new UnitsDetector.Statement(options.statedUnits(), "the caller", false);
    }
    if (!options.matrix().equals("X")) {
      return UnitsDetector.Statement.NONE;
    }
    boolean log1p = file.isGroup("uns/log1p") && !file.isDataset("uns/log1p/base");
    return new UnitsDetector.Statement(
        UnitsNote.read(file), "the file (" + UnitsNote.UNITS + ")", log1p);
  }

  private String age() {
    Optional<String> version = file.text("obs", "encoding-version");
    if (!file.isGroup("obs")) {
      return "encoding of anndata 0.5 to 0.6";
    }
    return version.filter("0.2.0"::equals).isPresent()
        ? "encoding of anndata 0.8 and later"
        : "encoding of anndata 0.7";
  }
}
