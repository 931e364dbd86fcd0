package org.virtualcell.compute.spi;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one lane. The calling thread works through the chunks of an operation itself;
 * helpers borrowed from an executor take chunks as long as some are left. A helper that starts too
 * late finds nothing to do, and nobody waits for one that has not started, so a busy, rejecting or
 * shut-down executor costs speed only. Nothing spins. Not thread-safe: it belongs to its lane.
 */
public final class Workers {
  private final int threads;
  private final Executor executor;
  private final Runnable helper = this::help;
  private final AtomicInteger next = new AtomicInteger();
  private final Object lock = new Object();

  // guarded by lock, except that workers inside a run read task and chunks
  private ChunkTask task;
  private int chunks;
  private boolean open;
  private int submitted;
  private int active;
  private final boolean[] taken;
  private Throwable failure;
  private int failedChunk;

  /**
   * Threads for a lane.
   *
   * @param threads how many may work at once, the caller included; 1 or more
   * @param executor lends the helpers; not used if {@code threads} is 1
   */
  public Workers(int threads, Executor executor) {
    this.threads = threads;
    this.executor = executor;
    this.taken = new boolean[threads];
  }

  /**
   * The most threads that work at once.
   *
   * @return 1 or more
   */
  public int threads() {
    return threads;
  }

  /**
   * Runs all chunks and returns when they are done. Creates no garbage.
   *
   * @param count how many chunks; fixed by the shapes, never by the number of threads
   * @param work does one chunk
   * @throws RuntimeException what a chunk raised: the one with the lowest number, where several did
   */
  public void run(int count, ChunkTask work) {
    if (threads == 1 || count <= 1) {
      for (int chunk = 0; chunk < count; chunk++) {
        work.run(chunk, 0);
      }
      return;
    }
    open(count, work);
    borrow(Math.min(threads, count) - 1);
    takeChunks(0);
    Throwable raised = closeAndWait();
    if (raised instanceof RuntimeException exception) {
      throw exception;
    }
    if (raised instanceof Error error) {
      throw error;
    }
  }

  private void open(int count, ChunkTask work) {
    synchronized (lock) {
      task = work;
      chunks = count;
      next.set(0);
      failure = null;
      taken[0] = true;
      open = true;
    }
  }

  private void borrow(int wanted) {
    for (int i = 0; i < wanted; i++) {
      synchronized (lock) {
        if (submitted >= wanted) {
          return;
        }
        submitted++;
      }
      try {
        executor.execute(helper);
      } catch (RejectedExecutionException busy) {
        synchronized (lock) {
          submitted--;
        }
        return;
      }
    }
  }

  private void help() {
    int worker;
    synchronized (lock) {
      submitted--;
      worker = open ? freeWorker() : -1;
      if (worker < 0) {
        return;
      }
      taken[worker] = true;
      active++;
    }
    try {
      takeChunks(worker);
    } finally {
      synchronized (lock) {
        taken[worker] = false;
        active--;
        lock.notifyAll();
      }
    }
  }

  private int freeWorker() {
    for (int worker = 0; worker < threads; worker++) {
      if (!taken[worker]) {
        return worker;
      }
    }
    return -1;
  }

  private void takeChunks(int worker) {
    // Bounded by chunks + threads, so that the counter cannot overflow.
    for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
      try {
        task.run(chunk, worker);
      } catch (RuntimeException | Error raised) {
        synchronized (lock) {
          if (failure == null || chunk < failedChunk) {
            failure = raised;
            failedChunk = chunk;
          }
        }
      }
    }
  }

  private Throwable closeAndWait() {
    boolean interrupted = false;
    Throwable raised;
    synchronized (lock) {
      open = false;
      while (active > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      task = null;
      raised = failure;
      failure = null;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return raised;
  }
}
