package org.virtualcell.cli;

/** The entry point of the runnable jar. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the process with its exit status.
   *
   * @param args the verb and its options
   */
  public static void main(String[] args) {
    Interruption interruption = Interruption.ofThisProcess();
    int status;
    try (Terminal terminal = Terminal.ofThisProcess()) {
      status = new CommandShell(terminal, interruption).run(args);
    }
    interruption.finished();
    if (!interruption.requested()) {
      System.exit(status);
    } // else the process is already ending, with the status of its signal: 130 for Ctrl-C
  }
}
