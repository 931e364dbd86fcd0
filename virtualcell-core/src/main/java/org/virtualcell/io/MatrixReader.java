package org.virtualcell.io;

import io.jhdf.api.Dataset;
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

  ExpressionMatrix read(String place, int rows, int genes) {
    if (!file.isGroup(place)) {
      throw source.damaged("The matrix is dense", place);
    }
    String encoding =
        file.text(place, "encoding-type")
            .or(() -> file.text(place, "h5sparse_format").map(f -> f + "_matrix"))
            .orElse("");
    requireShape(place, rows, genes);
    return switch (encoding) {
      case "csr_matrix" ->
          new CsrStream(
              source,
              rows,
              genes,
              numbers(place + "/indptr"),
              numbers(place + "/indices"),
              numbers(place + "/data"));
      default ->
          throw new DataFormatException(
              "The encoding '" + encoding + "' is no matrix",
              file.path() + ", " + place,
              "Choose another matrix, or save the file anew with a current anndata.");
    };
  }

  private void requireShape(String place, int rows, int genes) {
    long[] shape =
        file.integers(place, "shape")
            .or(() -> file.integers(place, "h5sparse_shape"))
            .orElseThrow(() -> file.damaged("The matrix does not state its shape", place));
    if (shape.length != 2 || shape[0] != rows || shape[1] != genes) {
      throw file.damaged(
          "The matrix is stated to be "
              + java.util.Arrays.toString(shape)
              + ", there are "
              + rows
              + " cells and "
              + genes
              + " genes",
          place);
    }
  }

  private Numbers numbers(String place) {
    Dataset dataset = file.dataset(place);
    Numbers numbers = new JavaNumbers(file, dataset, place);
    if (numbers.shape().length != 1) {
      throw file.damaged("A list is expected", place);
    }
    return numbers;
  }
}
