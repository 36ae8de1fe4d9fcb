package dev.adapterx.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Closes a stream that delivers nothing for too long, so that its reader gets an error. */
final class StallGuard implements AutoCloseable {
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "hub-stall-guard");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicLong last = new AtomicLong(System.nanoTime());

  StallGuard(InputStream stream, Duration limit) {
    long period = Math.max(1, limit.toMillis() / 4);
    var unused =
        watch.scheduleWithFixedDelay(
            () -> look(stream, limit), period, period, TimeUnit.MILLISECONDS);
  }

  private void look(InputStream stream, Duration limit) {
    if (System.nanoTime() - last.get() > limit.toNanos()) {
      try {
        stream.close();
      } catch (IOException e) {
        // The reader gets the error.
      }
    }
  }

  /** Bytes have arrived. */
  void alive() {
    last.set(System.nanoTime());
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
