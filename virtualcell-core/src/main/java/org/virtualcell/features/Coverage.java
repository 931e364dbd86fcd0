package org.virtualcell.features;

import java.util.List;

/**
 * Which of the names asked about a source of features knows.
 *
 * @param source the block or table
 * @param asked how many different names were asked about
 * @param missing the names without a vector, in the order asked
 */
public record Coverage(String source, int asked, List<String> missing) {
  /** Copies the list. */
  public Coverage {
    missing = List.copyOf(missing);
  }

  /**
   * How many of the names have a vector.
   *
   * @return 0 to {@link #asked()}
   */
  public int covered() {
    return asked - missing.size();
  }

  /**
   * The share of the names that have a vector.
   *
   * @return 0 to 1; 1 where nothing was asked
   */
  public double share() {
    return asked == 0 ? 1 : (double) covered() / asked;
  }

  @Override
  public String toString() {
    return source + " " + covered() + " of " + asked;
  }
}
