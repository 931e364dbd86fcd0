package planted.reason;

/** Breaks no rule. */
public final class Door {
  planted.evaluate.Door f0;
  planted.screen.Door f1;
}
