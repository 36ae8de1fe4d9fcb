package dev.adapterx.data;

import dev.adapterx.base.DataException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one pass over a data set; can be iterated once. Closing it before its end stops
 * the prefetching.
 */
public final class Epoch implements Iterable<Batch<?>>, AutoCloseable {
  private final Handover<Batch<?>> batches;
  private final Thread assembler;
  private boolean started;

  Epoch(Handover<Batch<?>> batches, Thread assembler) {
    this.batches = batches;
    this.assembler = assembler;
  }

  /**
   * The batches in order. {@code next} and {@code hasNext} wait for the decoders and throw {@link
   * DataException} naming the file when one cannot be used.
   */
  @Override
  public Iterator<Batch<?>> iterator() {
    if (started) {
      throw new IllegalStateException("An epoch can be iterated once; get another from the loader");
    }
    started = true;
    return new Batches();
  }

  /** Stops the prefetching; does nothing when the epoch is over. */
  @Override
  public void close() {
    batches.leave();
    assembler.interrupt();
    try {
      assembler.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Batches implements Iterator<Batch<?>> {
    private @Nullable Batch<?> ready;

    @Override
    public boolean hasNext() {
      if (ready == null) {
        ready = take();
      }
      return ready != null;
    }

    @Override
    public Batch<?> next() {
      if (!hasNext() || ready == null) {
        throw new NoSuchElementException();
      }
      Batch<?> batch = ready;
      ready = null;
      return batch;
    }

    private @Nullable Batch<?> take() {
      if (batches.isLeft()) {
        throw new IllegalStateException(
            "This epoch was closed; closing the loader or starting another epoch does that");
      }
      try {
        return batches.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DataException("Interrupted while waiting for the next batch");
      }
    }
  }
}
