package org.virtualcell.api;

/** The output is already there and the caller did not ask for it to be replaced. */
public final class OutputExistsException extends VirtualCellException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong, one sentence without a full stop
   * @param where the file, row, gene, argument or device concerned
   * @param remedy what the caller can do about it
   */
  public OutputExistsException(String what, String where, String remedy) {
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
  public OutputExistsException(String what, String where, String remedy, Throwable cause) {
    super(what, where, remedy, cause);
  }
}
