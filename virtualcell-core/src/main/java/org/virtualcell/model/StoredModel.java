package org.virtualcell.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;

/**
 * A model as plain values: single-precision tensors, texts, and its card.
 *
 * @param family which family reads it, such as {@code baseline}
 * @param card the model's card
 * @param settings texts by name
 * @param tensors tensors by name
 */
public record StoredModel(
    String family, ModelCard card, Map<String, String> settings, Map<String, Tensor> tensors) {
  /** Copies the maps. */
  public StoredModel {
    Objects.requireNonNull(family, "family");
    Objects.requireNonNull(card, "card");
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
  }

  /**
   * A matrix in single precision, row after row. The caller gives the array away.
   *
   * @param rows zero or more
   * @param columns zero or more
   * @param values rows x columns
   */
  @SuppressWarnings("ArrayRecordComponent") // large, handed over once, compared by nobody
  public record Tensor(int rows, int columns, float[] values) {
    /**
     * Checks the shape.
     *
     * @throws InvalidDataException if it does not fit the values
     */
    public Tensor {
      if (rows < 0 || columns < 0 || (long) rows * columns != values.length) {
        throw new InvalidDataException(
            "A tensor's shape does not fit its values",
            rows + " x " + columns + ", " + values.length + " values",
            "Pass rows x columns values.");
      }
    }

    /**
     * Rows one below the other.
     *
     * @param rows zero or more, of {@code columns} values each
     * @param columns zero or more
     * @return a copy of the values
     */
    public static Tensor stack(List<float[]> rows, int columns) {
      float[] values = new float[Math.multiplyExact(rows.size(), columns)];
      for (int r = 0; r < rows.size(); r++) {
        System.arraycopy(rows.get(r), 0, values, r * columns, columns);
      }
      return new Tensor(rows.size(), columns, values);
    }

    /**
     * One row.
     *
     * @param row its index
     * @return a copy of its values
     */
    public float[] row(int row) {
      return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }
  }
}
