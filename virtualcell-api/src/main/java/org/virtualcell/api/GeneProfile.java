package org.virtualcell.api;

import java.util.Objects;

/** One number per gene of a vocabulary, looked up by name. Immutable. */
public final class GeneProfile {
  private final GeneVocabulary genes;
  private final double[] values;

  private GeneProfile(GeneVocabulary genes, double[] values) {
    this.genes = Objects.requireNonNull(genes, "genes");
    this.values = values;
    if (values.length != genes.size()) {
      throw new InvalidDataException(
          values.length + " values for " + genes.size() + " genes",
          "GeneProfile",
          "Pass one value per gene.");
    }
    for (int g = 0; g < values.length; g++) {
      if (!Double.isFinite(values[g])) {
        throw new InvalidDataException(
            "The value of gene " + genes.id(g) + " is " + values[g],
            "GeneProfile",
            "Values must be finite; leave out what is unknown.");
      }
    }
  }

  /**
   * A profile of copied values.
   *
   * @param genes the genes
   * @param values one finite value per gene, in the vocabulary's order
   * @return the profile
   * @throws InvalidDataException if the number of values is not the number of genes, or one is not
   *     finite
   */
  public static GeneProfile of(GeneVocabulary genes, double[] values) {
    return new GeneProfile(genes, values.clone());
  }

  /**
   * The genes.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * The value of a gene.
   *
   * @param gene its index
   * @return its value
   */
  public double get(int gene) {
    return values[gene];
  }

  /**
   * The value of a gene.
   *
   * @param gene its id or symbol
   * @return its value
   * @throws UnknownGeneException if it is not in the vocabulary
   */
  public double get(String gene) {
    return values[genes.indexOf(gene)];
  }

  /**
   * All values in the vocabulary's order.
   *
   * @return a copy
   */
  public double[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GeneProfile that
        && genes.equals(that.genes)
        && java.util.Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * genes.hashCode() + java.util.Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "profile over " + genes;
  }
}
