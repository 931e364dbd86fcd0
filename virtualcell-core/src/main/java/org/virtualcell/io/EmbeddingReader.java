package org.virtualcell.io;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;

/**
 * Reads an entry of {@code obsm}: values per cell that are no genes, such as guide counts or
 * coordinates; or one of {@code varm}, values per gene. Its columns are named by the data frame it
 * is, else {@code NAME:0}, {@code NAME:1} and so on.
 */
final class EmbeddingReader {
  private final Hdf5File file;
  private final String name;
  private final String place;
  private final int rows;

  EmbeddingReader(Hdf5File file, String place, int rows) {
    this.file = file;
    this.place = place;
    this.name = place.substring(place.indexOf('/') + 1);
    this.rows = rows;
  }

  /** A matrix with the names of its columns. */
  record Named(GeneVocabulary columns, ExpressionMatrix matrix) {}

  Named read() {
    if (place.startsWith("obsm/") && file.isDataset("obsm")) {
      return ofFields();
    }
    if (file.text(place, "encoding-type").filter("dataframe"::equals).isPresent()) {
      return ofDataFrame();
    }
    long[] shape = MatrixReader.shape(file, place);
    if (shape.length != 2 || shape[1] < 0 || shape[1] > Integer.MAX_VALUE - 8) {
      throw file.damaged("The entry is no table of cells x columns", place);
    }
    file.requireBudget(shape[1], 64, place);
    GeneVocabulary columns = numbered((int) shape[1]);
    Source source = new Source(file.path().toString(), place, columns, file.memoryBudget());
    return new Named(columns, new MatrixReader(file, source).read(place, rows, (int) shape[1]));
  }

  private GeneVocabulary numbered(int count) {
    List<String> names = new ArrayList<>(count);
    for (int c = 0; c < count; c++) {
      names.add(name + ":" + c);
    }
    return GeneVocabulary.of(names);
  }

  /** The numeric columns of a data frame. */
  private Named ofDataFrame() {
    Table table = new H5adTables(file, new ArrayList<>()).read(place);
    List<Column> numeric = new ArrayList<>();
    for (Column column : table.columns()) {
      if (column.kind() == Column.Kind.DECIMAL || column.kind() == Column.Kind.INTEGER) {
        numeric.add(column);
      }
    }
    file.requireBudget(rows, 8L * Math.max(1, numeric.size()), place);
    float[][] dense = new float[rows][numeric.size()];
    for (int c = 0; c < numeric.size(); c++) {
      double[] values = numeric.get(c).numbers();
      if (values.length != rows) {
        throw file.damaged("The data frame does not have a row per cell", place);
      }
      for (int r = 0; r < rows; r++) {
        dense[r][c] = (float) values[r];
      }
    }
    GeneVocabulary columns = GeneVocabulary.of(numeric.stream().map(Column::name).toList());
    return new Named(columns, CsrMatrix.ofDense(dense, numeric.size()));
  }

  /** A field of the compound dataset that anndata 0.5 wrote. */
  private Named ofFields() {
    Object data = file.readWhole(file.dataset("obsm"), "obsm");
    Object field = data instanceof Map<?, ?> fields ? fields.get(name) : null;
    if (!(field instanceof Object[] perCell) || perCell.length != rows) {
      throw file.damaged("The entry is no table of cells x columns", place);
    }
    int width = rows == 0 ? 0 : Array.getLength(perCell[0]);
    float[][] dense = new float[rows][width];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < width; c++) {
        dense[r][c] = (float) Array.getDouble(perCell[r], c);
      }
    }
    return new Named(numbered(width), CsrMatrix.ofDense(dense, width));
  }
}
