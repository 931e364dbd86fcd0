package org.virtualcell.model.effect;

import java.util.List;
import org.virtualcell.api.CellContext;

/**
 * A condition as covariances see it, measured or asked about.
 *
 * @param targets what is acted on, sorted
 * @param strength how strongly each target acts
 * @param context to which cells
 * @param nearness to each context of the screen, 1 for the same
 * @param exposures to each target, how much and how long
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, not handed out
record Question(
    List<String> targets,
    double[] strength,
    CellContext context,
    double[] nearness,
    List<Exposure> exposures) {
  double totalStrength() {
    double sum = 0;
    for (double s : strength) {
      sum += s * s;
    }
    return Math.sqrt(sum);
  }
}
