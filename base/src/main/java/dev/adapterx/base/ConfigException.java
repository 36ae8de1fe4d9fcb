package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/** A recipe, a method's setting or a command line with an invalid value. */
public final class ConfigException extends AdapterXException {
  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
