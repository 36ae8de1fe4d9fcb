package dev.adapterx.serve;

import dev.adapterx.base.AdapterXException;
import org.jspecify.annotations.Nullable;

/** A request is answered with an error: a status of HTTP and what is wrong, in words. */
final class ServeException extends AdapterXException {
  private final int status;

  ServeException(int status, String message) {
    this(status, message, null);
  }

  ServeException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** What is wrong with what was asked. */
  static ServeException bad(String message) {
    return new ServeException(400, message);
  }

  int status() {
    return status;
  }
}
