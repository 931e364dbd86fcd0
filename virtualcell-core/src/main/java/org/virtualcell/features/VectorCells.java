package org.virtualcell.features;

import java.nio.file.Path;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.io.ReadOptions;

/** Vectors of an annotated file, a row each. */
final class VectorCells {
  private VectorCells() {}

  static FeatureTable read(Path file, String place) {
    ReadOptions options = ReadOptions.defaults().withMatrix(place);
    VectorRows rows = new VectorRows(TextLines.nameOf(file) + ", " + place, file + ", " + place);
    try (AnnotatedData data = AnnotatedFiles.open(file, options)) {
      CsrMatrix matrix = data.expressionInMemory();
      for (int r = 0; r < matrix.rows(); r++) {
        float[] vector = new float[matrix.genes()];
        for (int k = matrix.rowStart(r); k < matrix.rowStart(r + 1); k++) {
          vector[matrix.geneAt(k)] = matrix.valueAt(k);
        }
        rows.add(data.observations().index().get(r), vector, "row " + r);
      }
    }
    return rows.table();
  }
}
