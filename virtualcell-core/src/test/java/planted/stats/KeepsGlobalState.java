package planted.stats;

/** Breaks a rule on purpose. */
public final class KeepsGlobalState {
  static int count;
}
