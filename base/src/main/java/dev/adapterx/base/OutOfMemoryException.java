package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/**
 * Memory of some kind was insufficient. The message states which kind, and what to lower or to
 * raise; files saved before are unchanged.
 */
public final class OutOfMemoryException extends AdapterXException {
  public OutOfMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
