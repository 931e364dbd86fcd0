package org.virtualcell.model.effect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;

/**
 * How alike targets are to those that were perturbed in training: the mean over blocks of features,
 * a block that lacks one of the two counting as nothing known. Rounded to single precision, so that
 * a model read back is the same. Immutable.
 */
final class KnownTargets implements TargetSimilarity {
  private final List<String> names;
  private final List<String> trained;
  private final float[] similarity; // names x trained
  private final Map<String, Integer> row = new HashMap<>();
  private final Map<String, Integer> column = new HashMap<>();

  KnownTargets(List<String> names, List<String> trained, float[] similarity) {
    this.names = List.copyOf(names);
    this.trained = List.copyOf(trained);
    this.similarity = similarity;
    for (int i = 0; i < names.size(); i++) {
      row.put(names.get(i), i);
    }
    for (int j = 0; j < trained.size(); j++) {
      column.put(trained.get(j), j);
    }
  }

  static TargetSimilarity of(FeatureSet features, SortedSet<String> trained) {
    if (features.isEmpty()) {
      return NONE;
    }
    TreeSet<String> names = new TreeSet<>();
    features.blocks().forEach(block -> names.addAll(block.table().names()));
    List<String> rows = List.copyOf(names);
    List<String> columns = List.copyOf(trained);
    float[] similarity = new float[Math.multiplyExact(rows.size(), columns.size())];
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        double sum = 0;
        for (FeatureBlock block : features.blocks()) {
          OptionalDouble s = block.similarity(rows.get(i), columns.get(j));
          sum += s.orElse(0);
        }
        similarity[i * columns.size() + j] = (float) (sum / features.blocks().size());
      }
    }
    return new KnownTargets(rows, columns, similarity);
  }

  @Override
  public double between(String a, String b) {
    if (a.equals(b)) {
      return 1;
    }
    Integer i = row.get(a);
    Integer j = column.get(b);
    if (i == null || j == null) {
      i = row.get(b);
      j = column.get(a);
    }
    return i == null || j == null ? 0 : similarity[i * trained.size() + j];
  }

  @Override
  public boolean knows(String target) {
    return row.containsKey(target);
  }

  List<String> names() {
    return names;
  }

  List<String> trained() {
    return trained;
  }

  /** Names x trained, row after row; not to be changed. */
  float[] similarity() {
    return similarity;
  }
}
