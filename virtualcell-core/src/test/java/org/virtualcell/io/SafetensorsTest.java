package org.virtualcell.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("model.safetensors");
    Safetensors.writer()
        .metadata("card", "{\"name\":\"ä \\\" \u2028\"}")
        .put("weights", new float[] {1, -2, 3.5f, 4, 5, 6}, 2, 3)
        .put("ids", new long[] {Long.MIN_VALUE, 7}, 2)
        .put("counts", new int[] {1, 2, 3}, 3)
        .put("scale", new double[] {Math.PI})
        .put("nothing", new float[0], 0, 5)
        .write(file, false);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(Map.of("card", "{\"name\":\"ä \\\" \u2028\"}"), read.metadata());
      assertEquals(List.of("counts", "ids", "nothing", "scale", "weights"), read.names());
      assertArrayEquals(new float[] {1, -2, 3.5f, 4, 5, 6}, read.floats("weights"));
      assertArrayEquals(new long[] {2, 3}, read.shape("weights"));
      assertArrayEquals(new long[] {Long.MIN_VALUE, 7}, read.longs("ids"));
      assertArrayEquals(new int[] {1, 2, 3}, read.ints("counts"));
      assertArrayEquals(new double[] {Math.PI}, read.doubles("scale"));
      assertEquals(0, read.floats("nothing").length);
      assertEquals(Safetensors.Type.F32, read.type("nothing"));
    }
  }

  /** Written out by hand from the format's description. */
  @Test
  void theBytesAreThoseOfTheFormat() throws Exception {
    Path file = folder.resolve("one.safetensors");
    Safetensors.writer().put("a", new float[] {1}, 1).metadata("k", "v").write(file, false);
    String json =
        "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    int padded = (json.length() + 7) / 8 * 8;
    ByteBuffer expected =
        ByteBuffer.allocate(8 + padded + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded)
            .put((json + " ".repeat(padded - json.length())).getBytes(StandardCharsets.UTF_8))
            .putFloat(1f);
    assertEquals(
        HexFormat.of().formatHex(expected.array()),
        HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void theOrderOfPuttingDoesNotChangeTheBytes() throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Safetensors.writer()
        .metadata("x", "1")
        .metadata("a", "2")
        .put("b", new float[2], 2)
        .put("a", new long[1], 1)
        .write(one, false);
    Safetensors.writer()
        .put("a", new long[1], 1)
        .put("b", new float[2], 2)
        .metadata("a", "2")
        .metadata("x", "1")
        .write(two, false);
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\":1}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", // too small
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", // too large
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", // beyond the file
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", // a gap at the end
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", // overlap
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", // twice
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x",
        "{\"__metadata__\":{\"a\":1}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[[[[[2]]]]]],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8"
      })
  void aHeaderThatDoesNotFitIsRefusedWithTheFile(String json) throws Exception {
    Path file = folder.resolve("bad.safetensors");
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(8 + header.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array());
    var e = assertThrows(DataFormatException.class, () -> Safetensors.open(file));
    assertTrue(e.where().contains("bad.safetensors"), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 100, Long.MAX_VALUE, 100_000_001, Long.MIN_VALUE})
  void aStatedHeaderLengthIsBoundByTheFile(long length) throws Exception {
    Path file = folder.resolve("bad.safetensors");
    Files.write(
        file, ByteBuffer.allocate(8 + 16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    assertThrows(DataFormatException.class, () -> Safetensors.open(file));
  }

  @Test
  void misuseIsNamed() throws Exception {
    Path file = folder.resolve("model.safetensors");
    var writer = Safetensors.writer().put("a", new float[] {1}, 1);
    assertThrows(InvalidDataException.class, () -> writer.put("a", new float[] {1}, 1));
    assertThrows(InvalidDataException.class, () -> writer.put("b", new float[] {1}, 2));
    assertThrows(InvalidDataException.class, () -> writer.put("b", new float[] {1}, -1, -1));
    writer.write(file, false);
    assertThrows(OutputExistsException.class, () -> writer.write(file, false));
    writer.write(file, true);
    Safetensors read = Safetensors.open(file);
    assertThrows(InvalidDataException.class, () -> read.floats("b"));
    assertThrows(InvalidDataException.class, () -> read.doubles("a"));
    read.close();
    assertThrows(ClosedException.class, () -> read.floats("a"));
    assertThrows(StorageException.class, () -> Safetensors.open(folder.resolve("absent")));
    assertThrows(DataFormatException.class, () -> Safetensors.open(folder));
    Files.write(folder.resolve("empty"), new byte[0]);
    assertThrows(DataFormatException.class, () -> Safetensors.open(folder.resolve("empty")));
  }

  @Test
  void damagedFilesGiveTensorsOrAClearError() throws Exception {
    Path file = folder.resolve("model.safetensors");
    Safetensors.writer()
        .metadata("card", "{}")
        .put("a", new float[20], 4, 5)
        .put("b", new long[3], 3)
        .write(file, false);
    byte[] sound = Files.readAllBytes(file);
    int refused = 0;
    for (long seed = 0; seed < 2000; seed++) {
      var random = new java.util.SplittableRandom(seed);
      byte[] damaged = sound.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(random.nextBoolean() ? 200 : damaged.length)] ^=
            (byte) (1 + random.nextInt(255));
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(sound.length) : sound.length;
      Files.write(file, java.util.Arrays.copyOf(damaged, length));
      try (Safetensors read = Safetensors.open(file)) {
        read.names().forEach(read::bytes);
      } catch (DataFormatException e) {
        refused++;
        assertTrue(e.where().contains("model.safetensors"), () -> e.getMessage());
      }
    }
    assertTrue(refused > 500 && refused < 2000, "refused " + refused);
  }
}
