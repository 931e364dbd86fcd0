package org.virtualcell.features;

import java.util.Arrays;
import org.virtualcell.api.ContentDigest;

/** A vector in single precision: every value, or the places and values of those that are not 0. */
final class FeatureVector {
  private final int[] place; // rising; null where all values are kept
  private final float[] value;
  private final int dimensions;
  private final double square;

  private FeatureVector(int[] place, float[] value, int dimensions) {
    this.place = place;
    this.value = value;
    this.dimensions = dimensions;
    double sum = 0;
    for (float v : value) {
      sum += (double) v * v;
    }
    this.square = sum;
  }

  /** Keeps what needs less memory. */
  static FeatureVector of(float[] dense) {
    int filled = 0;
    for (float v : dense) {
      filled += v != 0 ? 1 : 0;
    }
    if (2L * filled >= dense.length) {
      return new FeatureVector(null, dense.clone(), dense.length);
    }
    int[] place = new int[filled];
    float[] value = new float[filled];
    int at = 0;
    for (int i = 0; i < dense.length; i++) {
      if (dense[i] != 0) {
        place[at] = i;
        value[at++] = dense[i];
      }
    }
    return new FeatureVector(place, value, dense.length);
  }

  /** From rising places; the caller gives the arrays away. */
  static FeatureVector ofSparse(int[] place, float[] value, int dimensions) {
    return new FeatureVector(place, value, dimensions);
  }

  int dimensions() {
    return dimensions;
  }

  /** The squared length. */
  double square() {
    return square;
  }

  double dot(FeatureVector other) {
    if (place == null) {
      return other.place == null ? denseDot(other) : other.dot(this);
    }
    double sum = 0;
    if (other.place == null) {
      for (int k = 0; k < place.length; k++) {
        sum += (double) value[k] * other.value[place[k]];
      }
      return sum;
    }
    int a = 0;
    int b = 0;
    while (a < place.length && b < other.place.length) {
      if (place[a] == other.place[b]) {
        sum += (double) value[a++] * other.value[b++];
      } else if (place[a] < other.place[b]) {
        a++;
      } else {
        b++;
      }
    }
    return sum;
  }

  private double denseDot(FeatureVector other) {
    double sum = 0;
    for (int i = 0; i < value.length; i++) {
      sum += (double) value[i] * other.value[i];
    }
    return sum;
  }

  float[] toArray() {
    if (place == null) {
      return value.clone();
    }
    float[] dense = new float[dimensions];
    for (int k = 0; k < place.length; k++) {
      dense[place[k]] = value[k];
    }
    return dense;
  }

  /** Equal for equal vectors, however they are kept. */
  void digestInto(ContentDigest.Builder content) {
    for (int k = 0; k < value.length; k++) {
      if (value[k] != 0) {
        content.add(place == null ? k : place[k]).add(value[k]);
      }
    }
  }

  boolean same(FeatureVector other) {
    return dimensions == other.dimensions && Arrays.equals(toArray(), other.toArray());
  }
}
