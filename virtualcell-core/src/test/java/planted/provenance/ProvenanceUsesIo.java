package planted.provenance;

/** Breaks a rule on purpose. */
public final class ProvenanceUsesIo {
  planted.io.Door f0;
}
