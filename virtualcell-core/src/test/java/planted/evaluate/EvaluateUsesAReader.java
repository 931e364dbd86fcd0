package planted.evaluate;

/** Breaks a rule on purpose. */
public final class EvaluateUsesAReader {
  planted.io.Door f0;
}
