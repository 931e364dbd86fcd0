package org.virtualcell.evaluate;

/**
 * On how many held-out conditions a model is better than a baseline, judged condition by condition
 * against the sampling error of its own cells, see {@link Contrasts}.
 *
 * @param model the model
 * @param baseline the mean effect of the context; for that one itself, no change
 * @param better where its squared error is smaller beyond sampling error (two-sided 5 %)
 * @param same where the two cannot be told apart
 * @param worse where it is larger
 */
public record Tally(String model, String baseline, int better, int same, int worse) {
  /**
   * How many conditions were judged.
   *
   * @return the sum
   */
  public int judged() {
    return better + same + worse;
  }
}
