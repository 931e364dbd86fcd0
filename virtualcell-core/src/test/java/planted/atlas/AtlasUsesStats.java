package planted.atlas;

/** Breaks a rule on purpose. */
public final class AtlasUsesStats {
  planted.stats.Door f0;
}
