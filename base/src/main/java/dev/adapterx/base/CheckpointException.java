package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/**
 * A weight or adapter file that is missing, broken, hostile, or does not fit the model it is loaded
 * into.
 */
public final class CheckpointException extends AdapterXException {
  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
