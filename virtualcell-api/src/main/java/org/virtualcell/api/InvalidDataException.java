package org.virtualcell.api;

/**
 * Arrays or values handed to the library break a documented rule (shape, order, range, finiteness).
 */
public final class InvalidDataException extends VirtualCellException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong, one sentence without a full stop
   * @param where the file, row, gene, argument or device concerned
   * @param remedy what the caller can do about it
   */
  public InvalidDataException(String what, String where, String remedy) {
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
  public InvalidDataException(String what, String where, String remedy, Throwable cause) {
    super(what, where, remedy, cause);
  }
}
