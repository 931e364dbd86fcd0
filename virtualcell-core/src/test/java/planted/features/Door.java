package planted.features;

/** Breaks no rule. */
public final class Door {
  planted.io.Door f0;
  planted.stats.Door f1;
}
