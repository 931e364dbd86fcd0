package org.virtualcell.features;

/**
 * How alike two vectors a and b are. All are positive semidefinite kernels ({@link #TANIMOTO} for
 * values that are not negative).
 */
public enum Similarity {
  /** {@code a.b / dimensions}. */
  LINEAR {
    @Override
    double of(FeatureVector a, FeatureVector b) {
      return a.dot(b) / a.dimensions();
    }
  },
  /** {@code a.b / (|a| |b|)}; 0 with a vector of zeros only. */
  COSINE {
    @Override
    double of(FeatureVector a, FeatureVector b) {
      double lengths = Math.sqrt(a.square()) * Math.sqrt(b.square());
      return lengths > 0 ? Math.max(-1, Math.min(1, a.dot(b) / lengths)) : 0;
    }
  },
  /**
   * {@code a.b / (a.a + b.b - a.b)}; 0 for two vectors of zeros. For vectors of 0 and 1 the Jaccard
   * index: shared over all. (Ralaivola et al., Neural Networks 18, 2005)
   */
  TANIMOTO {
    @Override
    double of(FeatureVector a, FeatureVector b) {
      double shared = a.dot(b);
      double all = a.square() + b.square() - shared;
      return all > 0 ? shared / all : 0;
    }
  };

  abstract double of(FeatureVector a, FeatureVector b);
}
