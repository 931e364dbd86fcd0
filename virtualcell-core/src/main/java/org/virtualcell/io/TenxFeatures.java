package org.virtualcell.io;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;

/**
 * Which features of a 10x matrix are the genes: those of type Gene Expression where types are
 * stated (guides, antibodies and tags are another measurement), else all. Another type is chosen by
 * {@code features/TYPE}.
 */
final class TenxFeatures {
  static final String NAME = "gene_name";
  static final String TYPE = "feature_type";
  static final String EXPRESSION = "Gene Expression";
  private static final String PREFIX = "features/";

  private final ReadOptions options;
  private final Table all;
  private final boolean[] kept;
  private final List<String> matrices = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private TenxFeatures(Table all, ReadOptions options) {
    this.all = all;
    this.options = options;
    this.kept = new boolean[all.rows()];
  }

  static TenxFeatures choose(Table all, ReadOptions options) {
    TenxFeatures chosen = new TenxFeatures(all, options);
    chosen.choose();
    return chosen;
  }

  private void choose() {
    List<String> types = all.has(TYPE) ? all.column(TYPE).strings() : List.of();
    TreeSet<String> distinct = new TreeSet<>(types);
    matrices.add("X");
    distinct.forEach(type -> matrices.add(PREFIX + type));
    if (!matrices.contains(options.matrix())) {
      throw new DataFormatException(
          "The file has no matrix " + options.matrix(),
          all.source(),
          "Choose one of " + matrices + " (ReadOptions.withMatrix).");
    }
    boolean everything =
        options.matrix().equals("X") && (distinct.size() < 2 || !distinct.contains(EXPRESSION));
    String wanted =
        options.matrix().equals("X") ? EXPRESSION : options.matrix().substring(PREFIX.length());
    int left = 0;
    for (int f = 0; f < kept.length; f++) {
      kept[f] = everything || wanted.equals(types.get(f));
      left += kept[f] ? 0 : 1;
    }
    if (left > 0) {
      faults.add(left + " features of other types than '" + wanted + "' are left out");
    }
  }

  /** The names of all features, for messages about the whole matrix. */
  GeneVocabulary vocabularyOfAll() {
    return GeneNames.of(all, options);
  }

  AnnotatedData data(
      String format, ExpressionMatrix matrix, Table cells, Source source, AutoCloseable resource) {
    boolean some = !faults.isEmpty();
    Table features = some ? select(all) : all;
    GeneVocabulary genes = GeneNames.of(features, options);
    Source named = new Source(source.file(), source.place(), genes, source.memoryBudget());
    ExpressionMatrix chosen = some ? new SelectedGenes(matrix, kept, source) : matrix;
    DetectedUnits units =
        UnitsDetector.detect(
            chosen, named, new UnitsDetector.Statement(options.statedUnits(), "the caller", false));
    return new AnnotatedData(
        source.file(),
        format,
        genes,
        UnitsGuard.of(chosen, units, named),
        units,
        cells,
        features,
        new Contents(matrices, faults),
        source.memoryBudget(),
        resource);
  }

  private Table select(Table table) {
    List<Column> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      columns.add(Column.ofStrings(column.name(), pick(column.strings())));
    }
    return Table.of(table.source(), pick(table.index()), columns);
  }

  private List<String> pick(List<String> values) {
    List<String> picked = new ArrayList<>();
    for (int f = 0; f < kept.length; f++) {
      if (kept[f]) {
        picked.add(values.get(f));
      }
    }
    return picked;
  }
}
