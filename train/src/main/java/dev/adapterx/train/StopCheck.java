package dev.adapterx.train;

import dev.adapterx.data.Batch;
import java.util.Iterator;

/** Ends a walk over batches once somebody wants the run to stop; the batch at hand is finished. */
record StopCheck(RunListener listener) {
  /** The run is wanted to stop; between two batches, so that everything is in order. */
  static final class Wanted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The batches, as long as nobody wants to stop. */
  Iterable<Batch> over(Iterable<Batch> batches) {
    return () -> {
      Iterator<Batch> all = batches.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          requireGoOn();
          return all.hasNext();
        }

        @Override
        public Batch next() {
          return all.next();
        }
      };
    };
  }

  private void requireGoOn() {
    if (listener.wantsStop()) {
      throw new Wanted();
    }
  }
}
