package org.virtualcell.bench.race;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.virtualcell.api.CsrMatrix;

/**
 * The operands a script wrote: files {@code <name>.<type>}, little-endian, row-major, without a
 * header, and values given as {@code key=value}.
 */
public final class RaceInputs {
  private final Path folder;
  private final Map<String, String> values;

  RaceInputs(Path folder, Map<String, String> values) {
    this.folder = folder;
    this.values = values;
  }

  /**
   * A value as text.
   *
   * @param key its name
   * @return the value
   */
  public String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("The script gave no " + key + ", only " + values.keySet());
    }
    return value;
  }

  /**
   * A value as a whole number.
   *
   * @param key its name
   * @return the value
   */
  public int number(String key) {
    return Integer.parseInt(text(key));
  }

  /**
   * A sparse matrix: {@code <name>_row_start.i64}, {@code <name>_gene.i32}, {@code
   * <name>_value.f32}.
   *
   * @param name its name
   * @return cells x genes, as the values {@code <name>_cells} and {@code <name>_genes} say
   * @throws IOException if a file cannot be read
   */
  public CsrMatrix csr(String name) throws IOException {
    long[] start = longs(name + "_row_start");
    int[] offsets = new int[start.length];
    for (int i = 0; i < start.length; i++) {
      offsets[i] = Math.toIntExact(start[i]);
    }
    return CsrMatrix.wrap(
        number(name + "_cells"),
        number(name + "_genes"),
        offsets,
        ints(name + "_gene"),
        floats(name + "_value"));
  }

  /**
   * An array of {@code <name>.f32}.
   *
   * @param name the file's name without its type
   * @return its elements
   * @throws IOException if it cannot be read
   */
  public float[] floats(String name) throws IOException {
    ByteBuffer bytes = read(name + ".f32");
    float[] to = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(to);
    return to;
  }

  /**
   * An array of {@code <name>.f64}.
   *
   * @param name the file's name without its type
   * @return its elements
   * @throws IOException if it cannot be read
   */
  public double[] doubles(String name) throws IOException {
    ByteBuffer bytes = read(name + ".f64");
    double[] to = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(to);
    return to;
  }

  /**
   * An array of {@code <name>.i32}.
   *
   * @param name the file's name without its type
   * @return its elements
   * @throws IOException if it cannot be read
   */
  public int[] ints(String name) throws IOException {
    ByteBuffer bytes = read(name + ".i32");
    int[] to = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(to);
    return to;
  }

  /**
   * An array of {@code <name>.i64}.
   *
   * @param name the file's name without its type
   * @return its elements
   * @throws IOException if it cannot be read
   */
  public long[] longs(String name) throws IOException {
    ByteBuffer bytes = read(name + ".i64");
    long[] to = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(to);
    return to;
  }

  private ByteBuffer read(String file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
  }
}
