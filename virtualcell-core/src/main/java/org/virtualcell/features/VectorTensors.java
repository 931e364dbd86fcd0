package org.virtualcell.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
          rows.add(name, values(file, tensors, name), "tensor " + name);
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
    float[] all = values(file, tensors, matrix);
    int width = (int) shape[1];
    for (int r = 0; r < names.size(); r++) {
      rows.add(names.get(r), Arrays.copyOfRange(all, r * width, (r + 1) * width), "row " + r);
    }
  }

  private static float[] values(Path file, Safetensors tensors, String name) {
    return switch (tensors.type(name)) {
      case F32 -> tensors.floats(name);
      case F64 -> {
        double[] wide = tensors.doubles(name);
        float[] single = new float[wide.length];
        for (int i = 0; i < single.length; i++) {
          single[i] = (float) wide[i];
        }
        yield single;
      }
      case BF16 -> {
        ByteBuffer data = ByteBuffer.wrap(tensors.bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
        float[] single = new float[data.remaining() / Short.BYTES];
        for (int i = 0; i < single.length; i++) {
          single[i] = Float.intBitsToFloat(data.getShort() << 16);
        }
        yield single;
      }
      default ->
          throw new DataFormatException(
              "Tensor '" + name + "' is " + tensors.type(name) + ", which is not read as vectors",
              file.toString(),
              "Save it as F32, F64 or BF16.");
    };
  }
}
