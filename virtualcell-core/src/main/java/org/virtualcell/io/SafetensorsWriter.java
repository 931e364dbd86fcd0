package org.virtualcell.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;

/**
 * Collects tensors and texts and writes them as a safetensors file. Equal content gives equal
 * bytes: wide types first, then by name; texts sorted by key. Not thread-safe.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int PIECE = 1 << 16;

  /** A tensor to be written; {@code data} is an array of the type's Java primitive. */
  private record Tensor(String name, Safetensors.Type type, List<Long> shape, Object data) {
    long bytes() {
      return (long) java.lang.reflect.Array.getLength(data) * type.bytes();
    }
  }

  private final SortedMap<String, String> metadata = new TreeMap<>();
  private final SortedMap<String, Tensor> tensors = new TreeMap<>();

  SafetensorsWriter() {}

  /**
   * Adds a text.
   *
   * @param key its key
   * @param value the text
   * @return this
   */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Adds a tensor of type {@code F32}.
   *
   * @param name its name
   * @param data its elements, the last index running fastest; not copied before writing
   * @param shape its sizes, outermost first
   * @return this
   * @throws InvalidDataException if the shape does not fit the data or the name is taken
   */
  public SafetensorsWriter put(String name, float[] data, long... shape) {
    return put(new Tensor(name, Safetensors.Type.F32, boxed(shape), data), data.length);
  }

  /**
   * Adds a tensor of type {@code F64}.
   *
   * @param name its name
   * @param data its elements, the last index running fastest; not copied before writing
   * @param shape its sizes, outermost first
   * @return this
   * @throws InvalidDataException if the shape does not fit the data or the name is taken
   */
  public SafetensorsWriter put(String name, double[] data, long... shape) {
    return put(new Tensor(name, Safetensors.Type.F64, boxed(shape), data), data.length);
  }

  /**
   * Adds a tensor of type {@code I32}.
   *
   * @param name its name
   * @param data its elements, the last index running fastest; not copied before writing
   * @param shape its sizes, outermost first
   * @return this
   * @throws InvalidDataException if the shape does not fit the data or the name is taken
   */
  public SafetensorsWriter put(String name, int[] data, long... shape) {
    return put(new Tensor(name, Safetensors.Type.I32, boxed(shape), data), data.length);
  }

  /**
   * Adds a tensor of type {@code I64}.
   *
   * @param name its name
   * @param data its elements, the last index running fastest; not copied before writing
   * @param shape its sizes, outermost first
   * @return this
   * @throws InvalidDataException if the shape does not fit the data or the name is taken
   */
  public SafetensorsWriter put(String name, long[] data, long... shape) {
    return put(new Tensor(name, Safetensors.Type.I64, boxed(shape), data), data.length);
  }

  private SafetensorsWriter put(Tensor tensor, int elements) {
    long product = 1;
    for (long size : tensor.shape()) {
      product = size < 0 ? -1 : Hdf5File.saturatedProduct(product, size);
    }
    if (product != elements) {
      throw new InvalidDataException(
          elements + " elements do not fill the shape " + tensor.shape(),
          "tensor '" + tensor.name() + "'",
          "Pass as many elements as the shape has.");
    }
    if (tensor.name().equals(SafetensorsHeader.METADATA)
        || tensors.put(tensor.name(), tensor) != null) {
      throw new InvalidDataException(
          "The name is taken", "tensor '" + tensor.name() + "'", "Name every tensor once.");
    }
    return this;
  }

  private static List<Long> boxed(long[] shape) {
    return java.util.Arrays.stream(shape).boxed().toList();
  }

  /**
   * Writes the file atomically.
   *
   * @param target where the file shall be
   * @param force whether a file that is there may be replaced
   * @throws OutputExistsException if it is there and {@code force} is false
   * @throws StorageException if it cannot be written
   */
  public void write(Path target, boolean force) {
    List<Tensor> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparing((Tensor t) -> -t.type().bytes()).thenComparing(Tensor::name));
    AtomicFile.write(target, force, out -> writeTo(out, inOrder));
  }

  private void writeTo(OutputStream out, List<Tensor> inOrder) throws IOException {
    byte[] header = header(inOrder);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Tensor tensor : inOrder) {
      writeData(out, tensor);
    }
  }

  private byte[] header(List<Tensor> inOrder) throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator to = new JsonFactory().createGenerator(json)) {
      to.writeStartObject();
      if (!metadata.isEmpty()) {
        to.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> text : metadata.entrySet()) {
          to.writeStringField(text.getKey(), text.getValue());
        }
        to.writeEndObject();
      }
      long at = 0;
      for (Tensor tensor : inOrder) {
        to.writeObjectFieldStart(tensor.name());
        to.writeStringField("dtype", tensor.type().name());
        to.writeFieldName("shape");
        to.writeArray(
            tensor.shape().stream().mapToLong(Long::longValue).toArray(), 0, tensor.shape().size());
        to.writeFieldName("data_offsets");
        to.writeArray(new long[] {at, at + tensor.bytes()}, 0, 2);
        to.writeEndObject();
        at += tensor.bytes();
      }
      to.writeEndObject();
    }
    json.write(
        " ".repeat(Math.floorMod(-json.size(), ALIGNMENT)).getBytes(StandardCharsets.US_ASCII));
    return json.toByteArray();
  }

  private static void writeData(OutputStream out, Tensor tensor) throws IOException {
    int width = tensor.type().bytes();
    int length = java.lang.reflect.Array.getLength(tensor.data());
    ByteBuffer piece = ByteBuffer.allocate(PIECE * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < length; done += PIECE) {
      int count = Math.min(PIECE, length - done);
      if (tensor.data() instanceof float[] values) {
        piece.asFloatBuffer().put(values, done, count);
      } else if (tensor.data() instanceof double[] values) {
        piece.asDoubleBuffer().put(values, done, count);
      } else if (tensor.data() instanceof int[] values) {
        piece.asIntBuffer().put(values, done, count);
      } else {
        piece.asLongBuffer().put((long[]) tensor.data(), done, count);
      }
      out.write(piece.array(), 0, count * width);
    }
  }
}
