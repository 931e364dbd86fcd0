package org.virtualcell.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;

/**
 * A safetensors file: named tensors and a map of texts. The header is checked when the file is
 * opened (length, types, shapes, every byte of the data belongs to exactly one tensor); tensors are
 * read when they are asked for. Safe for concurrent use; close it after reading.
 */
public final class Safetensors implements AutoCloseable {
  /** The element types of the format, with the name the header uses. */
  public enum Type {
    /** 64-bit floating point. */
    F64(8),
    /** 64-bit whole numbers. */
    I64(8),
    /** 64-bit unsigned whole numbers. */
    U64(8),
    /** 32-bit floating point. */
    F32(4),
    /** 32-bit whole numbers. */
    I32(4),
    /** 32-bit unsigned whole numbers. */
    U32(4),
    /** 16-bit floating point. */
    F16(2),
    /** 16-bit floating point with the exponent of 32 bits. */
    BF16(2),
    /** 16-bit whole numbers. */
    I16(2),
    /** 16-bit unsigned whole numbers. */
    U16(2),
    /** 8-bit whole numbers. */
    I8(1),
    /** 8-bit unsigned whole numbers. */
    U8(1),
    /** Truth values, a byte each. */
    BOOL(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /**
     * The size of an element.
     *
     * @return in bytes
     */
    public int bytes() {
      return bytes;
    }
  }

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  private Safetensors(Path path, FileChannel channel, SafetensorsHeader header, long dataStart) {
    this.path = path;
    this.channel = channel;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param file the file
   * @return the tensors, to be closed by the caller
   * @throws StorageException if the file is missing or not readable
   * @throws DataFormatException if the header is damaged or does not fit the file
   */
  public static Safetensors open(Path file) {
    Objects.requireNonNull(file, "file");
    FileChannel channel = null;
    try {
      if (Files.isDirectory(file)) {
        throw new DataFormatException(
            "A folder is no safetensors file", file.toString(), "Name a .safetensors file.");
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
      byte[] json = SafetensorsHeader.bytes(channel, file);
      long dataStart = Long.BYTES + json.length;
      SafetensorsHeader header = SafetensorsHeader.parse(json, channel.size() - dataStart, file);
      Safetensors opened = new Safetensors(file, channel, header, dataStart);
      channel = null;
      return opened;
    } catch (NoSuchFileException e) {
      throw new StorageException("There is no such file", file.toString(), "Check the path.", e);
    } catch (IOException e) {
      throw FileKind.unreadable(file, e);
    } finally {
      if (channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(Safetensors.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a file that was only read", e);
    }
  }

  /**
   * Starts a new file.
   *
   * @return an empty writer
   */
  public static SafetensorsWriter writer() {
    return new SafetensorsWriter();
  }

  /**
   * The texts of the header.
   *
   * @return an immutable map, sorted by key
   */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * The names of the tensors.
   *
   * @return in alphabetical order
   */
  public List<String> names() {
    return List.copyOf(header.tensors().keySet());
  }

  /**
   * The element type of a tensor.
   *
   * @param name one of {@link #names()}
   * @return its type
   * @throws InvalidDataException if there is no such tensor
   */
  public Type type(String name) {
    return entry(name).type();
  }

  /**
   * The shape of a tensor.
   *
   * @param name one of {@link #names()}
   * @return its sizes, outermost first; empty for a single number
   * @throws InvalidDataException if there is no such tensor
   */
  public long[] shape(String name) {
    return entry(name).shape().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * A tensor of type {@code F32}.
   *
   * @param name one of {@link #names()}
   * @return its elements, the last index running fastest
   * @throws InvalidDataException if there is no such tensor, or it is of another type
   * @throws ClosedException if the file has been closed
   */
  public float[] floats(String name) {
    ByteBuffer data = read(name, Type.F32);
    float[] all = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(all);
    return all;
  }

  /**
   * A tensor of type {@code F64}.
   *
   * @param name one of {@link #names()}
   * @return its elements, the last index running fastest
   * @throws InvalidDataException if there is no such tensor, or it is of another type
   * @throws ClosedException if the file has been closed
   */
  public double[] doubles(String name) {
    ByteBuffer data = read(name, Type.F64);
    double[] all = new double[data.remaining() / Double.BYTES];
    data.asDoubleBuffer().get(all);
    return all;
  }

  /**
   * A tensor of any floating type ({@code F16}, {@code BF16}, {@code F32}, {@code F64}) in single
   * precision; doubles are rounded.
   *
   * @param name one of {@link #names()}
   * @return its elements, the last index running fastest
   * @throws InvalidDataException if there is no such tensor, or it holds no floating numbers
   * @throws ClosedException if the file has been closed
   */
  public float[] singles(String name) {
    return switch (entry(name).type()) {
      case F32 -> floats(name);
      case F64 -> {
        double[] wide = doubles(name);
        float[] rounded = new float[wide.length];
        for (int i = 0; i < rounded.length; i++) {
          rounded[i] = (float) wide[i];
        }
        yield rounded;
      }
      case F16, BF16 -> {
        boolean brain = entry(name).type() == Type.BF16;
        ByteBuffer data = ByteBuffer.wrap(bytes(name)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        float[] wide = new float[data.remaining() / Short.BYTES];
        for (int i = 0; i < wide.length; i++) {
          short bits = data.getShort();
          wide[i] = brain ? Float.intBitsToFloat(bits << 16) : NpyArray.half(bits);
        }
        yield wide;
      }
      default ->
          throw new InvalidDataException(
              "Tensor '" + name + "' is " + entry(name).type() + ", no floating numbers",
              path.toString(),
              "Save it as F32, F64, F16 or BF16.");
    };
  }

  /**
   * A tensor of type {@code I32}.
   *
   * @param name one of {@link #names()}
   * @return its elements, the last index running fastest
   * @throws InvalidDataException if there is no such tensor, or it is of another type
   * @throws ClosedException if the file has been closed
   */
  public int[] ints(String name) {
    ByteBuffer data = read(name, Type.I32);
    int[] all = new int[data.remaining() / Integer.BYTES];
    data.asIntBuffer().get(all);
    return all;
  }

  /**
   * A tensor of type {@code I64}.
   *
   * @param name one of {@link #names()}
   * @return its elements, the last index running fastest
   * @throws InvalidDataException if there is no such tensor, or it is of another type
   * @throws ClosedException if the file has been closed
   */
  public long[] longs(String name) {
    ByteBuffer data = read(name, Type.I64);
    long[] all = new long[data.remaining() / Long.BYTES];
    data.asLongBuffer().get(all);
    return all;
  }

  /**
   * The bytes of a tensor of any type, little-endian.
   *
   * @param name one of {@link #names()}
   * @return a new array
   * @throws InvalidDataException if there is no such tensor
   * @throws ClosedException if the file has been closed
   */
  public byte[] bytes(String name) {
    return read(name, entry(name).type()).array();
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.tensors().get(Objects.requireNonNull(name, "name"));
    if (entry == null) {
      throw new InvalidDataException(
          "There is no tensor '" + name + "'", path.toString(), "Name one of " + names() + ".");
    }
    return entry;
  }

  private ByteBuffer read(String name, Type wanted) {
    SafetensorsHeader.Entry entry = entry(name);
    if (entry.type() != wanted) {
      throw new InvalidDataException(
          "Tensor '" + name + "' is " + entry.type() + ", not " + wanted,
          path.toString(),
          "Read it as what it is.");
    }
    long length = entry.end() - entry.begin();
    if (length > Integer.MAX_VALUE - 8) {
      throw new InvalidDataException(
          "Tensor '" + name + "' has " + length + " bytes, more than one array can hold",
          path.toString(),
          "Split the tensor.");
    }
    ByteBuffer data = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      long at = dataStart + entry.begin();
      while (data.hasRemaining()) {
        int got = channel.read(data, at + data.position());
        if (got < 0) {
          throw new DataFormatException(
              "The file became shorter while it was read",
              path.toString(),
              "Do not write to a file that is being read.");
        }
      }
    } catch (java.nio.channels.ClosedChannelException e) {
      throw new ClosedException(
          "The file has been closed", path.toString(), "Read tensors before closing.", e);
    } catch (IOException e) {
      throw FileKind.unreadable(path, e);
    }
    return data.flip();
  }

  /** Closes the file. Closing twice does nothing. */
  @Override
  public void close() {
    closeQuietly(channel);
  }

  @Override
  public String toString() {
    return path + ": " + header.tensors().size() + " tensors";
  }
}
