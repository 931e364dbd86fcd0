package org.virtualcell.atlas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;
import org.virtualcell.io.AtomicFile;

/**
 * A split as a TOML file in the style of State: {@code [datasets]} names files, {@code [training]}
 * which of them train, {@code [zeroshot]} whole contexts that do not, {@code
 * [fewshot."dataset.context"]} perturbations of a context that do not. A perturbation listed under
 * {@code val} or {@code test} is not trained on; controls always are. An extra table {@code
 * [virtualcell]} says how the split was made.
 *
 * @param datasets name to file, folder or pattern
 * @param training name to {@code train}
 * @param zeroshot {@code dataset.context} to {@code train}, {@code val} or {@code test}
 * @param fewshot {@code dataset.context} to the perturbations that are not trained on
 * @param manifest how the split was made; empty for a file written by hand
 */
public record SplitFile(
    Map<String, String> datasets,
    Map<String, String> training,
    Map<String, String> zeroshot,
    Map<String, FewShot> fewshot,
    Optional<Manifest> manifest) {
  private static final Set<String> PARTS = Set.of("train", "val", "test");
  private static final Set<String> TABLES =
      Set.of("datasets", "training", "zeroshot", "fewshot", "virtualcell");

  /**
   * Copies the maps and checks the names of parts.
   *
   * @throws InvalidDataException if a part is none of train, val, test, or a key names no data set
   */
  public SplitFile {
    datasets = copy(datasets);
    training = copy(training);
    zeroshot = copy(zeroshot);
    fewshot = copy(fewshot);
    Objects.requireNonNull(manifest, "manifest");
    zeroshot.forEach(
        (key, part) -> {
          if (!PARTS.contains(part)) {
            throw new InvalidDataException(
                "'" + part + "' is no part of a split",
                "[zeroshot] " + key,
                "Use train, val or test.");
          }
        });
    training.forEach(
        (key, part) -> {
          if (!part.equals("train")) {
            throw new InvalidDataException(
                "A data set can be 'train' only, not '" + part + "'",
                "[training] " + key,
                "List held-out contexts in [zeroshot], held-out perturbations in [fewshot].");
          }
        });
  }

  private static <V> Map<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /**
   * Perturbations of one context that are not trained on.
   *
   * @param val for choosing settings, or kept out of both sides
   * @param test for scoring
   */
  public record FewShot(List<String> val, List<String> test) {
    /** Copies the lists. */
    public FewShot {
      val = List.copyOf(val);
      test = List.copyOf(test);
    }
  }

  /**
   * How a split was made.
   *
   * @param policy the label of a {@link SplitPolicy}
   * @param share the share that was held out
   * @param seed the seed
   * @param data the digest of the data
   */
  public record Manifest(String policy, double share, long seed, ContentDigest data) {
    /** Checks that nothing is missing. */
    public Manifest {
      Objects.requireNonNull(policy, "policy");
      Objects.requireNonNull(data, "data");
    }
  }

  /**
   * Reads a file.
   *
   * @param file a TOML file
   * @return the split
   * @throws StorageException if it cannot be read
   * @throws DataFormatException if it is not TOML or an entry is not what it should be
   */
  public static SplitFile read(Path file) {
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (IOException e) {
      throw new StorageException(
          "The split cannot be read: " + e.getClass().getSimpleName(),
          file.toString(),
          "Check that it is there, may be read, and is UTF-8 text.",
          e);
    }
  }

  /**
   * Reads a text.
   *
   * @param toml the content
   * @param source what it comes from, for messages
   * @return the split
   * @throws DataFormatException if it is not TOML or an entry is not what it should be
   */
  public static SplitFile parse(String toml, String source) {
    JsonNode root;
    try {
      root = new TomlMapper().readTree(toml);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(
          "This is not TOML: " + e.getOriginalMessage(),
          source + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr()),
          "Repair the text at this place.",
          e);
    }
    root.fieldNames()
        .forEachRemaining(
            name -> {
              if (!TABLES.contains(name)) {
                throw fault("Table '" + name + "' is not known", source, name);
              }
            });
    try {
      return new SplitFile(
          texts(root, "datasets", source),
          texts(root, "training", source),
          texts(root, "zeroshot", source),
          fewShots(root, source),
          manifest(root, source));
    } catch (InvalidDataException e) {
      throw new DataFormatException(e.what(), source + ", " + e.where(), e.remedy(), e);
    }
  }

  private static DataFormatException fault(String what, String source, String where) {
    return new DataFormatException(
        what,
        source + ", [" + where + "]",
        "Use the tables [datasets], [training], [zeroshot], [fewshot.\"dataset.context\"].");
  }

  private static Map<String, String> texts(JsonNode root, String table, String source) {
    Map<String, String> result = new LinkedHashMap<>();
    leaves(
        root.path(table),
        "",
        JsonNode::isTextual,
        (key, value) -> result.put(key, value.textValue()),
        source,
        table);
    return result;
  }

  private static Map<String, FewShot> fewShots(JsonNode root, String source) {
    Map<String, FewShot> result = new LinkedHashMap<>();
    leaves(
        root.path("fewshot"),
        "",
        node -> node.isObject() && (node.path("val").isArray() || node.path("test").isArray()),
        (key, value) ->
            result.put(
                key,
                new FewShot(names(value, "val", key, source), names(value, "test", key, source))),
        source,
        "fewshot");
    return result;
  }

  /** Keys with dots arrive as nested tables unless they were quoted; both are joined again. */
  private static void leaves(
      JsonNode node,
      String prefix,
      java.util.function.Predicate<JsonNode> leaf,
      BiConsumer<String, JsonNode> found,
      String source,
      String table) {
    if (node.isMissingNode()) {
      return;
    }
    if (!node.isObject()) {
      throw fault("Entry '" + prefix + "' is not what is expected here", source, table);
    }
    node.properties()
        .forEach(
            entry -> {
              String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
              if (leaf.test(entry.getValue())) {
                found.accept(key, entry.getValue());
              } else {
                leaves(entry.getValue(), key, leaf, found, source, table);
              }
            });
  }

  private static List<String> names(JsonNode node, String part, String key, String source) {
    List<String> names = new ArrayList<>();
    JsonNode values = node.path(part);
    if (!values.isMissingNode() && !values.isArray()) {
      throw fault("'" + part + "' is not a list", source, "fewshot." + key);
    }
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw fault("'" + part + "' holds something that is no text", source, "fewshot." + key);
      }
      names.add(value.textValue());
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("val") && !name.equals("test")) {
                throw fault("'" + name + "' is no part of a split", source, "fewshot." + key);
              }
            });
    return names;
  }

  private static Optional<Manifest> manifest(JsonNode root, String source) {
    JsonNode node = root.path("virtualcell");
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    if (!node.path("policy").isTextual()
        || !node.path("share").isNumber()
        || !node.path("seed").isIntegralNumber()
        || !node.path("data").isTextual()) {
      throw fault("The table needs policy, share, seed and data", source, "virtualcell");
    }
    return Optional.of(
        new Manifest(
            node.path("policy").textValue(),
            node.path("share").doubleValue(),
            node.path("seed").longValue(),
            new ContentDigest(node.path("data").textValue())));
  }

  /**
   * This split as TOML.
   *
   * @return the text, UTF-8, lines end with LF
   */
  public String toToml() {
    StringBuilder toml = new StringBuilder();
    manifest.ifPresent(
        m ->
            toml.append("[virtualcell]\n")
                .append("policy = ")
                .append(quoted(m.policy()))
                .append('\n')
                .append("share = ")
                .append(m.share())
                .append('\n')
                .append("seed = ")
                .append(m.seed())
                .append('\n')
                .append("data = ")
                .append(quoted(m.data().hex()))
                .append("\n\n"));
    table(toml, "datasets", datasets);
    table(toml, "training", training);
    table(toml, "zeroshot", zeroshot);
    fewshot.forEach(
        (key, few) -> {
          toml.append("\n[fewshot.").append(quoted(key)).append("]\n");
          list(toml, "val", few.val());
          list(toml, "test", few.test());
        });
    return toml.toString();
  }

  private static void table(StringBuilder toml, String name, Map<String, String> entries) {
    if (name.equals("datasets") || !entries.isEmpty()) {
      toml.append(name.equals("datasets") ? "" : "\n").append('[').append(name).append("]\n");
      entries.forEach(
          (key, value) ->
              toml.append(quoted(key)).append(" = ").append(quoted(value)).append('\n'));
    }
  }

  private static void list(StringBuilder toml, String name, List<String> values) {
    toml.append(name).append(" = [");
    toml.append(String.join(", ", values.stream().map(SplitFile::quoted).toList()));
    toml.append("]\n");
  }

  /** A basic string of TOML 1.0. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7F) {
        quoted.append(String.format(java.util.Locale.ROOT, "\\u%04X", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /**
   * Writes the split.
   *
   * @param file where to; its folder must be there
   * @param force whether a file that is there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if the file is there and {@code force} is
   *     false
   * @throws StorageException if it cannot be written
   */
  public void write(Path file, boolean force) {
    AtomicFile.write(file, force, out -> out.write(toToml().getBytes(StandardCharsets.UTF_8)));
  }
}
