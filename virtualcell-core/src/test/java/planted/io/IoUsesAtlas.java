package planted.io;

/** Breaks a rule on purpose. */
public final class IoUsesAtlas {
  planted.atlas.Door f0;
}
