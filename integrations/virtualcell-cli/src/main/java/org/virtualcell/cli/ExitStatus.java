package org.virtualcell.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.DeviceUnavailableException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.VirtualCellException;

/** What the exit status of a command says. */
final class ExitStatus {
  /** All was done. */
  static final int DONE = 0;

  /** A fault of this program. */
  static final int INTERNAL = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** The input is bad, or the output exists. */
  static final int BAD_INPUT = 3;

  /** The machine lacks what was asked for: device, memory, disk. */
  static final int MACHINE = 4;

  /** Interrupted. */
  static final int INTERRUPTED = 130;

  private ExitStatus() {}

  /**
   * The status a failure ends with.
   *
   * @param failure what was thrown
   * @return one of the constants of this class
   */
  static int of(Throwable failure) {
    if (failure instanceof CancelledException) {
      return INTERRUPTED;
    }
    if (failure instanceof DeviceException
        || failure instanceof DeviceUnavailableException
        || failure instanceof MemoryBudgetException
        || failure instanceof OutOfMemoryError
        || isDiskFull(failure)) {
      return MACHINE;
    }
    if (failure instanceof ClosedException) {
      return INTERNAL;
    }
    if (failure instanceof VirtualCellException
        || failure instanceof FileSystemException
        || failure instanceof UncheckedIOException) {
      return BAD_INPUT;
    }
    return INTERNAL;
  }

  /**
   * Whether something could not be written for lack of room: the operating system's own text says
   * so in the exception or in one of its causes.
   *
   * @param failure what was thrown
   * @return true if a disk or a quota is full
   */
  static boolean isDiskFull(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if ((t instanceof IOException || t instanceof StorageException)
          && message != null
          && (message.contains("No space left on device")
              || message.contains("Disk quota exceeded")
              || message.contains("File too large")
              || message.contains("not enough space on the disk"))) {
        return true;
      }
    }
    return false;
  }
}
