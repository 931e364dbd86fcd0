package planted.nn;

/** Breaks no rule. */
public final class Door {
  planted.compute.Door compute;
  planted.api.Progress progress;
  IllegalStateException failure;
}
