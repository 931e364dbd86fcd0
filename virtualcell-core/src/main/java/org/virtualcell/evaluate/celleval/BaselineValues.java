package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.stats.differential.CellValues;

/** Some cells as they are, and one profile in the place of all others. */
final class BaselineValues implements CellValues {
  private final CellValues cells;
  private final boolean[] kept;
  private final double[] profile;
  private final int[] gene; // of the profile's values that are not zero
  private final double[] value;

  BaselineValues(CellValues cells, boolean[] kept, double... profile) {
    this.cells = cells;
    this.kept = kept;
    this.profile = profile;
    this.gene = IntStream.range(0, profile.length).filter(g -> profile[g] != 0).toArray();
    this.value = IntStream.of(gene).mapToDouble(g -> profile[g]).toArray();
  }

  @Override
  public int cells() {
    return kept.length;
  }

  @Override
  public int genes() {
    return profile.length;
  }

  @Override
  public int row(int cell, int[] toGene, double[] toValue) {
    if (kept[cell]) {
      return cells.row(cell, toGene, toValue);
    }
    System.arraycopy(gene, 0, toGene, 0, gene.length);
    System.arraycopy(value, 0, toValue, 0, value.length);
    return value.length;
  }

  @Override
  public CellValues gather(int... chosen) {
    boolean[] own = new boolean[chosen.length];
    int[] place = new int[chosen.length]; // among the kept cells that are gathered
    int[] read = new int[chosen.length];
    int count = 0;
    for (int i = 0; i < chosen.length; i++) {
      own[i] = kept[chosen[i]];
      place[i] = count;
      if (own[i]) {
        read[count++] = chosen[i];
      }
    }
    CellValues gathered = cells.gather(Arrays.copyOf(read, count));
    return new BaselineValues(new Placed(gathered, place), own, profile);
  }

  /** Gathered cells at the places they are asked for; other places are never asked for. */
  private static final class Placed implements CellValues {
    private final CellValues gathered;
    private final int[] place;

    Placed(CellValues gathered, int[] place) {
      this.gathered = gathered;
      this.place = place;
    }

    @Override
    public int cells() {
      return place.length;
    }

    @Override
    public int genes() {
      return gathered.genes();
    }

    @Override
    public int row(int cell, int[] toGene, double[] toValue) {
      return gathered.row(place[cell], toGene, toValue);
    }
  }

  /** The digest of some cells that all are the profile; empty where one of them is not. */
  Optional<ContentDigest> profileDigest(int from, int to) {
    for (int cell = from; cell < to; cell++) {
      if (kept[cell]) {
        return Optional.empty();
      }
    }
    ContentDigest.Builder digest = ContentDigest.of("equal-cells/1").add(to - from);
    for (double v : profile) {
      digest.add(v);
    }
    return Optional.of(digest.build());
  }

  /** Testing groups lays all their values out, those of the profile, too. */
  @Override
  public long gatheredBytes(int... chosen) {
    int[] read = Arrays.stream(chosen).filter(cell -> kept[cell]).toArray();
    return cells.gatheredBytes(read)
        + (long) (chosen.length - read.length) * value.length * (Integer.BYTES + Double.BYTES);
  }
}
