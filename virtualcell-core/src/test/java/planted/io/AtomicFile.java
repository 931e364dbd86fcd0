package planted.io;

/** Stands for the atomic writer. */
public final class AtomicFile {
  /** A part of it. */
  public static final class Part {}
}
