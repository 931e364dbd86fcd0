package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;

/**
 * Attention of the cells of a set to one another: no mask, no positions, scores scaled by 1 /
 * sqrt(headSize). Make it once and keep it.
 *
 * @param sets how many sets; zero or more
 * @param cells cells of each; 1 to 512
 * @param heads heads; 1 or more
 * @param headSize numbers of a head; 1 to 128. 32, 64, 96 and 128 are the fast ones
 */
public record SetAttention(int sets, int cells, int heads, int headSize) {
  /** The most cells of a set. */
  public static final int MAX_CELLS = 512;

  /** The most numbers of a head. */
  public static final int MAX_HEAD_SIZE = 128;

  /**
   * Checks the sizes.
   *
   * @throws InvalidDataException if one is out of range
   */
  public SetAttention {
    boolean fits =
        sets >= 0
            && cells >= 1
            && cells <= MAX_CELLS
            && heads >= 1
            && headSize >= 1
            && headSize <= MAX_HEAD_SIZE
            && (long) sets * cells * heads * headSize <= Integer.MAX_VALUE;
    if (!fits) {
      throw new InvalidDataException(
          "Set attention has a size out of range",
          sets + " sets of " + cells + " cells, " + heads + " heads of " + headSize,
          "Pass 1 to 512 cells a set, and heads of 1 to 128 numbers.");
    }
  }

  /**
   * Rows of the operands.
   *
   * @return sets x cells
   */
  public long rows() {
    return (long) sets * cells;
  }

  /**
   * Columns of the result.
   *
   * @return heads x headSize
   */
  public int width() {
    return heads * headSize;
  }
}
