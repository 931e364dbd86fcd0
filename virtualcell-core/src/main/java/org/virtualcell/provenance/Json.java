package org.virtualcell.provenance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * The one JSON mapper. What it writes is canonical: keys in the order of their UTF-16 code units,
 * lines end with LF, numbers have the fewest digits that give the same number back. NaN and
 * infinities are refused, because JSON has none.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          // the fewest digits on every Java version; Double.toString does so only since Java 19
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * A new empty object.
   *
   * @return the object
   */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * A new empty array.
   *
   * @return the array
   */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /**
   * A value as a tree: maps, lists, records, texts, numbers, truth values, null, or a tree.
   *
   * @param value the value
   * @return its tree
   * @throws InvalidDataException if it cannot be written
   */
  public static JsonNode tree(Object value) {
    try {
      return MAPPER.valueToTree(value);
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(
          "A value cannot be written as JSON: " + e.getMessage(),
          Objects.requireNonNull(value).getClass().getName(),
          "Use maps, lists, records, texts and numbers.",
          e);
    }
  }

  /**
   * A value as canonical JSON in one line.
   *
   * @param value a value or tree
   * @return the text, without a line end
   * @throws InvalidDataException if it cannot be written or holds NaN or an infinity
   */
  public static String line(Object value) {
    return write(value, false);
  }

  /**
   * A value as canonical JSON, indented by two blanks, one entry a line.
   *
   * @param value a value or tree
   * @return the text, with a line end
   * @throws InvalidDataException if it cannot be written or holds NaN or an infinity
   */
  public static String pretty(Object value) {
    return write(value, true) + "\n";
  }

  private static String write(Object value, boolean indented) {
    JsonNode canonical = canonical(tree(value), "$");
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    try {
      return indented
          ? MAPPER.writer(printer).writeValueAsString(canonical)
          : MAPPER.writeValueAsString(canonical);
    } catch (JsonProcessingException e) {
      throw new InvalidDataException(
          "A value cannot be written as JSON: " + e.getOriginalMessage(),
          "JSON",
          "Use maps, lists, records, texts and numbers.",
          e);
    }
  }

  private static JsonNode canonical(JsonNode node, String place) {
    if (node instanceof ObjectNode object) {
      TreeMap<String, JsonNode> sorted = new TreeMap<>();
      object
          .properties()
          .forEach(e -> sorted.put(e.getKey(), canonical(e.getValue(), place + "." + e.getKey())));
      ObjectNode result = object();
      sorted.forEach(result::set);
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = array();
      for (int i = 0; i < array.size(); i++) {
        result.add(canonical(array.get(i), place + "[" + i + "]"));
      }
      return result;
    }
    if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
      throw new InvalidDataException(
          "JSON has no number for " + node.doubleValue(),
          place,
          "Leave the entry out where a number is not known.");
    }
    return node;
  }

  /**
   * Reads JSON.
   *
   * @param text the whole document
   * @param source what it comes from, for messages
   * @return its tree
   * @throws DataFormatException if it is not one JSON value, or an object has a key twice
   */
  public static JsonNode read(String text, String source) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw new DataFormatException("The JSON is empty", source, "Pass one JSON value.");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new DataFormatException(
          "This is not JSON: " + e.getOriginalMessage(),
          source
              + (e.getLocation() == null
                  ? ""
                  : ", line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()),
          "Repair the text at this place, or write the file again.",
          e);
    }
  }
}
