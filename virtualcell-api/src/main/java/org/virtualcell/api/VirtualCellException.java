package org.virtualcell.api;

import java.util.Objects;

/**
 * The root of every exception this library raises on purpose. The message always has three parts:
 * what is wrong, where it is, and what to do about it.
 */
public abstract class VirtualCellException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  private final String what;

  /** Where it is wrong. */
  private final String where;

  /** What to do. */
  private final String remedy;

  /**
   * Creates an exception.
   *
   * @param what what is wrong, one sentence without a full stop
   * @param where the file, row, gene, argument or device concerned
   * @param remedy what the caller can do about it
   * @param cause what raised it, or null
   */
  protected VirtualCellException(String what, String where, String remedy, Throwable cause) {
    super(
        Objects.requireNonNull(what, "what")
            + " ["
            + Objects.requireNonNull(where, "where")
            + "]. "
            + Objects.requireNonNull(remedy, "remedy"),
        cause);
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }

  /**
   * What is wrong.
   *
   * @return one sentence without a full stop
   */
  public final String what() {
    return what;
  }

  /**
   * Where it is wrong.
   *
   * @return the file, row, gene, argument or device concerned
   */
  public final String where() {
    return where;
  }

  /**
   * What to do.
   *
   * @return the remedy, a sentence
   */
  public final String remedy() {
    return remedy;
  }
}
