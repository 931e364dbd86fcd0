package planted.model;

/** Breaks no rule. */
public final class Door {
  planted.atlas.Door f0;
  planted.features.Door f1;
  planted.nn.Door f2;
  planted.provenance.Door f3;
}
