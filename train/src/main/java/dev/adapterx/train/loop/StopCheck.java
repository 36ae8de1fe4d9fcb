package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import java.util.Iterator;
import java.util.function.BooleanSupplier;

/**
 * Ends an iteration over batches once the listener wants the run to stop, or the training's time is
 * up; the batch at hand is finished.
 *
 * @param timeIsUp asked between any two batches
 */
public record StopCheck(RunListener listener, BooleanSupplier timeIsUp) {
  /** The run is wanted to stop; between two batches, so that everything is in order. */
  public static final class Wanted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The training's time is up; between two batches. */
  public static final class TimeIsUp extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Without a limit of time. */
  public StopCheck(RunListener listener) {
    this(listener, () -> false);
  }

  /** The batches, as long as neither is the case. */
  public Iterable<Batch<?>> over(Iterable<Batch<?>> batches) {
    return () -> {
      Iterator<Batch<?>> all = batches.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          requireGoOn();
          return all.hasNext();
        }

        @Override
        public Batch<?> next() {
          return all.next();
        }
      };
    };
  }

  private void requireGoOn() {
    if (listener.wantsStop()) {
      throw new Wanted();
    }
    if (timeIsUp.getAsBoolean()) {
      throw new TimeIsUp();
    }
  }
}
