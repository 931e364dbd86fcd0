package org.virtualcell.features;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/**
 * One source of knowledge about perturbation targets: their vectors and how two are compared.
 *
 * @param name the block's name in cards and reports
 * @param table the vectors
 * @param similarity how two are compared
 */
public record FeatureBlock(String name, FeatureTable table, Similarity similarity) {
  /**
   * Checks the name.
   *
   * @throws InvalidDataException if it is blank
   */
  public FeatureBlock {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(similarity, "similarity");
    if (name.isBlank()) {
      throw new InvalidDataException(
          "A block of features has no name", table.source(), "Name it by what it knows.");
    }
  }

  /**
   * Whether a target has a vector.
   *
   * @param target a gene, compound or protein
   * @return false if it is missing
   */
  public boolean has(String target) {
    return table.has(target);
  }

  /**
   * How alike two targets are.
   *
   * @param a a target
   * @param b another, or the same
   * @return empty if one has no vector
   */
  public OptionalDouble similarity(String a, String b) {
    Optional<FeatureVector> x = table.vector(a);
    Optional<FeatureVector> y = table.vector(b);
    return x.isEmpty() || y.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(similarity.of(x.get(), y.get()));
  }

  /**
   * The similarities of all pairs of some targets.
   *
   * @param targets targets with a vector
   * @return symmetric, targets x targets
   * @throws InvalidDataException if one has no vector; the message names all that have none
   */
  public double[][] kernel(List<String> targets) {
    List<String> missing = coverage(targets).missing();
    if (!missing.isEmpty()) {
      throw new InvalidDataException(
          "Targets without a vector: " + String.join(", ", missing),
          "features '" + name + "', " + table.source(),
          "Leave them out of the kernel, or treat them as unknown.");
    }
    List<FeatureVector> vectors =
        targets.stream().map(table::vector).map(Optional::orElseThrow).toList();
    double[][] kernel = new double[vectors.size()][vectors.size()];
    for (int i = 0; i < kernel.length; i++) {
      for (int j = 0; j <= i; j++) {
        kernel[i][j] = similarity.of(vectors.get(i), vectors.get(j));
        kernel[j][i] = kernel[i][j];
      }
    }
    return kernel;
  }

  /**
   * Which targets have a vector.
   *
   * @param targets the targets
   * @return how many, and which are missing
   */
  public Coverage coverage(Collection<String> targets) {
    Coverage ofTable = table.coverage(targets);
    return new Coverage(name, ofTable.asked(), ofTable.missing());
  }

  /**
   * The digest of name, vectors and similarity.
   *
   * @return equal for equal blocks, on every platform
   */
  public ContentDigest digest() {
    return ContentDigest.of("feature-block/1")
        .add(name)
        .add(similarity.name())
        .add(table.digest())
        .build();
  }
}
