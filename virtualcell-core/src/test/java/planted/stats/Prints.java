package planted.stats;

/** Breaks a rule on purpose. */
public final class Prints {
  void say() {
    System.out.println("here");
  }
}
