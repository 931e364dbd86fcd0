package org.virtualcell.compute.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  private static final ExecutorService POOL = Executors.newFixedThreadPool(6);

  @AfterAll
  static void shutDown() {
    POOL.shutdown();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyChunkRunsOnceWhateverTheNumberOfThreads(int threads) {
    Workers workers = new Workers(threads, POOL);
    for (int run = 0; run < 200; run++) {
      AtomicIntegerArray times = new AtomicIntegerArray(run);
      workers.run(run, (chunk, worker) -> times.incrementAndGet(chunk));
      for (int chunk = 0; chunk < run; chunk++) {
        assertEquals(1, times.get(chunk));
      }
    }
  }

  @Test
  void noTwoChunksRunWithTheSameWorkerNumberAtOnce() {
    int threads = 4;
    AtomicIntegerArray busy = new AtomicIntegerArray(threads);
    AtomicBoolean shared = new AtomicBoolean();
    Workers workers = new Workers(threads, POOL);
    for (int run = 0; run < 50; run++) {
      workers.run(
          40,
          (chunk, worker) -> {
            shared.compareAndSet(false, busy.incrementAndGet(worker) > 1);
            Thread.yield();
            busy.decrementAndGet(worker);
          });
    }
    assertFalse(shared.get());
  }

  @Test
  void aHelperWorksBesideTheCaller() {
    CountDownLatch both = new CountDownLatch(2);
    // Each of the two chunks waits until the other has begun: one thread alone would never end.
    new Workers(2, POOL)
        .run(
            2,
            (chunk, worker) -> {
              both.countDown();
              await(both);
            });
    assertEquals(0, both.getCount());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHelperThatComesTooLateFindsNothingToDo() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    Workers workers = new Workers(3, waiting::add);
    int[] runs = new int[5];
    workers.run(5, (chunk, worker) -> runs[chunk]++);
    assertEquals(2, waiting.size());
    waiting.forEach(Runnable::run);
    assertArrayEquals(new int[] {1, 1, 1, 1, 1}, runs);
  }

  @Test
  void helpersThatStillWaitAreNotAskedForAgain() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    Workers workers = new Workers(3, waiting::add);
    for (int run = 0; run < 100; run++) {
      workers.run(5, (chunk, worker) -> {});
    }
    assertEquals(2, waiting.size());
  }

  @Test
  void theFailureOfTheLowestChunkIsRaisedAndTheNextRunIsSound() {
    Workers workers = new Workers(3, POOL);
    RuntimeException third = new IllegalStateException("3");
    RuntimeException ninth = new IllegalStateException("9");
    for (int run = 0; run < 50; run++) {
      RuntimeException raised =
          assertThrows(
              IllegalStateException.class,
              () ->
                  workers.run(
                      12,
                      (chunk, worker) -> {
                        if (chunk == 3 || chunk == 9) {
                          throw chunk == 3 ? third : ninth;
                        }
                      }));
      assertSame(third, raised);
      int[] runs = new int[4];
      workers.run(4, (chunk, worker) -> runs[chunk]++);
      assertTrue(Arrays.stream(runs).allMatch(times -> times == 1));
    }
  }

  @Test
  void anInterruptedCallerFinishesAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    int[] runs = new int[30];
    new Workers(3, POOL).run(30, (chunk, worker) -> runs[chunk]++);
    assertTrue(Thread.interrupted());
    assertTrue(Arrays.stream(runs).allMatch(times -> times == 1));
  }
}
