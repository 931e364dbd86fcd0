package org.virtualcell.io;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.virtualcell.api.InvalidDataException;

/** Texts as libhdf5 wants them: zero-ended UTF-8 outside the heap, and a list of addresses. */
record NativeTexts(BytePointer bytes, LongPointer addresses) implements AutoCloseable {
  /** The texts of a file named in messages. */
  static NativeTexts of(List<String> values, String where) {
    byte[][] encoded = new byte[values.size()][];
    long total = 0;
    for (int i = 0; i < encoded.length; i++) {
      String value = values.get(i);
      if (value.indexOf('\0') >= 0) {
        throw new InvalidDataException(
            "A text contains a zero character",
            where + ", '" + value.replace('\0', '?') + "'",
            "Remove it; HDF5 texts end at it.");
      }
      encoded[i] = value.getBytes(StandardCharsets.UTF_8);
      total += encoded[i].length + 1L;
    }
    BytePointer bytes = new BytePointer(Math.max(1, total));
    LongPointer addresses = new LongPointer(Math.max(1, encoded.length));
    long at = 0;
    for (int i = 0; i < encoded.length; i++) {
      addresses.put(i, bytes.address() + at);
      bytes.position(at).put(encoded[i], 0, encoded[i].length);
      bytes.position(at + encoded[i].length).put((byte) 0);
      at += encoded[i].length + 1L;
    }
    bytes.position(0);
    return new NativeTexts(bytes, addresses);
  }

  @Override
  public void close() {
    addresses.close();
    bytes.close();
  }
}
