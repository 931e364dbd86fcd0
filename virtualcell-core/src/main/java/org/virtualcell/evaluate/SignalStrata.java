package org.virtualcell.evaluate;

import java.util.List;
import org.virtualcell.api.Condition;

/**
 * Which held-out conditions have a signal that can be recovered: the correlation of the effects of
 * two disjoint halves of their cells, each against its own half of the controls, the mean over
 * several divisions.
 *
 * @param none conditions whose halves correlate by less than {@value #WEAK}
 * @param weak those below {@value #CLEAR}
 * @param clear those from {@value #CLEAR} on
 * @param unknown those with too few cells for halves
 */
public record SignalStrata(
    List<Condition> none, List<Condition> weak, List<Condition> clear, List<Condition> unknown) {
  /** Below this there is no signal to speak of. */
  public static final double WEAK = 0.1;

  /** From this on the signal is clear. */
  public static final double CLEAR = 0.5;

  /** Copies the lists. */
  public SignalStrata {
    none = List.copyOf(none);
    weak = List.copyOf(weak);
    clear = List.copyOf(clear);
    unknown = List.copyOf(unknown);
  }
}
