package org.virtualcell.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Tasks that the calling thread works through while borrowed threads help. Results stand in the
 * order of the tasks, whoever did them. Nothing waits for a helper that has not begun; if tasks
 * fail, the failure of the first of them is thrown.
 *
 * @param <T> what a task makes
 */
public final class SharedWork<T> {
  private final IntFunction<T> task;
  private final IntConsumer finished;
  private final int count;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReferenceArray<T> results;
  private final AtomicReferenceArray<Throwable> failures;
  private int running;
  private int done;
  private boolean closed;

  private SharedWork(int count, IntFunction<T> task, IntConsumer finished) {
    this.count = count;
    this.task = task;
    this.finished = finished;
    this.results = new AtomicReferenceArray<>(count);
    this.failures = new AtomicReferenceArray<>(count);
  }

  /**
   * Does all tasks.
   *
   * @param finished hears how many tasks are done, one call at a time
   */
  static <T> List<T> run(
      int count, EvaluationOptions options, IntFunction<T> task, IntConsumer finished) {
    return run(count, options.threads(), options.helpers(), task, finished);
  }

  /**
   * Does all tasks.
   *
   * @param <T> what a task makes
   * @param count how many tasks there are
   * @param threads how many threads may work, the calling one included
   * @param helpers lends the other threads; where empty, short-lived daemon threads are made
   * @param task makes the result of a task by its number; called from several threads
   * @param finished hears how many tasks are done, one call at a time
   * @return the results in the order of the tasks
   */
  public static <T> List<T> run(
      int count,
      int threads,
      Optional<Executor> helpers,
      IntFunction<T> task,
      IntConsumer finished) {
    SharedWork<T> work = new SharedWork<>(count, task, finished);
    work.callHelpers(Math.min(threads, count) - 1, helpers);
    work.help();
    work.awaitHelpers();
    return work.collect();
  }

  private void callHelpers(int helpers, Optional<Executor> lent) {
    Executor executor = lent.orElse(SharedWork::daemon);
    for (int i = 0; i < helpers; i++) {
      try {
        executor.execute(this::help);
      } catch (RejectedExecutionException busy) {
        return; // the calling thread does the work alone
      }
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "virtualcell-evaluate");
    thread.setDaemon(true);
    thread.start();
  }

  private void help() {
    if (!enter()) {
      return;
    }
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          results.set(i, task.apply(i));
          tell();
        } catch (RuntimeException | Error failure) {
          failures.set(i, failure);
          next.set(count);
        }
      }
    } finally {
      leave();
    }
  }

  private synchronized boolean enter() {
    if (closed) {
      return false;
    }
    running++;
    return true;
  }

  private synchronized void leave() {
    running--;
    notifyAll();
  }

  private synchronized void tell() {
    done++;
    finished.accept(done);
  }

  private synchronized void awaitHelpers() {
    closed = true;
    boolean interrupted = false;
    while (running > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // the helpers use what belongs to this call: they are waited for
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<T> collect() {
    for (int i = 0; i < count; i++) {
      Throwable failure = failures.get(i);
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      if (failure instanceof Error error) {
        throw error;
      }
    }
    List<T> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(results.get(i));
    }
    return all;
  }
}
