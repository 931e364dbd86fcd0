package planted.evaluate;

/** Breaks no rule. */
public final class Door {
  planted.atlas.Door f0;
  planted.stats.Door f1;
  planted.io.AtomicFile f2;
  planted.io.AtomicFile.Part f3;
}
