package dev.adapterx.data;

import dev.adapterx.base.DataException;
import java.util.function.Supplier;

/**
 * Divides a part of the heap among the threads that decode at once: each reserves what its image
 * needs before it begins, and waits while others hold too much. An image that needs more than the
 * whole waits until it is alone.
 */
public final class DecodingMemory {
  /** Decoded samples, batches and the rest of the program need the other two thirds. */
  private static final int PARTS_OF_HEAP = 3;

  private final long most;
  private long taken;

  /**
   * Creates a budget.
   *
   * @param most bytes for all work together
   */
  public DecodingMemory(long most) {
    this.most = most;
  }

  /** A budget of a third of the heap. */
  public static DecodingMemory ofHeap() {
    return new DecodingMemory(Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
  }

  /** Does some work as soon as {@code bytes} bytes are free for it. */
  public <T> T within(long bytes, Supplier<T> work) {
    long held = Math.max(0, Math.min(bytes, most));
    take(held);
    try {
      return work.get();
    } finally {
      giveBack(held);
    }
  }

  /** Does some work while no other is under way. */
  public <T> T alone(Supplier<T> work) {
    return within(most, work);
  }

  private synchronized void take(long bytes) {
    try {
      while (taken > most - bytes) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("Interrupted while waiting for memory", e);
    }
    taken += bytes;
  }

  private synchronized void giveBack(long bytes) {
    taken -= bytes;
    notifyAll();
  }
}
