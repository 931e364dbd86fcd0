package org.virtualcell.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.virtualcell.api.DataFormatException;

/** Reads the entries of a JSON object; a missing or wrong one is an error that names its place. */
final class JsonFields {
  private final JsonNode node;
  private final String place;
  private final String source;

  JsonFields(JsonNode node, String place, String source) {
    this.node = node;
    this.place = place;
    this.source = source;
    if (!node.isObject()) {
      throw fault("An object is expected");
    }
  }

  DataFormatException fault(String what) {
    return new DataFormatException(
        what, source + ", " + place, "Write the file again with this library, or restore it.");
  }

  boolean has(String name) {
    return node.has(name);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode get(String name, boolean fits, String kind) {
    if (!fits) {
      throw fault("Entry '" + name + "' is not " + kind);
    }
    return node.get(name);
  }

  private boolean is(String name, java.util.function.Predicate<JsonNode> kind) {
    return node.has(name) && kind.test(node.get(name));
  }

  String text(String name) {
    return get(name, is(name, JsonNode::isTextual), "a text").textValue();
  }

  double number(String name) {
    return get(name, is(name, JsonNode::isNumber), "a number").doubleValue();
  }

  long whole(String name) {
    return get(
            name,
            is(name, JsonNode::canConvertToLong) && is(name, JsonNode::isIntegralNumber),
            "a whole number")
        .longValue();
  }

  JsonFields object(String name) {
    JsonNode value = get(name, is(name, JsonNode::isObject), "an object");
    return new JsonFields(value, place + "." + name, source);
  }

  List<JsonFields> objects(String name) {
    JsonNode values = get(name, is(name, JsonNode::isArray), "a list");
    List<JsonFields> objects = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      objects.add(new JsonFields(values.get(i), place + "." + name + "[" + i + "]", source));
    }
    return objects;
  }

  List<String> texts(String name) {
    JsonNode values = get(name, is(name, JsonNode::isArray), "a list");
    List<String> texts = new ArrayList<>();
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw fault("Entry '" + name + "' holds something that is not a text");
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  <E extends Enum<E>> E choice(String name, Class<E> type) {
    String value = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    throw fault("Entry '" + name + "' is '" + value + "', which is not known");
  }
}
