package org.virtualcell.features;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/**
 * A vector per name, all of the same length, in single precision: gene embeddings, memberships in
 * gene sets, fingerprints. A name without a vector is missing; it never counts as zeros. Immutable.
 *
 * <p>Names are looked up as they are spelt; with {@link #withAliases} a gene that is not found
 * under its name is looked up under the other names it has.
 */
public final class FeatureTable {
  private final String source;
  private final int dimensions;
  private final NavigableMap<String, FeatureVector> vectors;
  private final Optional<GeneAliases> aliases;
  private final ContentDigest digest;

  private FeatureTable(
      String source,
      int dimensions,
      NavigableMap<String, FeatureVector> vectors,
      Optional<GeneAliases> aliases) {
    this.source = Objects.requireNonNull(source, "source");
    this.dimensions = dimensions;
    this.vectors = vectors;
    this.aliases = aliases;
    ContentDigest.Builder content = ContentDigest.of("features/1").add(dimensions);
    vectors.forEach((name, vector) -> vector.digestInto(content.add(name)));
    aliases.ifPresent(a -> content.add(a.digest()));
    this.digest = content.build();
  }

  /**
   * A table of copied vectors.
   *
   * @param source where they come from, for messages and reports
   * @param vectors a vector per name; values are rounded to single precision
   * @return the table
   * @throws InvalidDataException if there is no vector, lengths differ, a name is blank, or a value
   *     is not finite
   */
  public static FeatureTable of(String source, Map<String, double[]> vectors) {
    NavigableMap<String, FeatureVector> checked = new TreeMap<>();
    vectors.forEach(
        (name, vector) -> {
          float[] single = new float[vector.length];
          for (int i = 0; i < single.length; i++) {
            single[i] = (float) vector[i];
            requireFinite(source, name, i, single[i]);
          }
          checked.put(name, FeatureVector.of(single));
        });
    return ofVectors(source, checked);
  }

  static void requireFinite(String source, String name, int column, float value) {
    if (!Float.isFinite(value)) {
      throw new InvalidDataException(
          "A feature of '" + name + "' is no finite number",
          source + ", column " + column,
          "Leave the name out if its vector is unknown; a missing vector is handled, a part of one"
              + " is not.");
    }
  }

  static FeatureTable ofVectors(String source, Map<String, FeatureVector> vectors) {
    NavigableMap<String, FeatureVector> sorted = new TreeMap<>(vectors);
    if (sorted.isEmpty()) {
      throw new InvalidDataException(
          "A table of features holds no vector", source, "Name a source with at least one.");
    }
    int dimensions = sorted.firstEntry().getValue().dimensions();
    sorted.forEach(
        (name, vector) -> {
          if (name.isBlank()) {
            throw new InvalidDataException(
                "A name of a table of features is blank", source, "Name every vector.");
          }
          if (vector.dimensions() != dimensions) {
            throw new InvalidDataException(
                "The vector of '"
                    + name
                    + "' has "
                    + vector.dimensions()
                    + " values, that of '"
                    + sorted.firstKey()
                    + "' "
                    + dimensions,
                source,
                "Give every name a vector of the same length.");
          }
        });
    return new FeatureTable(source, dimensions, sorted, Optional.empty());
  }

  /**
   * This table for genes that may be asked about under other names: exact names first, then the
   * other names of the same gene.
   *
   * @param names which names are of one gene
   * @return a table with the same vectors
   */
  public FeatureTable withAliases(GeneAliases names) {
    return new FeatureTable(source, dimensions, vectors, Optional.of(names));
  }

  /**
   * The vectors of some names only, under the names asked; those without a vector are left out.
   *
   * @param names the names
   * @return a smaller table
   * @throws InvalidDataException if none of them has a vector
   */
  public FeatureTable only(Collection<String> names) {
    NavigableMap<String, FeatureVector> some = new TreeMap<>();
    names.forEach(name -> vector(name).ifPresent(v -> some.put(name, v)));
    return ofVectors(source, some);
  }

  /**
   * Where the vectors come from.
   *
   * @return a file's name, or a word for what they were computed from
   */
  public String source() {
    return source;
  }

  /**
   * The length of the vectors.
   *
   * @return one or more
   */
  public int dimensions() {
    return dimensions;
  }

  /**
   * How many names have a vector.
   *
   * @return one or more
   */
  public int size() {
    return vectors.size();
  }

  /**
   * The names with a vector, as the source spells them.
   *
   * @return sorted
   */
  public List<String> names() {
    return List.copyOf(vectors.keySet());
  }

  /**
   * Whether a name has a vector.
   *
   * @param name a name, or an alias of one where the table has aliases
   * @return false if it is missing
   * @throws InvalidDataException if it is only an alias, of names with different vectors
   */
  public boolean has(String name) {
    return vector(name).isPresent();
  }

  /**
   * The vector of a name.
   *
   * @param name a name, or an alias of one where the table has aliases
   * @return a copy; empty if the name is missing
   * @throws InvalidDataException if it is only an alias, of names with different vectors
   */
  public Optional<float[]> find(String name) {
    return vector(name).map(FeatureVector::toArray);
  }

  Optional<FeatureVector> vector(String name) {
    FeatureVector exact = vectors.get(Objects.requireNonNull(name, "name"));
    if (exact != null || aliases.isEmpty()) {
      return Optional.ofNullable(exact);
    }
    List<String> found =
        aliases.get().sameGene(name).stream().filter(vectors::containsKey).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    FeatureVector first = vectors.get(found.get(0));
    for (String other : found) {
      if (!vectors.get(other).same(first)) {
        throw new InvalidDataException(
            "Gene '" + name + "' has different vectors under its other names " + found,
            source,
            "Keep one of them, or add a vector named '" + name + "'.");
      }
    }
    return Optional.of(first);
  }

  /**
   * Which names have a vector.
   *
   * @param names the names; those given twice count once
   * @return how many, and which are missing
   */
  public Coverage coverage(Collection<String> names) {
    LinkedHashSet<String> asked = new LinkedHashSet<>(names);
    List<String> missing = new ArrayList<>();
    asked.forEach(
        name -> {
          if (!has(name)) {
            missing.add(name);
          }
        });
    return new Coverage(source, asked.size(), Collections.unmodifiableList(missing));
  }

  /**
   * The digest of names and vectors, aliases included; not of where they come from.
   *
   * @return equal for equal tables, on every platform
   */
  public ContentDigest digest() {
    return digest;
  }

  @Override
  public String toString() {
    return source + ": " + size() + " vectors of " + dimensions + " values";
  }
}
