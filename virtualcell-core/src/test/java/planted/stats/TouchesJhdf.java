package planted.stats;

/** Breaks a rule on purpose. */
public final class TouchesJhdf {
  io.jhdf.HdfFile f0;
}
