package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.evaluate.celleval.CellEval;
import org.virtualcell.evaluate.celleval.CellEvalFiles;
import org.virtualcell.evaluate.celleval.CellEvalOptions;
import org.virtualcell.evaluate.celleval.CellEvalProfile;
import org.virtualcell.evaluate.celleval.CellEvalResult;
import org.virtualcell.evaluate.celleval.CellEvalSide;
import org.virtualcell.evaluate.celleval.DataCeiling;
import org.virtualcell.evaluate.celleval.TableFiles;
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.io.ReadOptions;
import org.virtualcell.stats.differential.CellValues;

/** Scores two files by a profile of the 2025 suite, beside the mean baseline. */
final class SuiteEvaluation {
  private final CellOptions columns;
  private final SuiteOptions suite;
  private final long seed;
  private final Consumer<String> notes;

  SuiteEvaluation(CellOptions columns, SuiteOptions suite, long seed, Consumer<String> notes) {
    this.columns = columns;
    this.suite = suite;
    this.seed = seed;
    this.notes = notes;
  }

  /** A file's cells, and the type of each. */
  private record Cells(CellEvalSide side, List<String> types) {
    CellEvalSide ofType(String type) {
      if (type.isEmpty()) {
        return side; // not split
      }
      return side.select(
          IntStream.range(0, types.size()).filter(i -> types.get(i).equals(type)).toArray());
    }
  }

  /**
   * Evaluates, reading both files batch by batch.
   *
   * @param resources threads, and the bytes of cells to hold at a time
   * @param folder opens the folder of tables once the cell types are known
   * @return cell type (empty where cells are not split) to model to result
   */
  Map<String, Map<String, CellEvalResult>> run(
      Path real,
      Path predicted,
      CellEvalProfile profile,
      Resources resources,
      Function<Set<String>, Path> folder,
      Progress progress) {
    try (AnnotatedData file = columns.open(real);
        AnnotatedData other = columns.open(predicted)) {
      PerturbationKeys keys = columns.keys(file, notes);
      CellEvalOptions options = options(profile, keys.control());
      progress.update("reading labels", 0, 1);
      Cells measured = cells(file, real, keys.perturbation());
      Cells guessed = cells(other, predicted, keys.perturbation());
      requireSameTypes(measured, guessed, real, predicted);
      Set<String> types = new TreeSet<>(measured.types());
      Path tables = folder.apply(types);
      Map<String, Map<String, CellEvalResult>> results = new LinkedHashMap<>();
      for (String type : types) {
        results.put(type, evaluate(type, measured, guessed, options, resources, tables, progress));
      }
      return results;
    }
  }

  private Map<String, CellEvalResult> evaluate(
      String type,
      Cells measured,
      Cells guessed,
      CellEvalOptions options,
      Resources resources,
      Path folder,
      Progress progress) {
    CellEvalSide own = measured.ofType(type);
    Map<String, CellEvalResult> models = new LinkedHashMap<>();
    try (TableFiles tables = new TableFiles(folder, type)) {
      CellEval.BesideBaseline both =
          CellEval.besideBaseline(own, guessed.ofType(type), options, resources, tables, progress);
      models.put(CellEvalFiles.PREDICTED, both.predicted());
      models.put(CellEvalFiles.BASELINE, both.baseline());
    }
    if (suite.ceiling) {
      models.put(CellEvalFiles.CEILING, DataCeiling.of(own, seed, options, resources, progress));
    }
    return models;
  }

  private static void requireSameTypes(Cells measured, Cells guessed, Path real, Path predicted) {
    TreeSet<String> types = new TreeSet<>(measured.types());
    TreeSet<String> theirs = new TreeSet<>(guessed.types());
    if (!types.equals(theirs)) {
      throw new InvalidDataException(
          "The files have different cell types: " + types + " and " + theirs,
          real + " and " + predicted,
          "Predict every cell type, and no other, under the same name.");
    }
  }

  private CellEvalOptions options(CellEvalProfile profile, String control) {
    CellEvalOptions options =
        CellEvalOptions.of(profile, control)
            .withAllowDiscrete(suite.allowDiscrete)
            .withEmbedding(suite.embedding != null);
    if (suite.strict) {
      options = options.withReading(CellEvalOptions.Reading.STRICT);
    }
    return suite.cpmFilter == null ? options : options.withCpmGate(suite.cpmFilter);
  }

  private Cells cells(AnnotatedData file, Path path, String perturbation) {
    CellEvalSide side =
        new CellEvalSide(
            file.source(),
            CellValues.of(file.expression()),
            file.genes().ids(),
            file.observations().column(perturbation).strings(),
            storage(file),
            Optional.ofNullable(suite.embedding).map(name -> embedding(path, name)));
    List<String> types =
        suite.cellType == null
            ? java.util.Collections.nCopies(side.labels().size(), "")
            : file.observations().column(suite.cellType).strings();
    int bare = new ArrayList<>(types).indexOf(null);
    if (bare >= 0) {
      throw new InvalidDataException(
          "A cell has no type in column '" + suite.cellType + "'",
          path + ", cell " + file.observations().index().get(bare),
          "State the type of every cell.");
    }
    return new Cells(side, types);
  }

  private static CellEvalSide.Storage storage(AnnotatedData file) {
    if (file.expression().doublePrecision()) {
      return CellEvalSide.Storage.DOUBLE;
    }
    return file.dense() ? CellEvalSide.Storage.DENSE_SINGLE : CellEvalSide.Storage.SPARSE_SINGLE;
  }

  private static List<double[]> embedding(Path path, String name) {
    try (AnnotatedData file =
        AnnotatedFiles.open(path, ReadOptions.defaults().withMatrix("obsm/" + name))) {
      CsrMatrix matrix = file.expressionInMemory();
      List<double[]> rows = new ArrayList<>();
      for (int row = 0; row < matrix.rows(); row++) {
        double[] vector = new double[matrix.genes()];
        for (int k = matrix.rowStart(row); k < matrix.rowStart(row + 1); k++) {
          vector[matrix.geneAt(k)] = matrix.valueAt(k);
        }
        rows.add(vector);
      }
      return rows;
    }
  }
}
