package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/** A data set or a sample that cannot be read or is invalid. */
public class DataException extends AdapterXException {
  public DataException(String message) {
    super(message);
  }

  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
