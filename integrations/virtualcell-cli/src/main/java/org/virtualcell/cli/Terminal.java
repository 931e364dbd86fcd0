package org.virtualcell.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command speaks: results to standard output, everything else to standard error, both
 * UTF-8. Knows whether a person is watching and how wide the window is.
 */
public final class Terminal implements AutoCloseable {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int LEAST_COLUMNS = 40;

  private final RememberedFailure resultsDevice;
  private final PrintStream results;
  private final PrintStream messages;
  private final boolean resultsWatched;
  private final boolean messagesWatched;
  private final int columns;

  private Terminal(
      OutputStream results,
      OutputStream messages,
      boolean resultsWatched,
      boolean messagesWatched,
      int columns) {
    this.resultsDevice = new RememberedFailure(results);
    this.results = new PrintStream(resultsDevice, false, StandardCharsets.UTF_8);
    this.messages = new PrintStream(messages, true, StandardCharsets.UTF_8);
    this.resultsWatched = resultsWatched;
    this.messagesWatched = messagesWatched;
    this.columns = columns;
  }

  /**
   * The terminal of this process. The launcher says how wide it is and which of the descriptors 1
   * and 2 a person watches, through the properties {@code virtualcell.columns} and {@code
   * virtualcell.terminals}.
   *
   * @return the terminal
   */
  static Terminal ofThisProcess() {
    return new Terminal(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        isTerminal(1),
        isTerminal(2),
        Math.max(LEAST_COLUMNS, Integer.getInteger("virtualcell.columns", DEFAULT_COLUMNS)));
  }

  /**
   * Two plain streams that no person is watching.
   *
   * @param results receives the results
   * @param messages receives everything else
   * @return the terminal
   */
  public static Terminal of(OutputStream results, OutputStream messages) {
    return new Terminal(results, messages, false, false, DEFAULT_COLUMNS);
  }

  private static boolean isTerminal(int descriptor) {
    String told = System.getProperty("virtualcell.terminals");
    if (told != null) {
      return told.contains(Integer.toString(descriptor));
    }
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // neither the launcher nor Linux: plain output is right everywhere
    }
  }

  /**
   * Where results go.
   *
   * @return standard output
   */
  PrintStream results() {
    return results;
  }

  /**
   * Where everything else goes.
   *
   * @return standard error
   */
  PrintStream messages() {
    return messages;
  }

  /**
   * Whether a person is watching the messages.
   *
   * @return true if standard error is a terminal
   */
  boolean messagesWatched() {
    return messagesWatched;
  }

  /**
   * Whether results may be coloured.
   *
   * @return true if standard output is a terminal and {@code NO_COLOR} is not set
   */
  boolean coloursResults() {
    return resultsWatched && noColourUnset();
  }

  /**
   * Whether messages may be coloured.
   *
   * @return true if standard error is a terminal and {@code NO_COLOR} is not set
   */
  boolean coloursMessages() {
    return messagesWatched && noColourUnset();
  }

  private static boolean noColourUnset() {
    String value = System.getenv("NO_COLOR");
    return value == null || value.isEmpty();
  }

  /**
   * How many characters fit in a line.
   *
   * @return at least 40
   */
  int columns() {
    return columns;
  }

  /**
   * How many characters of a long text fit in a line of results.
   *
   * @return the window's width; without end where no person is watching
   */
  int resultColumns() {
    return resultsWatched ? columns : Integer.MAX_VALUE;
  }

  /**
   * Whether results were lost, because the disk behind standard output is full for instance. A
   * reader that has seen enough and closed its end ({@code vc ... | head}) lost nothing.
   *
   * @return true if something could not be written
   */
  boolean resultsLost() {
    return results.checkError() && !resultsDevice.readerIsGone();
  }

  /** Writes out what is still in memory. */
  @Override
  public void close() {
    results.flush();
    messages.flush();
  }

  /** Passes bytes on and remembers why that failed, which a print stream does not. */
  private static final class RememberedFailure extends FilterOutputStream {
    private String failure = "";

    RememberedFailure(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        failure = String.valueOf(e.getMessage());
        throw e;
      }
    }

    boolean readerIsGone() {
      return failure.contains("Broken pipe");
    }
  }
}
