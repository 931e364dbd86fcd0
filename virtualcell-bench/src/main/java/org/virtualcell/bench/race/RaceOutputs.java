package org.virtualcell.bench.race;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where results go: files {@code <name>.<type>}, little-endian, row-major, without a header. */
public final class RaceOutputs {
  private final Path folder;

  RaceOutputs(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes {@code <name>.f32}.
   *
   * @param name the file's name without its type
   * @param values its elements
   * @throws IOException if it cannot be written
   */
  public void write(String name, float[] values) throws IOException {
    ByteBuffer bytes = buffer(values.length, Float.BYTES);
    bytes.asFloatBuffer().put(values);
    Files.write(folder.resolve(name + ".f32"), bytes.array());
  }

  /**
   * Writes {@code <name>.f64}.
   *
   * @param name the file's name without its type
   * @param values its elements
   * @throws IOException if it cannot be written
   */
  public void write(String name, double[] values) throws IOException {
    ByteBuffer bytes = buffer(values.length, Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    Files.write(folder.resolve(name + ".f64"), bytes.array());
  }

  /**
   * Writes {@code <name>.i32}.
   *
   * @param name the file's name without its type
   * @param values its elements
   * @throws IOException if it cannot be written
   */
  public void write(String name, int[] values) throws IOException {
    ByteBuffer bytes = buffer(values.length, Integer.BYTES);
    bytes.asIntBuffer().put(values);
    Files.write(folder.resolve(name + ".i32"), bytes.array());
  }

  /**
   * Writes {@code <name>.i64}.
   *
   * @param name the file's name without its type
   * @param values its elements
   * @throws IOException if it cannot be written
   */
  public void write(String name, long[] values) throws IOException {
    ByteBuffer bytes = buffer(values.length, Long.BYTES);
    bytes.asLongBuffer().put(values);
    Files.write(folder.resolve(name + ".i64"), bytes.array());
  }

  private static ByteBuffer buffer(int elements, int width) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, width)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
