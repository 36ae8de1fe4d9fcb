package dev.adapterx.data;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A bounded queue from one producer to one consumer, either of which may stop. */
final class Handover<T> {
  private final Queue<T> waiting = new ArrayDeque<>();
  private final int room;
  private boolean ended;
  private boolean left;
  private @Nullable Throwable failure;

  Handover(int room) {
    this.room = room;
  }

  /** Waits for space; false when the consumer has stopped. */
  synchronized boolean put(T item) throws InterruptedException {
    while (waiting.size() >= room && !left) {
      wait();
    }
    if (left) {
      return false;
    }
    waiting.add(item);
    notifyAll();
    return true;
  }

  /** Ends the queue; a failure is thrown after the items before it are taken. */
  synchronized void end(@Nullable Throwable cause) {
    ended = true;
    failure = cause;
    notifyAll();
  }

  /** Waits for the next item; null when there is none left. */
  synchronized @Nullable T take() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    while (waiting.isEmpty() && !ended && !left) {
      wait();
    }
    T item = waiting.poll();
    notifyAll();
    if (item == null && failure != null) {
      throwUnchecked(failure);
    }
    return item;
  }

  /** The consumer stops. */
  synchronized void leave() {
    left = true;
    waiting.clear();
    failure = null;
    notifyAll();
  }

  synchronized boolean isLeft() {
    return left;
  }

  private static void throwUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }
}
