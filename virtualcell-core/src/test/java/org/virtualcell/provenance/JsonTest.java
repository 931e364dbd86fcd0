package org.virtualcell.provenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;

class JsonTest {
  @Test
  void keysAreSortedAtEveryDepthAndLinesEndWithLf() {
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("z", 1);
    inner.put("Z", List.of(1.5, "two"));
    Map<String, Object> outer = new LinkedHashMap<>();
    outer.put("b", inner);
    outer.put("a", true);
    assertEquals("{\"a\":true,\"b\":{\"Z\":[1.5,\"two\"],\"z\":1}}", Json.line(outer));
    String pretty = Json.pretty(outer);
    assertTrue(pretty.startsWith("{\n  \"a\" : true,\n"), pretty);
    assertTrue(pretty.endsWith("}\n"), pretty);
    assertTrue(pretty.indexOf('\r') < 0);
  }

  /** Java before 19 wrote 0.0020 for the second. */
  @Test
  void numbersHaveTheFewestDigitsThatGiveThemBack() {
    assertEquals("[0.1,0.002,2.0E22,4.9E-324]", Json.line(List.of(0.1, 2.0E-3, 2.0E22, 4.9E-324)));
  }

  @Property(tries = 200)
  void everyFiniteNumberComesBack(@ForAll double value) {
    assertEquals(value, Json.read(Json.line(List.of(value)), "text").get(0).doubleValue());
  }

  @Test
  void numbersThatJsonDoesNotHaveAreRefusedWithTheirPlace() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      InvalidDataException e =
          assertThrows(
              InvalidDataException.class, () -> Json.line(Map.of("scores", List.of(1.0, bad))));
      assertTrue(e.getMessage().contains("$.scores[1]"), e.getMessage());
    }
    assertThrows(InvalidDataException.class, () -> Json.line(List.of(Float.NaN)));
  }

  @Test
  void damagedTextIsAnErrorWithLineAndColumn() {
    for (String bad : List.of("", "{", "{\"a\":1,\"a\":2}", "1 2", "{\"a\":NaN}", "nul")) {
      assertThrows(DataFormatException.class, () -> Json.read(bad, "card.json"), bad);
    }
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> Json.read("{\n  \"a\" 1}", "card.json"));
    assertTrue(e.getMessage().contains("card.json, line 2"), e.getMessage());
  }

  /** The digest of FIPS 180-2, appendix B.1. */
  @Test
  void fileDigestIsSha256OfTheBytes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("abc");
    Files.write(file, "abc".getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        FileDigest.of(file).hex());
    assertThrows(StorageException.class, () -> FileDigest.of(folder.resolve("none")));
    assertThrows(StorageException.class, () -> FileDigest.of(folder));
  }

  @Test
  void environmentNamesLibraryJavaAndSystem() {
    Map<String, String> facts = Environment.facts();
    assertEquals(List.of("arch", "java", "library", "os"), List.copyOf(facts.keySet()));
    facts.values().forEach(v -> assertTrue(!v.isBlank()));
  }
}
