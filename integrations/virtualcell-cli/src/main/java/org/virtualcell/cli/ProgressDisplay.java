package org.virtualcell.cli;

import java.io.PrintStream;
import java.util.Objects;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.virtualcell.api.Progress;

/**
 * Shows progress to a person: a bar on a terminal, a line per stage elsewhere, nothing when quiet.
 * Carries the interruption of the process to the work.
 */
final class ProgressDisplay implements Progress, AutoCloseable {
  private static final int REFRESH_MILLIS = 200;
  private static final long PLAIN_LINE_NANOS = 10_000_000_000L;

  private final PrintStream messages;
  private final boolean quiet;
  private final boolean bars;
  private final int columns;
  private final Interruption interruption;

  private String stage = "";
  private ProgressBar bar;
  private long lastLine;

  ProgressDisplay(Terminal terminal, boolean quiet, Interruption interruption) {
    this.messages = terminal.messages();
    this.quiet = quiet;
    this.bars = terminal.messagesWatched();
    this.columns = terminal.columns();
    this.interruption = Objects.requireNonNull(interruption, "interruption");
  }

  /**
   * Progress under one name of ours, whatever the stages of the library are called.
   *
   * @param progress hears it
   * @param stage the name
   * @return what to pass to the library
   */
  static Progress renamed(Progress progress, String stage) {
    return new Progress() {
      @Override
      public void update(String theirs, long done, long total) {
        progress.update(stage, done, total);
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }

  @Override
  public synchronized void update(String newStage, long done, long total) {
    if (quiet) {
      return;
    }
    if (!newStage.equals(stage)) {
      close();
      stage = newStage;
      begin(total);
    }
    if (bar != null) {
      if (total > 0) {
        bar.maxHint(total);
      }
      bar.stepTo(done);
    } else if (total > 0 && System.nanoTime() - lastLine > PLAIN_LINE_NANOS) {
      lastLine = System.nanoTime();
      messages.println(stage + ": " + done + " of " + total);
    }
  }

  private void begin(long total) {
    if (bars && total > 1) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(stage)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(REFRESH_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(messages, columns - 1))
              .build();
    } else {
      lastLine = System.nanoTime();
      messages.println(stage + " ...");
    }
  }

  @Override
  public boolean cancelled() {
    return interruption.requested();
  }

  /** Ends the bar that is shown, if any. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    stage = "";
  }
}
