package org.virtualcell.evaluate.cache;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Arrays of numbers in kept results: their length, then their bits. */
public final class NumberArrays {
  private NumberArrays() {}

  /**
   * Writes an array.
   *
   * @param out where to
   * @param values the array
   * @throws IOException if writing fails
   */
  public static void write(DataOutputStream out, double... values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES));
    bytes.asDoubleBuffer().put(values);
    out.writeInt(values.length);
    out.write(bytes.array());
  }

  /**
   * Reads an array.
   *
   * @param in what {@link #write} wrote
   * @return the array, the same bits
   * @throws IOException if there is none
   */
  public static double[] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available() / Double.BYTES) {
      throw new IOException("an array of " + length + " numbers is not there");
    }
    double[] values = new double[length];
    ByteBuffer.wrap(in.readNBytes(length * Double.BYTES)).asDoubleBuffer().get(values);
    return values;
  }
}
