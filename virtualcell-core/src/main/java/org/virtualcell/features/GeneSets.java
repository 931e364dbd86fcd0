package org.virtualcell.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/** Named sets of genes, such as those of an ontology or the targets of a regulator. Immutable. */
public final class GeneSets {
  private final String source;
  private final Map<String, Set<String>> genes; // by set, in the source's order

  private GeneSets(String source, Map<String, Set<String>> genes) {
    this.source = source;
    this.genes = genes;
  }

  /**
   * Sets of copied names.
   *
   * @param source where they come from, for messages and reports
   * @param genes the genes of each set
   * @return the sets
   */
  public static GeneSets of(String source, Map<String, ? extends Set<String>> genes) {
    Map<String, Set<String>> copy = new LinkedHashMap<>();
    genes.forEach((set, all) -> copy.put(set, Collections.unmodifiableSet(new TreeSet<>(all))));
    return new GeneSets(Objects.requireNonNull(source, "source"), copy);
  }

  /**
   * Reads a GMT file: one set a line, its name, a description, then genes, separated by tabs. Gzip
   * is recognised.
   *
   * @param file the file
   * @return the sets
   * @throws org.virtualcell.api.StorageException if the file cannot be read
   * @throws DataFormatException if a line is no set, or a set occurs twice; the message names the
   *     line
   */
  public static GeneSets gmt(Path file) {
    Map<String, Set<String>> sets = new LinkedHashMap<>();
    TextLines.of(file)
        .forEach(
            (line, number) -> {
              String[] fields = line.split("\t", -1);
              if (fields.length < 3 || fields[0].isBlank()) {
                throw new DataFormatException(
                    "A line of a GMT file is not 'set, description, genes'",
                    file + ", line " + number,
                    "Separate the fields by tabs.");
              }
              Set<String> genes = new TreeSet<>();
              for (int i = 2; i < fields.length; i++) {
                if (!fields[i].isBlank()) {
                  genes.add(fields[i].strip());
                }
              }
              if (sets.put(fields[0].strip(), genes) != null) {
                throw new DataFormatException(
                    "Gene set '" + fields[0].strip() + "' occurs twice",
                    file + ", line " + number,
                    "Keep one of the two.");
              }
            });
    return of(TextLines.nameOf(file), sets);
  }

  /**
   * Where they come from.
   *
   * @return the file's name
   */
  public String source() {
    return source;
  }

  /**
   * The genes of each set.
   *
   * @return unmodifiable, in the source's order
   */
  public Map<String, Set<String>> genes() {
    return Collections.unmodifiableMap(genes);
  }

  /**
   * The sets of some sizes. Very large sets say little of a gene, very small ones are of few.
   *
   * @param least the smallest size that is kept
   * @param most the largest size that is kept
   * @return fewer sets
   * @throws InvalidDataException if the bounds are out of order
   */
  public GeneSets between(int least, int most) {
    requireBounds(least, most);
    Map<String, Set<String>> kept = new LinkedHashMap<>();
    genes.forEach(
        (set, all) -> {
          if (all.size() >= least && all.size() <= most) {
            kept.put(set, all);
          }
        });
    return new GeneSets(source, kept);
  }

  static void requireBounds(int least, int most) {
    if (least < 1 || most < least) {
      throw new InvalidDataException(
          "Bounds of set sizes are out of order",
          least + " to " + most,
          "Use one gene or more, and an upper bound not below the lower one.");
    }
  }

  /**
   * A vector per gene with a dimension per set: 1 for a set it is in, else 0. Genes in no set have
   * no vector.
   *
   * @return the memberships
   * @throws InvalidDataException if no set holds a gene
   */
  public FeatureTable memberships() {
    return table(set -> 1);
  }

  /**
   * A vector per gene with a dimension per set, weighted by inverse document frequency: {@code
   * ln(genes / size of the set)} for a set it is in, so that two genes in one small set are more
   * alike than two in one large set. Genes in no set have no vector, nor have those that are only
   * in sets of all genes.
   *
   * @return the weighted memberships
   * @throws InvalidDataException if no set tells genes apart
   */
  public FeatureTable weighted() {
    Set<String> all = new TreeSet<>();
    genes.values().forEach(all::addAll);
    return table(set -> Math.log((double) all.size() / set.size()));
  }

  /** The weight of a set. */
  private interface Weight {
    double of(Set<String> set);
  }

  private FeatureTable table(Weight weight) {
    Map<String, List<Integer>> sets = new TreeMap<>();
    float[] weights = new float[genes.size()];
    int index = 0;
    for (Set<String> set : genes.values()) {
      weights[index] = set.isEmpty() ? 0 : (float) weight.of(set);
      if (weights[index] > 0) {
        for (String gene : set) {
          sets.computeIfAbsent(gene, any -> new ArrayList<>()).add(index);
        }
      }
      index++;
    }
    Map<String, FeatureVector> vectors = new TreeMap<>();
    sets.forEach(
        (gene, in) -> {
          int[] place = in.stream().mapToInt(Integer::intValue).toArray();
          float[] value = new float[place.length];
          for (int k = 0; k < value.length; k++) {
            value[k] = weights[place[k]];
          }
          vectors.put(gene, FeatureVector.ofSparse(place, value, weights.length));
        });
    return FeatureTable.ofVectors(source, vectors);
  }
}
