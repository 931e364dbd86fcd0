package org.virtualcell.evaluate.vcc;

import java.util.List;
import java.util.Map;
import org.virtualcell.evaluate.paired.GroupedCells;

/**
 * How measured cells are divided into two halves, several times over: half A is then the reference
 * and half B a prediction of it, and what such a prediction reaches is the upper end of the scale.
 */
public interface ReplicateSplits {
  /** The half of a cell that belongs to the reference. */
  byte REFERENCE = 0;

  /** The half of a cell that belongs to the prediction. */
  byte PREDICTION = 1;

  /** What a cell is that belongs to neither half. */
  byte NEITHER = -1;

  /**
   * What made the halves, for the record of a run.
   *
   * @return a short phrase with its seed
   */
  String description();

  /**
   * The halves of one split.
   *
   * @param split 0 for the first
   * @param cells the measured cells of one context
   * @return for each label of two cells or more, the half of each of its cells in order
   */
  Map<String, byte[]> halves(int split, GroupedCells cells);

  /**
   * The library's own halves: a permutation per label, drawn from the seed, the split and the label
   * alone.
   *
   * @param seed any number
   * @return the splits
   */
  static ReplicateSplits own(long seed) {
    return new OwnHalves(seed);
  }

  /**
   * Halves drawn as the original program draws them.
   *
   * @param seed its base seed, 0 in the competition; at least 0 and below 2^32
   * @return the splits
   */
  static ReplicateSplits numpy(long seed) {
    return new NumpyHalves(seed);
  }

  /**
   * Halves as a table gives them.
   *
   * @param source where the table is from, for messages
   * @param assignment for each split, the letter A or B, or anything else for neither, by the name
   *     of the cell
   * @return the splits
   */
  static ReplicateSplits given(String source, List<Map<String, String>> assignment) {
    return new GivenHalves(source, assignment);
  }
}
