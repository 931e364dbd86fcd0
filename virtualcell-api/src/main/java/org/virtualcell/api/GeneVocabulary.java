package org.virtualcell.api;

import java.util.ArrayList;
import java.util.Collections;
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
    this.ids = copyOfNames(ids, "id");
    this.symbols = copyOfNames(symbols, "symbol");
    requireOneSymbolPerId(this.ids.size(), this.symbols.size());
    this.byId = new HashMap<>(size() * 2);
    this.bySymbol = new HashMap<>(size() * 2);
    ContentDigest.Builder content = ContentDigest.of("genes/1").add(size());
    for (int i = 0; i < size(); i++) {
      Integer earlier = byId.put(id(i), i);
      if (earlier != null) {
        throw new InvalidDataException(
            "Gene id '" + id(i) + "' occurs twice",
            "genes " + earlier + " and " + i,
            "Make the ids unique (sum or drop the duplicate columns) before building a vocabulary.");
      }
      bySymbol.merge(symbol(i), i, (a, b) -> AMBIGUOUS);
      content.add(id(i)).add(symbol(i));
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
    return new GeneVocabulary(
        Objects.requireNonNull(ids, "ids"), Objects.requireNonNull(symbols, "symbols"));
  }

  private static void requireOneSymbolPerId(int ids, int symbols) {
    if (ids != symbols) {
      throw new InvalidDataException(
          "A vocabulary needs one symbol per id",
          ids + " ids, " + symbols + " symbols",
          "Pass two lists of equal length.");
    }
  }

  private static List<String> copyOfNames(List<String> names, String kind) {
    List<String> copy = Collections.unmodifiableList(new ArrayList<>(names));
    for (int i = 0; i < copy.size(); i++) {
      if (copy.get(i) == null || copy.get(i).isBlank()) {
        throw new InvalidDataException(
            "A gene " + kind + " is blank", "gene " + i, "Name every gene.");
      }
    }
    return copy;
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
   * Lays another vocabulary over this one by name. A gene is matched by its id; a gene whose id is
   * not in the source is matched by its symbol, if that names one gene on either side. No gene of
   * the source is used twice: what cannot be matched for certain is missing.
   *
   * @param source the vocabulary the data are in
   * @return for each gene of this vocabulary, where it is in {@code source}
   */
  public GeneAlignment alignTo(GeneVocabulary source) {
    Objects.requireNonNull(source, "source");
    int[] from = new int[size()];
    boolean[] used = new boolean[source.size()];
    for (int g = 0; g < from.length; g++) {
      from[g] = source.byId.getOrDefault(id(g), GeneAlignment.MISSING);
      if (from[g] != GeneAlignment.MISSING) {
        used[from[g]] = true;
      }
    }
    List<String> missing = new ArrayList<>();
    for (int g = 0; g < from.length; g++) {
      if (from[g] == GeneAlignment.MISSING) {
        from[g] = source.findBySymbol(this, g, used);
      }
      if (from[g] == GeneAlignment.MISSING) {
        missing.add(id(g));
      } else {
        used[from[g]] = true;
      }
    }
    return new GeneAlignment(this, source, from, missing);
  }

  /** A gene of a target by its symbol: the id or the only symbol of a gene here still unused. */
  private int findBySymbol(GeneVocabulary target, int gene, boolean[] used) {
    String symbol = target.symbol(gene);
    if (target.bySymbol.get(symbol) == AMBIGUOUS) {
      return GeneAlignment.MISSING;
    }
    int found = byId.getOrDefault(symbol, bySymbol.getOrDefault(symbol, AMBIGUOUS));
    return found == AMBIGUOUS || used[found] ? GeneAlignment.MISSING : found;
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
