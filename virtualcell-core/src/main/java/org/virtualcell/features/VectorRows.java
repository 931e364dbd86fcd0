package org.virtualcell.features;

import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.InvalidDataException;

/** Collects the vectors of a file; a name that comes twice is an error. */
final class VectorRows {
  private final String source;
  private final String file;
  private final Map<String, FeatureVector> vectors = new TreeMap<>();
  private final Map<String, String> places = new TreeMap<>();

  VectorRows(String source, String file) {
    this.source = source;
    this.file = file;
  }

  void add(String name, float[] vector, String place) {
    if (name == null || name.isBlank()) {
      throw new InvalidDataException(
          "A vector has no name", file + ", " + place, "Name every vector, or leave it out.");
    }
    for (int i = 0; i < vector.length; i++) {
      FeatureTable.requireFinite(file + ", " + place, name, i, vector[i]);
    }
    claim(name, place);
    vectors.put(name, FeatureVector.of(vector));
  }

  /** A name that has no vector here may not have one elsewhere either. */
  void claim(String name, String place) {
    String earlier = places.put(name, place);
    if (earlier != null) {
      throw new InvalidDataException(
          "'" + name + "' has two vectors",
          file + ", " + earlier + " and " + place,
          "Keep one of them, or their mean if they are of one thing.");
    }
  }

  FeatureTable table() {
    return FeatureTable.ofVectors(source, vectors);
  }
}
