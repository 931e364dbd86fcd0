package org.virtualcell.compute;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The library's own helpers: as many daemon threads as processors but one, started when asked for,
 * gone after a few idle seconds.
 */
final class HelperThreads {
  private static final int QUEUE = 4096;
  private static final int IDLE_SECONDS = 5;
  private static final Executor SHARED = create();

  private HelperThreads() {}

  static Executor shared() {
    return SHARED;
  }

  private static Executor create() {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            work -> {
              Thread thread = new Thread(work, "virtualcell-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(null);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
