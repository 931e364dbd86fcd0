package org.virtualcell.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;

/**
 * The header of a safetensors file: eight bytes of length, then JSON that gives for each tensor its
 * type, shape and the range of its bytes in the data that follow.
 */
record SafetensorsHeader(SortedMap<String, String> metadata, SortedMap<String, Entry> tensors) {
  static final String METADATA = "__metadata__";

  /** The format's own limit on the length of the JSON. */
  static final long LARGEST_HEADER = 100_000_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxStringLength((int) LARGEST_HEADER)
                  .build())
          .build();

  /** One tensor: its type, its shape, and the range of its bytes. */
  record Entry(Safetensors.Type type, List<Long> shape, long begin, long end) {}

  /** Reads the JSON's bytes after checking the stated length against the file. */
  static byte[] bytes(FileChannel channel, Path file) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, length, 0, file);
    long stated = length.flip().getLong();
    if (stated < 2 || stated > LARGEST_HEADER || stated > channel.size() - Long.BYTES) {
      throw damaged(
          "The header is said to have "
              + Long.toUnsignedString(stated)
              + " bytes, the file has "
              + channel.size(),
          file);
    }
    ByteBuffer json = ByteBuffer.allocate((int) stated);
    fill(channel, json, Long.BYTES, file);
    return json.array();
  }

  private static void fill(FileChannel channel, ByteBuffer to, long from, Path file)
      throws IOException {
    while (to.hasRemaining()) {
      if (channel.read(to, from + to.position()) < 0) {
        throw damaged("The file ends within its header", file);
      }
    }
  }

  static SafetensorsHeader parse(byte[] json, long dataBytes, Path file) {
    SortedMap<String, String> metadata = new TreeMap<>();
    SortedMap<String, Entry> tensors = new TreeMap<>();
    try (JsonParser in = JSON.createParser(json)) {
      expect(in.nextToken(), JsonToken.START_OBJECT, file);
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        expect(in.nextToken(), JsonToken.START_OBJECT, file);
        if (name.equals(METADATA)) {
          readMetadata(in, metadata, file);
        } else {
          tensors.put(name, readEntry(in, name, file));
        }
      }
      expect(in.currentToken(), JsonToken.END_OBJECT, file);
      if (in.nextToken() != null) {
        throw damaged("Something follows the header's JSON", file);
      }
    } catch (IOException e) {
      throw new DataFormatException(
          "The header is no valid JSON: " + e.getClass().getSimpleName(),
          file.toString(),
          "Copy or download the file again.",
          e);
    }
    requireExactCover(tensors, dataBytes, file);
    return new SafetensorsHeader(
        Collections.unmodifiableSortedMap(metadata), Collections.unmodifiableSortedMap(tensors));
  }

  private static void readMetadata(JsonParser in, SortedMap<String, String> metadata, Path file)
      throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      expect(in.nextToken(), JsonToken.VALUE_STRING, file);
      metadata.put(key, in.getText());
    }
    expect(in.currentToken(), JsonToken.END_OBJECT, file);
  }

  private static Entry readEntry(JsonParser in, String name, Path file) throws IOException {
    Safetensors.Type type = null;
    List<Long> shape = null;
    List<Long> range = null;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      JsonToken value = in.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, file);
          type = type(in.getText(), name, file);
        }
        case "shape" -> shape = readLongs(in, value, file);
        case "data_offsets" -> range = readLongs(in, value, file);
        default -> throw damaged("Tensor '" + name + "' has an unknown entry '" + key + "'", file);
      }
    }
    expect(in.currentToken(), JsonToken.END_OBJECT, file);
    if (type == null || shape == null || range == null || range.size() != 2) {
      throw damaged("Tensor '" + name + "' lacks its type, shape or offsets", file);
    }
    requireSize(name, type, shape, range, file);
    return new Entry(type, shape, range.get(0), range.get(1));
  }

  private static Safetensors.Type type(String text, String name, Path file) {
    try {
      return Safetensors.Type.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(
          "Tensor '" + name + "' is of type '" + text + "', which is not supported",
          file.toString(),
          "Convert the tensor to F32, F64, I32 or I64.",
          e);
    }
  }

  private static List<Long> readLongs(JsonParser in, JsonToken first, Path file)
      throws IOException {
    expect(first, JsonToken.START_ARRAY, file);
    List<Long> all = new ArrayList<>();
    while (in.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      long value = in.getLongValue();
      if (value < 0) {
        throw damaged("A size or offset is negative: " + value, file);
      }
      all.add(value);
    }
    expect(in.currentToken(), JsonToken.END_ARRAY, file);
    return List.copyOf(all);
  }

  private static void requireSize(
      String name, Safetensors.Type type, List<Long> shape, List<Long> range, Path file) {
    long bytes = type.bytes();
    for (long size : shape) {
      bytes = Hdf5File.saturatedProduct(bytes, size);
    }
    long begin = range.get(0);
    long end = range.get(1);
    if (begin > end || end - begin != bytes) {
      throw damaged(
          "Tensor '"
              + name
              + "' needs "
              + bytes
              + " bytes, its offsets are "
              + begin
              + " to "
              + end,
          file);
    }
  }

  /** Every byte of the data belongs to exactly one tensor. */
  private static void requireExactCover(
      SortedMap<String, Entry> tensors, long dataBytes, Path file) {
    List<Entry> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long next = 0;
    for (Entry entry : inOrder) {
      if (entry.begin() != next) {
        throw damaged(
            "Tensors overlap or leave a gap at byte " + Math.min(next, entry.begin()), file);
      }
      next = entry.end();
    }
    if (next != dataBytes) {
      throw damaged("The tensors cover " + next + " of " + dataBytes + " bytes of data", file);
    }
  }

  private static void expect(JsonToken found, JsonToken wanted, Path file) {
    if (found != wanted) {
      throw damaged("The header holds " + found + " where " + wanted + " is expected", file);
    }
  }

  private static DataFormatException damaged(String what, Path file) {
    return new DataFormatException(
        what, file.toString(), "Copy or download the file again; it is no sound safetensors file.");
  }
}
