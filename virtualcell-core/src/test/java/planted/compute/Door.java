package planted.compute;

/** Breaks no rule. */
public final class Door {
  planted.api.CellState f0;
}
