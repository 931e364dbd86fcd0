package planted.stats;

/** Breaks a rule on purpose. */
public final class EndsTheProcess {
  void end() {
    System.exit(1);
  }
}
