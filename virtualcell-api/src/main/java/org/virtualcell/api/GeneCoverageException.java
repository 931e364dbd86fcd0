package org.virtualcell.api;

/** Too few of the genes a model needs are present in the state it was given. */
public final class GeneCoverageException extends VirtualCellException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong, one sentence without a full stop
   * @param where the file, row, gene, argument or device concerned
   * @param remedy what the caller can do about it
   */
  public GeneCoverageException(String what, String where, String remedy) {
    this(what, where, remedy, null);
  }

  /**
   * Creates the exception with its cause.
   *
   * @param what what is wrong, one sentence without a full stop
   * @param where the file, row, gene, argument or device concerned
   * @param remedy what the caller can do about it
   * @param cause what raised it, or null
   */
  public GeneCoverageException(String what, String where, String remedy, Throwable cause) {
    super(what, where, remedy, cause);
  }
}
