package org.virtualcell.api;

/** A stated memory budget does not suffice; the message names the numbers. */
public final class MemoryBudgetException extends VirtualCellException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param what what is wrong, one sentence without a full stop
   * @param where the file, row, gene, argument or device concerned
   * @param remedy what the caller can do about it
   */
  public MemoryBudgetException(String what, String where, String remedy) {
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
  public MemoryBudgetException(String what, String where, String remedy, Throwable cause) {
    super(what, where, remedy, cause);
  }
}
