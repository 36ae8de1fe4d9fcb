package dev.adapterx.train.loop;

import dev.adapterx.data.Batch;
import java.util.Iterator;
import java.util.function.BooleanSupplier;

/**
 * Ends an iteration over batches once the listener requests a stop, or the training's time is up;
 * the current batch is finished.
 *
 * @param timeIsUp checked between any two batches
 */
public record StopCheck(RunListener listener, BooleanSupplier timeIsUp) {
  /** A stop was requested; thrown between two batches, so that the state is consistent. */
  public static final class Wanted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The training's time is up; thrown between two batches. */
  public static final class TimeIsUp extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Without a time limit. */
  public StopCheck(RunListener listener) {
    this(listener, () -> false);
  }

  /** The batches, until one of the two is the case. */
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

  /** Whether the listener requests a stop. */
  boolean isWanted() {
    return listener.wantsStop();
  }

  /** Whether the training's time is up. */
  boolean isTimeUp() {
    return timeIsUp.getAsBoolean();
  }

  private void requireGoOn() {
    if (isWanted()) {
      throw new Wanted();
    }
    if (isTimeUp()) {
      throw new TimeIsUp();
    }
  }
}
