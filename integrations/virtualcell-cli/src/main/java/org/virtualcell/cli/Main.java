package org.virtualcell.cli;

/** The entry point of the runnable jar. */
public final class Main {
  private static final String NATIVE_LOGGER = "org.bytedeco.javacpp.logger";

  private Main() {}

  /**
   * Runs one command and ends the process with its exit status.
   *
   * @param args the verb and its options
   */
  public static void main(String[] args) {
    if (System.getProperty(NATIVE_LOGGER) == null) {
      // its default writes a known difference of versions to standard error
      System.setProperty(NATIVE_LOGGER, "slf4j");
    }
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
