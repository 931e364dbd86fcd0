package org.virtualcell.io;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;

/** Makes the vocabulary of a file from the labels and columns of its variables. */
final class GeneNames {
  private static final List<String> ID_COLUMNS =
      List.of("gene_ids", "gene_id", "ensembl_id", "ensembl_gene_id", "ensembl", "feature_id");
  private static final List<String> SYMBOL_COLUMNS =
      List.of(
          "feature_name",
          "gene_symbols",
          "gene_symbol",
          "gene_name",
          "gene_names",
          "gene_short_name",
          "symbol");
  private static final int NAMED = 10;

  private GeneNames() {}

  static GeneVocabulary of(Table variables, ReadOptions options) {
    List<String> labels = variables.index();
    if (options.geneIds().isPresent()) {
      return fromColumn(variables, options.geneIds().get());
    }
    List<String> duplicates = duplicates(labels);
    if (duplicates.isEmpty()) {
      return vocabulary(variables, labels, symbols(variables).orElse(labels));
    }
    Optional<String> ids = ID_COLUMNS.stream().filter(variables::has).findFirst();
    if (options.duplicateGenes() == ReadOptions.DuplicateGenes.USE_ID_COLUMN && ids.isPresent()) {
      return fromColumn(variables, ids.get());
    }
    throw duplicate(
        variables,
        duplicates,
        ids.map(c -> "Read with ids from column '" + c + "' (DuplicateGenes.USE_ID_COLUMN)")
            .orElse("Make the names unique (in Python: adata.var_names_make_unique())"));
  }

  private static GeneVocabulary fromColumn(Table variables, String column) {
    List<String> ids = variables.column(column).strings();
    List<String> duplicates = duplicates(ids);
    if (!duplicates.isEmpty()) {
      throw duplicate(variables, duplicates, "Name another column of ids than '" + column + "'");
    }
    return vocabulary(variables, ids, variables.index());
  }

  private static GeneVocabulary vocabulary(
      Table variables, List<String> ids, List<String> symbols) {
    List<String> names = new ArrayList<>(ids.size());
    for (int g = 0; g < ids.size(); g++) {
      if (ids.get(g) == null || ids.get(g).isBlank()) {
        throw new InvalidDataException(
            "Gene " + g + " has no name", variables.source(), "Name every gene in the file.");
      }
      String symbol = symbols.get(g);
      names.add(symbol == null || symbol.isBlank() ? ids.get(g) : symbol);
    }
    return GeneVocabulary.of(ids, names);
  }

  private static Optional<List<String>> symbols(Table variables) {
    return SYMBOL_COLUMNS.stream()
        .filter(variables::has)
        .findFirst()
        .map(name -> variables.column(name).strings());
  }

  private static List<String> duplicates(List<String> names) {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        twice.add(name);
      }
    }
    return List.copyOf(twice.stream().map(String::valueOf).toList());
  }

  private static InvalidDataException duplicate(
      Table variables, List<String> duplicates, String remedy) {
    String some = String.join(", ", duplicates.subList(0, Math.min(NAMED, duplicates.size())));
    return new InvalidDataException(
        duplicates.size()
            + (duplicates.size() == 1 ? " gene name occurs" : " gene names occur")
            + " more than once: "
            + some
            + (duplicates.size() > NAMED ? ", ..." : ""),
        variables.source(),
        remedy + ".");
  }
}
