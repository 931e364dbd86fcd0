package org.virtualcell.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * An ordered list of genes: unique ids (Ensembl ids where the source has them) with a symbol each.
 * Genes are matched by id or symbol, never by position. Immutable.
 */
public final class GeneVocabulary {
  private static final int AMBIGUOUS = -2;

  private final List<String> ids;
  private final List<String> symbols;
  private final Map<String, Integer> byId;
  private final Map<String, Integer> bySymbol;
  private final ContentDigest digest;

  private GeneVocabulary(List<String> ids, List<String> symbols) {
    this.ids = List.copyOf(ids);
    this.symbols = List.copyOf(symbols);
    this.byId = new HashMap<>(ids.size() * 2);
    this.bySymbol = new HashMap<>(ids.size() * 2);
    ContentDigest.Builder content = ContentDigest.of("genes/1").add(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      requireName(ids.get(i), "id", i);
      requireName(symbols.get(i), "symbol", i);
      Integer earlier = byId.put(ids.get(i), i);
      if (earlier != null) {
        throw new InvalidDataException(
            "Gene id '" + ids.get(i) + "' occurs twice",
            "genes " + earlier + " and " + i,
            "Make the ids unique (sum or drop the duplicate columns) before building a vocabulary.");
      }
      bySymbol.merge(symbols.get(i), i, (a, b) -> AMBIGUOUS);
      content.add(ids.get(i)).add(symbols.get(i));
    }
    this.digest = content.build();
  }

  /**
   * A vocabulary whose symbols are its ids.
   *
   * @param ids unique gene ids, in order
   * @return the vocabulary
   * @throws InvalidDataException if an id is blank or occurs twice
   */
  public static GeneVocabulary of(List<String> ids) {
    return of(ids, ids);
  }

  /**
   * A vocabulary of ids and symbols.
   *
   * @param ids unique gene ids, in order
   * @param symbols one symbol per id; symbols may repeat
   * @return the vocabulary
   * @throws InvalidDataException if the lists differ in length, a name is blank, or an id occurs
   *     twice
   */
  public static GeneVocabulary of(List<String> ids, List<String> symbols) {
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(symbols, "symbols");
    if (ids.size() != symbols.size()) {
      throw new InvalidDataException(
          "A vocabulary needs one symbol per id",
          ids.size() + " ids, " + symbols.size() + " symbols",
          "Pass two lists of equal length.");
    }
    return new GeneVocabulary(ids, symbols);
  }

  private static void requireName(String name, String kind, int index) {
    if (name == null || name.isBlank()) {
      throw new InvalidDataException(
          "A gene " + kind + " is blank", "gene " + index, "Name every gene.");
    }
  }

  /**
   * The number of genes.
   *
   * @return zero or more
   */
  public int size() {
    return ids.size();
  }

  /**
   * The id of a gene.
   *
   * @param gene its index, 0 to {@link #size()} - 1
   * @return its id
   */
  public String id(int gene) {
    return ids.get(gene);
  }

  /**
   * The symbol of a gene.
   *
   * @param gene its index, 0 to {@link #size()} - 1
   * @return its symbol
   */
  public String symbol(int gene) {
    return symbols.get(gene);
  }

  /**
   * All ids in order.
   *
   * @return an immutable list
   */
  public List<String> ids() {
    return ids;
  }

  /**
   * All symbols in order.
   *
   * @return an immutable list
   */
  public List<String> symbols() {
    return symbols;
  }

  /**
   * Looks a gene up by id, then by symbol.
   *
   * @param name an id or a symbol, in the vocabulary's own spelling
   * @return the gene's index, or empty when it is not here
   * @throws UnknownGeneException if the name is a symbol of several genes and the id of none
   */
  public OptionalInt find(String name) {
    Integer index = byId.get(Objects.requireNonNull(name, "name"));
    if (index == null) {
      index = bySymbol.get(name);
    }
    if (index == null) {
      return OptionalInt.empty();
    }
    if (index == AMBIGUOUS) {
      throw new UnknownGeneException(
          "Symbol '" + name + "' names several genes",
          describe(),
          "Use the gene's id instead of its symbol.");
    }
    return OptionalInt.of(index);
  }

  /**
   * Looks a gene up that must be here.
   *
   * @param name an id or a symbol
   * @return the gene's index
   * @throws UnknownGeneException if it is not here, or the name is ambiguous
   */
  public int indexOf(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new UnknownGeneException(
                    "Gene '" + name + "' is not in the vocabulary",
                    describe(),
                    "Check the spelling and whether the data use symbols or Ensembl ids."));
  }

  /**
   * Lays another vocabulary over this one by name.
   *
   * @param source the vocabulary the data are in
   * @return for each gene of this vocabulary, where it is in {@code source}
   */
  public GeneAlignment alignTo(GeneVocabulary source) {
    Objects.requireNonNull(source, "source");
    int[] from = new int[size()];
    List<String> missing = new ArrayList<>();
    for (int g = 0; g < from.length; g++) {
      OptionalInt found =
          source.byId.containsKey(ids.get(g))
              ? source.find(ids.get(g))
              : source.find(symbols.get(g));
      from[g] = found.orElse(GeneAlignment.MISSING);
      if (found.isEmpty()) {
        missing.add(ids.get(g));
      }
    }
    return new GeneAlignment(this, source, from, missing);
  }

  /**
   * The digest of the ids and symbols in order.
   *
   * @return equal for equal vocabularies, on every platform
   */
  public ContentDigest digest() {
    return digest;
  }

  private String describe() {
    return "vocabulary of " + size() + " genes, " + digest.abbreviated();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GeneVocabulary that && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
