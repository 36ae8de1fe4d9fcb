package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/**
 * Base class of all exceptions that this library throws deliberately: the cause is outside the
 * code, and the message states what was wrong, where, what was expected, what was found and how to
 * fix it. Any other exception that escapes is a bug in this library.
 */
public class AdapterXException extends RuntimeException {
  public AdapterXException(String message) {
    super(message);
  }

  public AdapterXException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
