package dev.adapterx.data;

import dev.adapterx.base.DataException;
import java.util.function.Supplier;

/**
 * Rations a part of the heap among the threads that decode at once: each takes what its picture
 * needs before it begins, and waits while others hold too much. A picture that needs more than the
 * whole waits until it is alone.
 */
public final class DecodingMemory {
  /** Decoded samples, batches and the rest of the program need the others. */
  private static final int PARTS_OF_HEAP = 3;

  private final long most;
  private long taken;

  /**
   * A ration.
   *
   * @param most bytes for all work together
   */
  public DecodingMemory(long most) {
    this.most = most;
  }

  /** A third of the heap. */
  public static DecodingMemory ofHeap() {
    return new DecodingMemory(Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
  }

  /** Does some work as soon as so many bytes are free for it. */
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
