package planted.atlas;

/** Breaks no rule. */
public final class Door {
  planted.io.Door f0;
  planted.provenance.Door f1;
}
