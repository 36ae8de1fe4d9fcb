package dev.adapterx.infer;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.tensor.Native;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Threads that each compute whole pieces of a batch by themselves, libtorch on one thread in each.
 * Small models spend their time in small operations, which gain nothing from being split over
 * cores; whole pieces beside each other do (docs/performance.md). And since a piece's arithmetic is
 * one thread's and results are taken in order, the number of threads changes no bit.
 *
 * <p>The exception is a piece that is alone, a batch no larger than a piece: libtorch splits its
 * operations over all threads, which a sum over rows (the gradient of a norm's weight, for one) may
 * show in its last bit.
 */
public final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  /** As many threads as libtorch was given. */
  public static Workers all() {
    return new Workers(Native.threads());
  }

  /** As many, but no more than there is ever work for at once. */
  public static Workers atMost(int pieces) {
    return new Workers(Math.min(pieces, Native.threads()));
  }

  public Workers(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread =
                  new Thread(
                      () -> {
                        Native.threads(1);
                        work.run();
                      },
                      "adapterx-worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs n tasks side by side and hands their results over in order; little more than one result a
   * thread waits at any time.
   *
   * @throws RuntimeException the first failed task's own; no task runs any more when it is thrown
   */
  public <R> void inOrder(int n, IntFunction<R> task, Consumer<R> results) {
    Deque<Future<R>> ahead = new ArrayDeque<>();
    int next = 0;
    // More threads than cores would wait for each other in every operation.
    int each = n == 1 ? Math.min(threads, Runtime.getRuntime().availableProcessors()) : 1;
    try {
      for (int done = 0; done < n; done++) {
        for (; next < n && ahead.size() <= threads; next++) {
          int i = next;
          ahead.add(
              pool.submit(
                  () -> {
                    Native.threadsHere(each);
                    return task.apply(i);
                  }));
        }
        results.accept(result(ahead.remove()));
      }
    } finally {
      ahead.forEach(Workers::await);
    }
  }

  private static <R> R result(Future<R> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdapterXException("Interrupted while computing a batch", e);
    }
  }

  private static void await(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      // The first failure is already on its way to the caller.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
