package planted.stats;

/** Breaks a rule on purpose. */
public final class StatsUsesAtlas {
  planted.atlas.Door f0;
}
