package planted.nn;

/** Breaks a rule on purpose. */
public final class NnUsesStats {
  planted.stats.Door f0;
}
