package planted.nn;

/** Breaks a rule on purpose. */
public final class NnUsesCells {
  planted.api.CellState f0;
}
