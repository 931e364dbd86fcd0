package org.virtualcell.cli;

import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.virtualcell.api.VirtualCellException;
import picocli.CommandLine.Help.Ansi;

/**
 * Says what went wrong, where, and what to do about it. Shows a stack trace only when asked to: a
 * user's mistake is no fault of the program.
 */
final class FailureReport {
  private final Terminal terminal;
  private final boolean verbose;

  FailureReport(Terminal terminal, boolean verbose) {
    this.terminal = terminal;
    this.verbose = verbose;
  }

  /**
   * Prints a failure.
   *
   * @param command the command that failed, such as {@code vc predict}
   * @param failure what was thrown
   */
  void print(String command, Throwable failure) {
    if (failure instanceof VirtualCellException known) {
      print(command, known.what(), known.where(), known.remedy());
    } else if (failure instanceof OutOfMemoryError) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      print(
          command,
          "The Java heap of " + heap + " MiB is too small for this",
          "memory",
          "Give it more: VC_JAVA_OPTIONS=-Xmx8g vc ...");
    } else if (ExitStatus.isDiskFull(failure)) {
      print(command, "The disk is full", String.valueOf(failure.getMessage()), "Make room.");
    } else if (failure instanceof NoSuchFileException missing) {
      print(command, "There is no such file", missing.getFile(), "Check the path.");
    } else if (failure instanceof AccessDeniedException denied) {
      print(command, "Permission denied", denied.getFile(), "Check who may read and write there.");
    } else if (failure instanceof FileSystemException file) {
      print(command, "A file cannot be used", file.getMessage(), "Check the path and its rights.");
    } else {
      print(
          command,
          "Internal error: " + failure,
          firstFrame(failure),
          "This is a fault of virtualcell. Run again with --verbose and report what it prints.");
    }
    if (verbose) {
      failure.printStackTrace(terminal.messages());
    }
  }

  private void print(String command, String what, String where, String remedy) {
    PrintStream err = terminal.messages();
    Ansi ansi = terminal.coloursMessages() ? Ansi.ON : Ansi.OFF;
    err.println(ansi.string("@|bold,red " + command + ":|@ ") + what + ".");
    err.println("  where:  " + where);
    err.println("  remedy: " + remedy);
  }

  private static String firstFrame(Throwable failure) {
    StackTraceElement[] frames = failure.getStackTrace();
    return frames.length == 0 ? "unknown" : frames[0].toString();
  }
}
