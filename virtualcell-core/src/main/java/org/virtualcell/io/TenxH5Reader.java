package org.virtualcell.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;

/**
 * Reads a 10x .h5 file: version 3 (a group {@code matrix} with {@code features}) or 2 (a group per
 * genome with {@code genes}). Genes x cells compressed by cells is cells x genes compressed by
 * cells. Files of other tools with fewer feature columns are read as far as they name the genes.
 */
final class TenxH5Reader {
  private static final List<String> FEATURE_COLUMNS = List.of("feature_type", "genome");

  private final Hdf5File file;
  private final ReadOptions options;

  TenxH5Reader(Hdf5File file, ReadOptions options) {
    this.file = file;
    this.options = options;
  }

  /** The groups that look like a matrix of either version. */
  static List<String> matrices(Hdf5File file) {
    List<String> found = new ArrayList<>();
    for (String group : file.children("/")) {
      if (file.isDataset(group + "/barcodes") && file.isDataset(group + "/indptr")) {
        found.add(group);
      }
    }
    return found;
  }

  AnnotatedData read() {
    String group = choose(matrices(file));
    boolean version3 = file.isGroup(group + "/features");
    List<String> barcodes = Arrays.asList(file.strings(group + "/barcodes"));
    Table features = version3 ? features(group) : genes(group);
    if (barcodes.isEmpty()) {
      throw new InvalidDataException(
          "The file holds no cell", file.path() + ", " + group, "Name a file with cells.");
    }
    Table cells = Table.of(file.path() + ", " + group + "/barcodes", barcodes, List.of());
    String format =
        version3
            ? "10x .h5, version 3 (Cell Ranger 3 and later)"
            : "10x .h5, version 2 (Cell Ranger 1 and 2), genome " + group;
    TenxFeatures kept = TenxFeatures.choose(features, options);
    Source source =
        new Source(file.path().toString(), group, kept.vocabularyOfAll(), file.memoryBudget());
    ExpressionMatrix matrix = matrix(group, barcodes.size(), features.rows(), source);
    return kept.data(format, matrix, cells, source, file);
  }

  private String choose(List<String> groups) {
    if (options.genome().isPresent()) {
      if (groups.contains(options.genome().get())) {
        return options.genome().get();
      }
      throw new DataFormatException(
          "The file has no genome " + options.genome().get(),
          file.path().toString(),
          "Choose one of " + groups + " (ReadOptions.withGenome).");
    }
    if (groups.size() > 1) {
      throw new DataFormatException(
          "The file holds several genomes: " + groups,
          file.path().toString(),
          "Choose one of them (ReadOptions.withGenome).");
    }
    return groups.get(0);
  }

  private ExpressionMatrix matrix(String group, int cells, int features, Source source) {
    Numbers shape = MatrixReader.list(file, group + "/shape");
    long[] stated = new long[(int) Math.min(3, shape.rows())];
    shape.read(0, stated.length, stated, 0);
    if (stated.length != 2 || stated[0] != features || stated[1] != cells) {
      throw file.damaged(
          "The matrix is stated to be "
              + Arrays.toString(stated)
              + ", there are "
              + features
              + " features and "
              + cells
              + " cells",
          group + "/shape");
    }
    return new CsrStream(
        source,
        cells,
        features,
        MatrixReader.list(file, group + "/indptr"),
        MatrixReader.list(file, group + "/indices"),
        MatrixReader.list(file, group + "/data"));
  }

  private Table features(String group) {
    String place = group + "/features";
    String names = place + "/name";
    String ids = file.isDataset(place + "/id") ? place + "/id" : names;
    List<Column> columns = new ArrayList<>();
    columns.add(text(names, TenxFeatures.NAME));
    for (String column : FEATURE_COLUMNS) {
      if (file.isDataset(place + "/" + column)) {
        columns.add(text(place + "/" + column, column));
      }
    }
    return Table.of(file.path() + ", " + place, Arrays.asList(file.strings(ids)), columns);
  }

  private Table genes(String group) {
    String names = group + "/gene_names";
    String ids = group + "/genes";
    return Table.of(
        file.path() + ", " + ids,
        Arrays.asList(file.strings(ids)),
        file.isDataset(names) ? List.of(text(names, TenxFeatures.NAME)) : List.of());
  }

  private Column text(String place, String name) {
    return Column.ofStrings(name, Arrays.asList(file.strings(place)));
  }
}
