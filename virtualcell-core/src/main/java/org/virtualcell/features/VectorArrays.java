package org.virtualcell.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.io.Npz;

/** Vectors of an npz file. */
final class VectorArrays {
  private VectorArrays() {}

  static FeatureTable read(Path file, Optional<String> entry) {
    VectorRows rows = new VectorRows(TextLines.nameOf(file), file.toString());
    try (Npz npz = Npz.open(file)) {
      Map<String, Npz.Array> matrices = new TreeMap<>();
      List<List<String>> names = new ArrayList<>();
      for (String name : npz.names()) {
        Npz.Array array = npz.array(name);
        if (array.shape().size() == 2 && array.texts().isEmpty()) {
          matrices.put(name, array);
        } else if (array.shape().size() == 1 && array.numbers().length == 0) {
          names.add(array.texts());
        } else if (array.shape().size() == 1) {
          rows.add(name, row(array.numbers(), 0, array.numbers().length), "array " + name);
        }
      }
      if (!matrices.isEmpty() || !names.isEmpty()) {
        return ofMatrix(file, entry, matrices, names);
      }
    }
    return rows.table();
  }

  private static FeatureTable ofMatrix(
      Path file,
      Optional<String> entry,
      Map<String, Npz.Array> matrices,
      List<List<String>> names) {
    List<String> chosen =
        matrices.keySet().stream().filter(n -> entry.map(n::equals).orElse(true)).toList();
    if (chosen.size() != 1 || names.size() != 1) {
      throw new DataFormatException(
          "The file has the matrices "
              + matrices.keySet()
              + " and "
              + names.size()
              + " arrays of names"
              + entry.map(n -> ", the entry is '" + n + "'").orElse(""),
          file.toString(),
          "Save one array of names beside the matrix, and name the matrix as the entry where there"
              + " are several.");
    }
    Npz.Array matrix = matrices.get(chosen.get(0));
    List<String> rowNames = names.get(0);
    int width = matrix.shape().get(1);
    if (matrix.shape().get(0) != rowNames.size()) {
      throw new DataFormatException(
          "Matrix '"
              + chosen.get(0)
              + "' has shape "
              + matrix.shape()
              + " for "
              + rowNames.size()
              + " names",
          file.toString(),
          "Save a row per name.");
    }
    VectorRows rows = new VectorRows(TextLines.nameOf(file), file.toString());
    for (int r = 0; r < rowNames.size(); r++) {
      rows.add(rowNames.get(r), row(matrix.numbers(), r * width, (r + 1) * width), "row " + r);
    }
    return rows.table();
  }

  private static float[] row(double[] values, int from, int to) {
    float[] row = new float[to - from];
    for (int i = from; i < to; i++) {
      row[i - from] = (float) values[i];
    }
    return row;
  }
}
