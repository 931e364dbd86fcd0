package planted.compute;

/** Breaks a rule on purpose. */
public final class ComputeUsesIo {
  planted.io.Door f0;
}
