package dev.adapterx.infer;

import dev.adapterx.base.AdapterXException;

/**
 * A request was not taken, or was given back unanswered, because there is no room or no time for
 * it: it may be sent again later.
 */
public final class RefusedException extends AdapterXException {
  /** Why. */
  public enum Why {
    /** As many requests wait as may. */
    FULL,
    /** As many requests of this adapter wait as may. */
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
