package dev.adapterx.cli.output;

import dev.adapterx.base.Settings;
import tools.jackson.databind.SerializationFeature;

/** The output of {@code --json}. */
public final class Json {
  private Json() {}

  /** Indented, over many lines. */
  public static String text(Object value) {
    return Settings.json().writeValueAsString(value);
  }

  /** On one line: one object per line can be read while it is being written. */
  public static String line(Object value) {
    return Settings.json()
        .writer()
        .without(SerializationFeature.INDENT_OUTPUT)
        .writeValueAsString(value);
  }
}
