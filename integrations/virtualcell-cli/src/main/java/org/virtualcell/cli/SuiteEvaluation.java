package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
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
import org.virtualcell.evaluate.celleval.MeanBaseline;
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
      return side.select(
          IntStream.range(0, types.size()).filter(i -> types.get(i).equals(type)).toArray());
    }
  }

  /**
   * Evaluates.
   *
   * @return cell type (empty where cells are not split) to model to result
   */
  Map<String, Map<String, CellEvalResult>> run(
      Path real, Path predicted, CellEvalProfile profile, Progress progress) {
    Cells measured;
    Cells guessed;
    CellEvalOptions options;
    try (AnnotatedData file = columns.open(real);
        AnnotatedData other = columns.open(predicted)) {
      PerturbationKeys keys = columns.keys(file, notes);
      options = options(profile, keys.control());
      progress.update("reading measured cells", 0, 1);
      measured = cells(file, real, keys.perturbation());
      progress.update("reading predicted cells", 0, 1);
      guessed = cells(other, predicted, keys.perturbation());
    }
    requireSameTypes(measured, guessed, real, predicted);
    Map<String, Map<String, CellEvalResult>> results = new LinkedHashMap<>();
    for (String type : new TreeSet<>(measured.types())) {
      CellEvalSide own = measured.ofType(type);
      Map<String, CellEvalResult> models = new LinkedHashMap<>();
      models.put(
          CellEvalFiles.PREDICTED, CellEval.evaluate(own, guessed.ofType(type), options, progress));
      CellEvalOptions ofGenes = options.withEmbedding(false);
      models.put(
          CellEvalFiles.BASELINE,
          CellEval.evaluate(own, MeanBaseline.of(own, options.control()), ofGenes, progress));
      if (suite.ceiling) {
        models.put(CellEvalFiles.CEILING, DataCeiling.of(own, seed, options, progress));
      }
      results.put(type, models);
    }
    return results;
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
            CellValues.of(file.expressionInMemory()),
            file.genes().ids(),
            file.observations().column(perturbation).strings(),
            CellEvalSide.Storage.SPARSE_SINGLE,
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
