package org.virtualcell.stats.differential;

import org.virtualcell.api.InvalidDataException;

/**
 * What is done where a side has so few cells that the normal approximation fails: it calls genes
 * significant in groups of one and two cells.
 *
 * @param rule what is done
 * @param fewest with fewer cells than this on either side a group is small
 */
public record SmallGroups(Rule rule, int fewest) {
  /** What is done. */
  public enum Rule {
    /** The approximation is used all the same, as the other programs do. */
    APPROXIMATE,
    /** The exact permutation distribution where no two cells tie, else abstention. */
    EXACT_OR_ABSTAIN,
    /** No p value. */
    ABSTAIN
  }

  /** The approximation whatever the size. */
  public static final SmallGroups APPROXIMATE = new SmallGroups(Rule.APPROXIMATE, 0);

  /** The largest size the exact distribution is tabulated for. */
  static final int LARGEST_EXACT = 20;

  /** Checks the size. */
  public SmallGroups {
    if (fewest < 0 || (rule == Rule.EXACT_OR_ABSTAIN && fewest > LARGEST_EXACT + 1)) {
      throw new InvalidDataException(
          "Groups of fewer than " + fewest + " cells cannot be the small ones",
          "SmallGroups",
          "Use a number from 0 to " + (LARGEST_EXACT + 1) + ".");
    }
  }

  boolean small(int cells, int referenceCells) {
    return rule != Rule.APPROXIMATE && Math.min(cells, referenceCells) < fewest;
  }

  String describe() {
    return switch (rule) {
      case APPROXIMATE -> "normal approximation whatever the size";
      case EXACT_OR_ABSTAIN ->
          "below " + fewest + " cells a side: exact distribution where nothing ties, else no p";
      case ABSTAIN -> "below " + fewest + " cells a side: no p";
    };
  }
}
