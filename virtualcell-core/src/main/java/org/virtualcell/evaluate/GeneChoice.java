package org.virtualcell.evaluate;

/** The genes that count, as places in the vocabulary; picks their values out of a profile. */
final class GeneChoice {
  private final int[] places;

  GeneChoice(int[] places) {
    this.places = places.clone();
  }

  double[] of(double[] profile) {
    return Vectors.at(profile, places);
  }

  int size() {
    return places.length;
  }

  int place(int index) {
    return places[index];
  }
}
