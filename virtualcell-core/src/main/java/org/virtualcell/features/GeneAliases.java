package org.virtualcell.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * Which names are of one gene: the approved symbol, its Ensembl id, earlier symbols and other
 * names. A name that several genes claim is no name of any of them, unless it is the approved
 * symbol or the id of one. Immutable.
 */
public final class GeneAliases {
  private final Map<String, String> approved = new HashMap<>(); // name -> approved symbol
  private final Map<String, Set<String>> names = new TreeMap<>(); // approved symbol -> its names
  private final ContentDigest digest;

  private GeneAliases(Map<String, Set<String>> claimed) {
    Map<String, Integer> claims = new HashMap<>();
    claimed.values().forEach(all -> all.forEach(name -> claims.merge(name, 1, Integer::sum)));
    ContentDigest.Builder content = ContentDigest.of("gene-aliases/1");
    claimed.forEach(
        (symbol, all) -> {
          Set<String> own = new TreeSet<>();
          own.add(symbol);
          for (String name : all) {
            if (claims.get(name) == 1 && !claimed.containsKey(name)) {
              own.add(name);
            }
          }
          names.put(symbol, own);
          own.forEach(name -> approved.put(name, symbol));
        });
    names.forEach(
        (symbol, own) -> {
          content.add(symbol).add(own.size());
          own.forEach(content::add);
        });
    this.digest = content.build();
  }

  /**
   * Names by approved symbol.
   *
   * @param otherNames the other names of each gene
   * @return the aliases
   */
  public static GeneAliases of(Map<String, ? extends Set<String>> otherNames) {
    Map<String, Set<String>> claimed = new TreeMap<>();
    otherNames.forEach((symbol, all) -> claimed.put(symbol, new LinkedHashSet<>(all)));
    return new GeneAliases(claimed);
  }

  /**
   * Reads the complete set of the HGNC: tab-separated, with the columns {@code symbol}, {@code
   * ensembl_gene_id}, {@code prev_symbol} and {@code alias_symbol}, the last two with values
   * separated by bars. Gzip is recognised.
   *
   * @param file the file
   * @return the aliases
   * @throws org.virtualcell.api.StorageException if the file cannot be read
   * @throws DataFormatException if the column {@code symbol} is missing
   * @throws InvalidDataException if a symbol occurs twice
   */
  public static GeneAliases hgnc(Path file) {
    Map<String, Set<String>> claimed = new TreeMap<>();
    List<Integer> columns = new ArrayList<>();
    TextLines.of(file)
        .forEach(
            (line, number) -> {
              List<String> fields = List.of(line.split("\t", -1));
              if (columns.isEmpty()) {
                for (String column :
                    List.of("symbol", "ensembl_gene_id", "prev_symbol", "alias_symbol")) {
                  columns.add(fields.indexOf(column));
                }
                if (columns.get(0) < 0) {
                  throw new DataFormatException(
                      "The table of gene names has no column 'symbol'",
                      file + ", line " + number,
                      "Name the complete set of the HGNC as tab-separated text.");
                }
                return;
              }
              Set<String> others = new LinkedHashSet<>();
              for (int column : columns.subList(1, columns.size())) {
                if (column >= 0 && column < fields.size()) {
                  for (String name : unquoted(fields.get(column)).split("\\|", -1)) {
                    if (!name.isBlank()) {
                      others.add(name.strip());
                    }
                  }
                }
              }
              String symbol = columns.get(0) < fields.size() ? fields.get(columns.get(0)) : "";
              if (!symbol.isBlank() && claimed.put(symbol.strip(), others) != null) {
                throw new InvalidDataException(
                    "Gene symbol '" + symbol + "' occurs twice",
                    file + ", line " + number,
                    "Keep one of the two lines.");
              }
            });
    return new GeneAliases(claimed);
  }

  private static String unquoted(String field) {
    String text = field.strip();
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /**
   * The approved symbol of a gene.
   *
   * @param name any of its names
   * @return empty if no gene has this name, or several have
   */
  public Optional<String> approved(String name) {
    return Optional.ofNullable(approved.get(Objects.requireNonNull(name, "name")));
  }

  /**
   * All names of the gene a name is of.
   *
   * @param name any of its names
   * @return sorted, with the name itself; only it if no gene has this name, or several have
   */
  public Set<String> sameGene(String name) {
    String symbol = approved.get(Objects.requireNonNull(name, "name"));
    return symbol == null ? Set.of(name) : Collections.unmodifiableSet(names.get(symbol));
  }

  /**
   * How many genes there are.
   *
   * @return zero or more
   */
  public int size() {
    return names.size();
  }

  /**
   * The digest of all names.
   *
   * @return equal for equal aliases, on every platform
   */
  public ContentDigest digest() {
    return digest;
  }
}
