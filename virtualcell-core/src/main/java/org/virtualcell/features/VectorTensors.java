package org.virtualcell.features;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.io.Safetensors;

/** Vectors of a safetensors file. */
final class VectorTensors {
  private static final String NAMES = "names";

  private VectorTensors() {}

  static FeatureTable read(Path file, Optional<String> entry) {
    VectorRows rows = new VectorRows(TextLines.nameOf(file), file.toString());
    try (Safetensors tensors = Safetensors.open(file)) {
      Optional<String> matrix =
          entry.or(
              () -> tensors.names().stream().filter(n -> tensors.shape(n).length == 2).findFirst());
      if (matrix.isPresent()) {
        readRows(file, tensors, matrix.get(), rows);
      } else {
        for (String name : tensors.names()) {
          if (tensors.shape(name).length != 1) {
            throw new DataFormatException(
                "Tensor '" + name + "' is no vector",
                file.toString(),
                "Save a vector per name, or one matrix with its names in the metadata.");
          }
          rows.add(name, tensors.singles(name), "tensor " + name);
        }
      }
    }
    return rows.table();
  }

  private static void readRows(Path file, Safetensors tensors, String matrix, VectorRows rows) {
    long[] shape = tensors.shape(matrix);
    List<String> names = Arrays.asList(tensors.metadata().getOrDefault(NAMES, "").split("\n", -1));
    if (shape.length != 2 || names.size() != shape[0]) {
      throw new DataFormatException(
          "Tensor '"
              + matrix
              + "' has shape "
              + Arrays.toString(shape)
              + ", the metadata '"
              + NAMES
              + "' "
              + names.size()
              + " lines",
          file.toString(),
          "Save a matrix of names x values, and the names in the metadata, one a line.");
    }
    float[] all = tensors.singles(matrix);
    int width = (int) shape[1];
    for (int r = 0; r < names.size(); r++) {
      rows.add(names.get(r), Arrays.copyOfRange(all, r * width, (r + 1) * width), "row " + r);
    }
  }
}
