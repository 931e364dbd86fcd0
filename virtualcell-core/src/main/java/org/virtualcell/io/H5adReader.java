package org.virtualcell.io;

import io.jhdf.object.datatype.CompoundDataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.VirtualCellException;

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
    if (options.matrix().startsWith("varm/")) {
      return ofGenes(tables);
    }
    requireOffered(matrices());
    Table observations = tables.read("obs");
    if (observations.rows() == 0) {
      throw new InvalidDataException(
          "The file holds no cell", file.path() + ", obs", "Name a file with at least one cell.");
    }
    if (options.matrix().startsWith("obsm/")) {
      var embedding = new EmbeddingReader(file, options.matrix(), observations.rows()).read();
      Table columns = Table.of(file.path() + ", obsm", embedding.columns().ids(), List.of());
      return data(options.matrix(), embedding.columns(), embedding.matrix(), observations, columns);
    }
    Table variables = tables.read(variablesPlace());
    GeneVocabulary genes = GeneNames.of(variables, options);
    String place = matrixPlace();
    Source source = source(place, genes);
    ExpressionMatrix matrix =
        new MatrixReader(file, source).read(place, observations.rows(), genes.size());
    return data(place, genes, matrix, observations, variables);
  }

  /** Vectors of genes: the genes are the rows. */
  private AnnotatedData ofGenes(H5adTables tables) {
    List<String> offered = file.children("varm").stream().map(name -> "varm/" + name).toList();
    requireOffered(offered);
    Table variables = tables.read("var");
    var vectors = new EmbeddingReader(file, options.matrix(), variables.rows()).read();
    Table columns = Table.of(file.path() + ", varm", vectors.columns().ids(), List.of());
    return data(options.matrix(), vectors.columns(), vectors.matrix(), variables, columns);
  }

  /** What the tables say when the matrix cannot be read. */
  FileReport describe(VirtualCellException fault) {
    H5adTables tables = new H5adTables(file, faults);
    Table observations = tables.read("obs");
    Table variables = tables.read("var");
    faults.add(fault.getMessage());
    return new FileReport(
        file.path().toString(),
        "h5ad, " + age(),
        observations.rows(),
        variables.rows(),
        observations.names(),
        variables.names(),
        matrices(),
        Optional.empty(),
        faults);
  }

  private AnnotatedData data(
      String place,
      GeneVocabulary genes,
      ExpressionMatrix matrix,
      Table observations,
      Table variables) {
    DetectedUnits units = UnitsDetector.detect(matrix, source(place, genes), statement());
    return new AnnotatedData(
        file.path().toString(),
        "h5ad, " + age(),
        genes,
        UnitsGuard.of(matrix, units, source(place, genes)),
        units,
        observations,
        variables,
        new Contents(matrices(), faults),
        file.memoryBudget(),
        file);
  }

  private Source source(String place, GeneVocabulary genes) {
    return new Source(file.path().toString(), place, genes, file.memoryBudget());
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
    if (file.isDataset("obsm")
        && file.guard("obsm", () -> file.dataset("obsm").getDataType())
            instanceof CompoundDataType fields) {
      fields.getMembers().forEach(field -> all.add("obsm/" + field.getName()));
    }
    return all;
  }

  private void requireOffered(List<String> matrices) {
    if (!matrices.contains(options.matrix())) {
      throw new DataFormatException(
          "The file has no matrix " + options.matrix(),
          file.path().toString(),
          matrices.isEmpty()
              ? "It holds no expression at all: name a file that does."
              : "Choose one of " + matrices + " (ReadOptions.withMatrix).");
    }
  }

  private String matrixPlace() {
    if (options.matrix().equals("raw")) {
      return file.exists("raw/X") ? "raw/X" : "raw.X";
    }
    return options.matrix();
  }

  private String variablesPlace() {
    if (options.matrix().equals("raw")) {
      return file.exists("raw/var") ? "raw/var" : "raw.var";
    }
    return "var";
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
    if (!file.isGroup("obs")) {
      return "encoding of anndata 0.5 to 0.6";
    }
    Optional<String> version = file.text("obs", "encoding-version");
    return version.filter("0.2.0"::equals).isPresent()
        ? "encoding of anndata 0.8 and later"
        : "encoding of anndata 0.7";
  }
}
