package dev.adapterx.data;

import dev.adapterx.base.DataException;
import java.util.function.Supplier;

/**
 * Divides a part of the heap among the decoding threads: each reserves what its image needs before
 * it begins, and waits until enough is free. An image that needs more than the budget is decoded
 * alone.
 */
public final class DecodingMemory {
  /** Decoded samples, batches and the rest of the program need the other two thirds. */
  private static final int PARTS_OF_HEAP = 3;

  private final long most;
  private long taken;

  /**
   * Creates a budget.
   *
   * @param most total bytes
   */
  public DecodingMemory(long most) {
    this.most = most;
  }

  /** A budget of a third of the heap. */
  public static DecodingMemory ofHeap() {
    return new DecodingMemory(Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP);
  }

  /** Runs some work as soon as {@code bytes} bytes are free. */
  public <T> T within(long bytes, Supplier<T> work) {
    long held = Math.max(0, Math.min(bytes, most));
    take(held);
    try {
      return work.get();
    } finally {
      giveBack(held);
    }
  }

  /** Runs some work while no other runs. */
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
