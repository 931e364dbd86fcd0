package org.virtualcell.io;

import io.jhdf.api.Dataset;
import java.util.Arrays;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;

/** Opens a matrix of an h5ad file: compressed by rows or columns, or dense. */
final class MatrixReader {
  private final Hdf5File file;
  private final Source source;

  MatrixReader(Hdf5File file, Source source) {
    this.file = file;
    this.source = source;
  }

  /** The shape a matrix states, cells x genes. */
  static long[] shape(Hdf5File file, String place) {
    if (!file.isGroup(place)) {
      return file.guard(place, () -> file.dataset(place).getDimensionsAsLong());
    }
    return file.integers(place, "shape")
        .or(() -> file.integers(place, "h5sparse_shape"))
        .orElseThrow(() -> file.damaged("The matrix does not state its shape", place));
  }

  ExpressionMatrix read(String place, int rows, int genes) {
    requireShape(place, rows, genes);
    if (!file.isGroup(place)) {
      return new DenseStream(source, file.numbers(file.dataset(place), place));
    }
    String encoding =
        file.text(place, "encoding-type")
            .or(() -> file.text(place, "h5sparse_format").map(f -> f + "_matrix"))
            .orElse("");
    return switch (encoding) {
      case "csr_matrix" ->
          new CsrStream(
              source,
              rows,
              genes,
              list(place, "indptr"),
              list(place, "indices"),
              list(place, "data"));
      case "csc_matrix" ->
          ColumnMajor.read(
              source,
              rows,
              genes,
              list(place, "indptr"),
              list(place, "indices"),
              list(place, "data"));
      default ->
          throw new DataFormatException(
              "The encoding '" + encoding + "' is no matrix",
              file.path() + ", " + place,
              "Choose another matrix, or save the file anew with a current anndata.");
    };
  }

  private void requireShape(String place, int rows, int genes) {
    long[] shape = shape(file, place);
    if (shape.length != 2 || shape[0] != rows || shape[1] != genes) {
      throw file.damaged(
          "The matrix is stated to be "
              + Arrays.toString(shape)
              + ", there are "
              + rows
              + " cells and "
              + genes
              + " genes",
          place);
    }
  }

  private Numbers list(String group, String name) {
    return list(file, group + "/" + name);
  }

  /** A one-dimensional dataset of numbers. */
  static Numbers list(Hdf5File file, String place) {
    Dataset dataset = file.dataset(place);
    Numbers numbers = file.numbers(dataset, place);
    if (numbers.shape().length != 1) {
      throw file.damaged("A list is expected", place);
    }
    return numbers;
  }
}
