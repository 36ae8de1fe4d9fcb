package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything this library throws on purpose: the cause lies outside the code, and the
 * message says what was wrong, where, what was expected, what was found and how to fix it.
 * Anything else that escapes is a defect of ours.
 */
public class AdapterXException extends RuntimeException {
  public AdapterXException(String message) {
    super(message);
  }

  public AdapterXException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
