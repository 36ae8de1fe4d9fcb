package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/**
 * Memory, of whichever kind, did not suffice for what was asked. The message says which kind, and
 * what to lower or to raise; what was saved before is unchanged.
 */
public final class OutOfMemoryException extends AdapterXException {
  public OutOfMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
