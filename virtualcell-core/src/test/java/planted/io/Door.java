package planted.io;

/** Breaks no rule. */
public final class Door {
  planted.api.CellState f0;
  io.jhdf.HdfFile f1;
}
