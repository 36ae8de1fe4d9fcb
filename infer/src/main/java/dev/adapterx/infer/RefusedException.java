package dev.adapterx.infer;

import dev.adapterx.base.AdapterXException;

/**
 * Thrown when a request is rejected, or dropped from the queue, because the queue is full, its
 * deadline passed or the queue is closed. It may be sent again later.
 */
public final class RefusedException extends AdapterXException {
  /** Why. */
  public enum Why {
    /** The queue is full. */
    FULL,
    /** The queue of this adapter is full. */
    SHARE,
    /** Its deadline passed while it waited. */
    LATE,
    /** No more requests are taken. */
    CLOSING
  }

  private final Why why;

  RefusedException(Why why, String message) {
    super(message);
    this.why = why;
  }

  /** Why. */
  public Why why() {
    return why;
  }
}
